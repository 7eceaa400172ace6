"""The wizard's first page: the organization, asked once."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import available_timezones

from tuisync.core.actions.organization import DEFAULT_WAREHOUSE, init_organization
from tuisync.screens.dialogs.choose import Choice
from tuisync.screens.dialogs.fields import Field
from tuisync.screens.setup.pages import FieldsPage, Values

if TYPE_CHECKING:
    from tuisync.core.views.objects import OrganizationView
    from tuisync.core.workspace import Workspace

_FIRST_PUSH = (
    Choice("review", "Changes by setup", "until you apply the plan"),
    Choice("auto", "Nothing", "all goes out by itself"),
)
_CURRENCIES = tuple(
    "USD EUR GBP CAD AUD NZD CHF SEK NOK DKK PLN CZK HUF RON BGN ISK TRY ILS JPY CNY HKD SGD TWD"  # noqa: SIM905  # a list of forty is unreadable
    " KRW INR IDR MYR PHP THB VND ZAR MAD BRL MXN CLP COP ARS PEN AED SAR".split()
)


def organization_page() -> FieldsPage:
    """Return the page."""
    zones = sorted(available_timezones())
    return FieldsPage(
        "Your business",
        "Everything is kept on this machine, in files only you can read.",
        [
            Field("name", "Name", help="As you want to see it on top of the screen."),
            Field(
                "currency",
                "Currency",
                "USD",
                help="Shops in another currency are refused.",
                choices=[Choice(code, code) for code in _CURRENCIES],
            ),
            Field(
                "timezone",
                "Time zone",
                local_zone(zones),
                choices=[Choice(zone, zone.replace("_", " ")) for zone in zones],
            ),
            Field("warehouse", "Warehouse", DEFAULT_WAREHOUSE, help="Where you keep your stock."),
            Field(
                "first_push",
                "Held for you",
                "review",
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
