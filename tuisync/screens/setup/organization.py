"""The wizard's first page: the organization, asked once."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import available_timezones

from tuisync.core.actions.organization import (
    DEFAULT_WAREHOUSE,
    configure_organization,
    init_organization,
)
from tuisync.core.actions.warehouses import rename_warehouse
from tuisync.core.views.organization import organization_view
from tuisync.screens.dialogs.choose import Choice
from tuisync.screens.dialogs.fields import Field
from tuisync.screens.money import currency_choices
from tuisync.screens.setup.pages import FieldsPage, Values

if TYPE_CHECKING:
    from tuisync.core.views.objects import OrganizationView
    from tuisync.core.workspace import Workspace

_FIRST_PUSH = (
    Choice("review", "Changes by setup", "until you apply the plan"),
    Choice("auto", "Nothing", "all goes out by itself"),
)


def organization_page(now: OrganizationView | None = None) -> FieldsPage:
    """Return the page.

    Args:
        now: What was answered before; None asks for the first time.
    """
    zones = sorted(available_timezones())
    return FieldsPage(
        "Your business",
        "Everything is kept on this machine, in files only you can read.",
        [
            Field(
                "name",
                "Name",
                now.name if now else "",
                help="As you want to see it on top of the screen.",
            ),
            Field(
                "currency",
                "Currency",
                now.base_currency if now else "USD",
                help="Shops in another currency are refused.",
                choices=currency_choices(),
            ),
            Field(
                "timezone",
                "Time zone",
                now.timezone if now else local_zone(zones),
                choices=[Choice(zone, zone.replace("_", " ")) for zone in zones],
            ),
            Field(
                "warehouse",
                "Warehouse",
                now.primary_warehouse if now else DEFAULT_WAREHOUSE,
                help="Where you keep your stock.",
            ),
            Field(
                "first_push",
                "Held for you",
                now.first_push if now else "review",
                help="What connecting, linking, rules, warehouses and imports change. "
                "What you count or sell goes out by itself.",
                choices=_FIRST_PUSH,
            ),
        ],
    )


def local_zone(known: list[str]) -> str:
    """Return this machine's time zone by its IANA name, or UTC."""
    named = os.environ.get("TZ", "").removeprefix(":")
    if named in known:
        return named
    try:
        target = Path("/etc/localtime").resolve().as_posix()
    except OSError:
        return "UTC"
    _, _, zone = target.partition("/zoneinfo/")
    return zone if zone in known else "UTC"


def create(workspace: Workspace, values: Values) -> OrganizationView:
    """Set the organization up from the page's values."""
    return init_organization(
        workspace,
        currency=values["currency"],
        name=values["name"],
        timezone=values["timezone"],
        warehouses=[values["warehouse"]] if values.get("warehouse") else [],
        first_push=values["first_push"],
    )


def change(workspace: Workspace, values: Values) -> OrganizationView:
    """Change the organization to the page's values.

    Raises:
        TuisyncError: One of them cannot be; says which.
    """
    primary = organization_view(workspace.store).primary_warehouse
    if primary and values["warehouse"] != primary:
        rename_warehouse(workspace, primary, values["warehouse"])
    changes = {key: values[key] for key in ("name", "timezone", "first_push")}
    return configure_organization(workspace, {**changes, "base_currency": values["currency"]})
