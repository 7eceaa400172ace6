"""How a connected shop is kept in step: settings, on and off."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from tuisync.core import lookup
from tuisync.core.actions.annals import write_line
from tuisync.core.actions.shipments import tell_again
from tuisync.core.checking import MOST_UNITS
from tuisync.core.errors import Conflict, MultiWarehouseNeeded, UsageError
from tuisync.core.models import INTERVALS, Integration, OutboxEntry, Rules
from tuisync.core.orders.telling import SHIPPING, SWITCHED_OFF
from tuisync.core.outbox import Outbox
from tuisync.core.store import schema
from tuisync.core.store.port import Transaction
from tuisync.core.views.integrations import integration_view
from tuisync.core.views.objects import IntegrationView
from tuisync.core.workspace import Workspace

_RULES: dict[str, tuple[int, int]] = {
    "buffer": (0, MOST_UNITS),
    "max": (0, MOST_UNITS),
    "fixed": (0, MOST_UNITS),
    "percent": (1, 100),
    "hide_at": (0, MOST_UNITS),
    "last_unit": (0, MOST_UNITS),
}
KEYS = ("interval", "stock_sync", "shipments", "warehouse", *_RULES, "drift", "renew_sold_out")
"""What may be set."""


def configure_integration(
    workspace: Workspace, name: str, changes: Mapping[str, str]
) -> IntegrationView:
    """Change settings of an integration; see `KEYS`.

    A change of numbers (warehouse, a rule, stock sync on) owes the listings concerned a push,
    held for the plan where the organization reviews first pushes. Another warehouse makes a line
    of history (S11).

    Raises:
        UnknownIntegration: There is none of that name.
        UsageError: An unknown key, or a value it cannot take.
        MultiWarehouseNeeded: A warehouse needs a second one to choose from (S09).
    """
    with workspace.store.transaction() as tx:
        before = lookup.integration(tx, name)
        after = before
        for key, value in changes.items():
            after = _set(tx, after, key, value)
        if after.interval_minutes != before.interval_minutes:
            after = after.but(interval_since=workspace.now())
        tx.put(schema.INTEGRATIONS, after)
        _follow_up(tx, workspace, before, after)
        return integration_view(tx, after.name)


def disable_integration(workspace: Workspace, name: str) -> IntegrationView:
    """Make it quiet: nothing is fetched or pushed; all data is kept (S39)."""
    with workspace.store.transaction() as tx:
        integration = lookup.integration(tx, name)
        tx.put(schema.INTEGRATIONS, integration.but(status="inactive", status_reason=""))
        _each_live(tx, integration, lambda e: e if e.state == "held" else e.but(state="paused"))
        if integration.rules.last_unit:
            _free_last_units(tx, workspace, integration)
        return integration_view(tx, integration.name)


def enable_integration(workspace: Workspace, name: str) -> IntegrationView:
    """Bring it back; the gap is fetched by the next cycle, due at once (S40).

    Raises:
        Conflict: It needs a sign-in, which is another thing.
    """
    with workspace.store.transaction() as tx:
        integration = lookup.integration(tx, name)
        if integration.status == "needs_reauth":
            raise Conflict("It needs a sign-in.", hint=f"`tuisync reconnect {integration.name}`.")
        if integration.status == "active":
            return integration_view(tx, integration.name)
        enabled = integration.but(status="active", cycle_started_at=None, missed=0)
        tx.put(schema.INTEGRATIONS, enabled)
        review = lookup.organization(tx).first_push == "review"
        _each_live(tx, integration, lambda entry: resumed(entry, review=review))
        _owe_all(tx, workspace, integration, "the shop was enabled")
        return integration_view(tx, integration.name)


def resumed(entry: OutboxEntry, *, review: bool) -> OutboxEntry:
    """Return what an entry becomes when its integration is switched on again."""
    if entry.state == "held":
        return entry
    held = review and entry.kind == "stock"
    return entry.but(state="held" if held else "queued", next_attempt_at=None, reason="", agreed={})


def _set(tx: Transaction, integration: Integration, key: str, value: str) -> Integration:
    if key in _RULES:
        return integration.but(rules=_with_rule(integration.rules, key, value))
    match key:
        case "interval":
            return integration.but(interval_minutes=_interval(value))
        case "stock_sync" | "shipments" | "renew_sold_out":
            return _switched(integration, key, on=_switch(key, value))
        case "warehouse":
            return integration.but(warehouse=_warehouse(tx, value))
        case "drift" if value in {"correct", "ask"}:
            return integration.but(drift=value)
        case "drift":
            raise UsageError(f"`drift` is `correct` or `ask`, not `{value}`.")
    raise UsageError(f"There is no setting `{key}`.", hint=f"Settings: {', '.join(KEYS)}.")


def _switched(integration: Integration, key: str, *, on: bool) -> Integration:
    if key == "stock_sync":
        return integration.but(stock_sync="active" if on else "inactive")
    if key == "shipments":
        return integration.but(withheld=_withheld(integration, on=on))
    return integration.but(renew_sold_out=on)


def _withheld(integration: Integration, *, on: bool) -> dict[str, str]:
    """Return what is kept from us; switching shipments on tries again what the shop refused."""
    others = {key: why for key, why in integration.withheld.items() if key != SHIPPING}
    return others if on else {**others, SHIPPING: integration.withheld.get(SHIPPING, SWITCHED_OFF)}


def _with_rule(rules: Rules, key: str, value: str) -> Rules:
    low, high = _RULES[key]
    if value.casefold() in {"none", ""}:
        return msgspec.structs.replace(rules, **{key: None})
    number = _number(key, value)
    if not low <= number <= high:
        raise UsageError(f"`{key}` is {low} to {high:,}, or `none`; not {value}.")
    return msgspec.structs.replace(rules, **{key: number})


def _number(key: str, value: str) -> int:
    try:
        return int(value)
    except ValueError:
        raise UsageError(f"`{key}` is a whole number, not `{value}`.") from None


def _interval(value: str) -> int:
    minutes = _number("interval", value)
    if minutes not in INTERVALS:
        choices = ", ".join(map(str, INTERVALS))
        raise UsageError(f"{minutes} minutes cannot be chosen.", hint=f"Choose one of {choices}.")
    return minutes


def _switch(key: str, value: str) -> bool:
    words = {"on": True, "yes": True, "active": True, "off": False, "no": False, "inactive": False}
    if value.casefold() not in words:
        raise UsageError(f"`{key}` is on or off (yes or no), not `{value}`.")
    return words[value.casefold()]


def _warehouse(tx: Transaction, value: str) -> str | None:
    if value.casefold() == "none":
        return None
    warehouse = lookup.warehouse(tx, value)
    if sum(each.active for each in tx.all(schema.WAREHOUSES)) < 2:  # noqa: PLR2004  # two make a choice
        raise MultiWarehouseNeeded(
            "There is only one warehouse, so none can be mapped.",
            hint="Add another: `tuisync warehouses add NAME`.",
        )
    if not warehouse.active:
        raise Conflict(f"{warehouse.name} is not active any more.")
    return warehouse.id


def _place(tx: Transaction, warehouse: str | None) -> str:
    found = tx.get(schema.WAREHOUSES, warehouse) if warehouse else None
    return found.name if found else "all of them"


def _follow_up(
    tx: Transaction, workspace: Workspace, before: Integration, after: Integration
) -> None:
    if after.stock_sync == "inactive" and before.stock_sync == "active":
        _each_live(
            tx,
            after,
            lambda e: (
                e.but(state="superseded", reason="Stock sync was switched off.")
                if e.kind == "stock"
                else e
            ),
        )
    if SHIPPING in before.withheld and SHIPPING not in after.withheld:
        tell_again(tx, workspace, after)
    causes = {
        "stock sync was switched on": (before.stock_sync, after.stock_sync),
        "another warehouse was mapped": (before.warehouse, after.warehouse),
        "a stock rule was changed": (before.rules, after.rules),
    }
    for cause, (old, new) in causes.items():
        if old != new:
            _owe_all(tx, workspace, after, cause)
    if before.warehouse != after.warehouse:
        old, new = (_place(tx, each.warehouse) for each in (before, after))
        write_line(tx, workspace, after, f"Warehouse: {old} → {new}")
    if before.drift != after.drift:
        _owe_all(tx, workspace, after, "changes at the shop are put right", hold=False)
    if before.rules.last_unit and before != after:
        _free_last_units(tx, workspace, after)


def _owe_all(
    tx: Transaction,
    workspace: Workspace,
    integration: Integration,
    cause: str,
    *,
    hold: bool = True,
) -> None:
    listings = {link.listing for link in tx.find(schema.LINKS, "integration", integration.id)}
    Outbox(tx, workspace).listings_changed(sorted(listings), cause, hold=hold)


def _free_last_units(tx: Transaction, workspace: Workspace, integration: Integration) -> None:
    """Owe the other shops what this one kept to itself and may not keep any more."""
    links = tx.find(schema.LINKS, "integration", integration.id)
    items = {link.item for link in links if link.item is not None}
    cause = f"{integration.name} keeps other last units than before"
    Outbox(tx, workspace).rivals_changed(items, cause)


def _each_live(
    tx: Transaction, integration: Integration, change: Callable[[OutboxEntry], OutboxEntry]
) -> None:
    for entry in tx.find(schema.OUTBOX, "live", integration.id):
        if entry.state not in {"in_flight", "unknown"}:
            tx.put(schema.OUTBOX, change(entry))
