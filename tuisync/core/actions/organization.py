"""Setting up the organization and changing what holds for all of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from tuisync.core import lookup
from tuisync.core.currencies import DIGITS
from tuisync.core.errors import AlreadyInitialized, Conflict, UsageError
from tuisync.core.models import (
    ORGANIZATION_ID,
    FirstPush,
    MadeSkus,
    OrderSync,
    Organization,
    Warehouse,
)
from tuisync.core.store import schema
from tuisync.core.store.port import Transaction
from tuisync.core.text import clean
from tuisync.core.views.objects import OrganizationView
from tuisync.core.views.organization import organization_view
from tuisync.core.workspace import Workspace

DEFAULT_WAREHOUSE = "Main"
_MOST_DAYS = 365
_CHOICES = {"order_sync": OrderSync, "first_push": FirstPush, "made_skus": MadeSkus}


def init_organization(
    workspace: Workspace,
    *,
    currency: str,
    name: str | None = None,
    timezone: str | None = None,
    warehouses: Sequence[str] = (),
    first_push: str = "review",
) -> OrganizationView:
    """Set up a data directory; the first warehouse is the primary one.

    Raises:
        AlreadyInitialized: It has an organization.
        UsageError: The currency, time zone, or a warehouse's name is not one.
    """
    organization = Organization(
        id=ORGANIZATION_ID,
        name=(name or "").strip() or "My business",
        base_currency=checked_currency(currency),
        timezone=checked_timezone(timezone or "UTC"),
        first_push=_one_of("first_push", first_push, get_args(FirstPush)),  # type: ignore[arg-type]  # checked by _one_of
    )
    names = [checked_name(each, "warehouse") for each in warehouses] or [DEFAULT_WAREHOUSE]
    with workspace.store.transaction() as tx:
        if tx.get(schema.ORGANIZATION, ORGANIZATION_ID) is not None:
            raise AlreadyInitialized(
                "This data directory has an organization already.",
                hint="Change it with `tuisync config organization KEY=VALUE`.",
            )
        tx.put(schema.ORGANIZATION, organization)
        for number, each in enumerate(names):
            id_ = workspace.new_id()
            tx.put(schema.WAREHOUSES, Warehouse(id=id_, name=each, primary=number == 0))
        return organization_view(tx)


def configure_organization(workspace: Workspace, changes: Mapping[str, str]) -> OrganizationView:
    """Change settings: `name base_currency timezone order_sync first_push follow_days made_skus`.

    Raises:
        UsageError: An unknown key or a value it cannot take.
        Conflict: The base currency cannot change while a shop is connected (S01).
    """
    with workspace.store.transaction() as tx:
        organization = lookup.organization(tx)
        checked = {key: _setting(tx, key, value) for key, value in changes.items()}
        tx.put(schema.ORGANIZATION, organization.but(**checked))
        return organization_view(tx)


def _days(value: str) -> int:
    if not value.strip().isdecimal() or int(value) > _MOST_DAYS:
        raise UsageError(f"`follow_days` is a number from 0 to {_MOST_DAYS}, not `{value}`.")
    return int(value)


def _setting(tx: Transaction, key: str, value: str) -> str | int:
    match key:
        case "name":
            return checked_name(value, "organization")
        case "base_currency":
            if tx.count(schema.INTEGRATIONS):
                raise Conflict(
                    "The base currency cannot change while a shop is connected.",
                    hint="Disconnect the shops first.",
                )
            return checked_currency(value)
        case "timezone":
            return checked_timezone(value)
        case "order_sync" | "first_push" | "made_skus":
            return _one_of(key, value, get_args(_CHOICES[key]))
        case "follow_days":
            return _days(value)
    known = "name base_currency timezone order_sync first_push follow_days made_skus"
    raise UsageError(f"There is no setting `{key}`.", hint=f"Settings: {known}.")


def _one_of(key: str, value: str, allowed: Sequence[str]) -> str:
    if value not in allowed:
        choices = " or ".join(f"`{each}`" for each in allowed)
        raise UsageError(f"`{key}` is {choices}, not `{value}`.")
    return value


def checked_currency(code: str) -> str:
    """Return the ISO 4217 code in capitals.

    Raises:
        UsageError: There is no such currency; the hint offers near ones.
    """
    upper = code.strip().upper()
    if upper not in DIGITS:
        near = get_close_matches(upper, DIGITS, n=3, cutoff=0.6)
        hint = f"Did you mean {' or '.join(near)}?" if near else "Give three letters, as USD."
        raise UsageError(f"There is no currency `{code}`.", hint=hint)
    return upper


def checked_timezone(name: str) -> str:
    """Return the IANA time zone's name.

    Raises:
        UsageError: There is no such zone; the hint offers the nearest.
    """
    try:
        return ZoneInfo(name.strip()).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        near = _near_zone(name)
        hint = f"Did you mean `{near}`?" if near else "Give one as `Europe/Vienna`."
        raise UsageError(f"There is no time zone `{name}`.", hint=hint) from None


def _near_zone(name: str) -> str | None:
    """Return the zone that was probably meant: by its whole name, or by its city."""
    zones = sorted(available_timezones())
    folded = {word.casefold(): zone for zone in zones for word in (zone.rpartition("/")[2], zone)}
    wanted = name.strip().replace(" ", "_").casefold()
    near = get_close_matches(wanted, folded, n=1, cutoff=0.75)
    return folded[near[0]] if near else None


def checked_name(name: str, what: str) -> str:
    """Return a name trimmed.

    Raises:
        UsageError: It is empty, longer than 100 characters, or not printable.
    """
    trimmed = name.strip()
    if not trimmed or len(trimmed) > 100 or clean(trimmed) != trimmed:  # noqa: PLR2004  # the docstring says it
        raise UsageError(f"`{name}` cannot be the name of a {what}.")
    return trimmed
