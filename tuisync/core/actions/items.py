"""Items and their stock: adding, editing, counting, moving."""

from __future__ import annotations

from tuisync.core import lookup
from tuisync.core.checking import checked_price, checked_text, checked_units
from tuisync.core.errors import Conflict, UsageError
from tuisync.core.linking.linker import Linker
from tuisync.core.models import Item, Warehouse, match_key
from tuisync.core.outbox import Outbox
from tuisync.core.stock.ledger import Ledger, balance_of
from tuisync.core.store import schema
from tuisync.core.store.port import Reader, Transaction
from tuisync.core.views.items import item_view
from tuisync.core.views.objects import ItemView
from tuisync.core.workspace import Workspace


def add_item(
    workspace: Workspace,
    *,
    sku: str,
    name: str,
    price: str | None = None,
    stock: int = 0,
    warehouse: str | None = None,
) -> ItemView:
    """Add an item with its opening stock; variants it fits are linked at once.

    Args:
        workspace: Where.
        sku: Unique among all items.
        name: What people call it.
        price: In the base currency, as `12.90`, or None.
        stock: Units there now, 0 or more.
        warehouse: Where they are; the primary warehouse when None.

    Raises:
        Conflict: Another item has that SKU, in use or retired.
        UsageError: A value is not usable.
    """
    if stock < 0:
        raise UsageError("Opening stock cannot be below zero.")
    checked_units(stock)
    with workspace.store.transaction() as tx:
        organization = lookup.organization(tx)
        place = _warehouse(tx, warehouse)
        item = Item(
            id=workspace.new_id(),
            sku=_free_sku(tx, sku),
            name=checked_text(name, "name"),
            price=checked_price(price, organization.base_currency) if price is not None else None,
        )
        tx.put(schema.ITEMS, item)
        ledger = Ledger(tx, workspace.clock)
        ledger.move(item.id, place.id, stock, "opening", "added by hand")
        Linker(tx, workspace).items_changed([item])
        return item_view(tx, item.sku)


def edit_item(
    workspace: Workspace,
    sku: str,
    *,
    new_sku: str | None = None,
    name: str | None = None,
    price: str | None = None,
) -> ItemView:
    """Change an item's SKU, name or price; undecided variants it fits now are linked.

    Raises:
        NotFound: There is no such item.
        Conflict: Another item has the new SKU, or this one is retired.
    """
    with workspace.store.transaction() as tx:
        item = lookup.item_in_use(tx, sku)
        currency = lookup.organization(tx).base_currency
        edited = item.but(
            sku=_free_sku(tx, new_sku, but=item.id) if new_sku is not None else item.sku,
            name=checked_text(name, "name") if name is not None else item.name,
            price=checked_price(price, currency) if price is not None else item.price,
        )
        tx.put(schema.ITEMS, edited)
        if (edited.sku, edited.name) != (item.sku, item.name):
            Linker(tx, workspace).items_changed([edited])
        return item_view(tx, edited.sku)


def adjust_stock(
    workspace: Workspace,
    sku: str,
    *,
    reason: str,
    by: int | None = None,
    to: int | None = None,
    warehouse: str | None = None,
    seen: int | None = None,
) -> ItemView:
    """Correct the units on hand in one warehouse, by a difference or to a count.

    Every shop that sells the item is owed the new number in the same transaction.

    Args:
        workspace: Where.
        sku: The item's SKU.
        reason: Why, in words.
        by: Units that came (or went).
        to: Units that are there.
        warehouse: Its name; None is the primary one.
        seen: The units on hand somebody saw when they decided; None does not matter.

    Raises:
        UsageError: Neither or both of `by` and `to`, or no reason.
        Conflict: On hand would fall below zero, or is not what was seen; the item is retired, or
            the warehouse, which can only be set to 0 then.
    """
    if (by is None) == (to is None):
        raise UsageError("Give either a difference (`--by`) or a count (`--to`).")
    checked_units(by or to or 0)
    cause = checked_text(reason, "reason")
    with workspace.store.transaction() as tx:
        item = lookup.item_in_use(tx, sku)
        place = _counted(tx, warehouse, to)
        there = balance_of(tx, item.id, place.id).on_hand
        if seen not in {None, there}:
            raise Conflict(f"{place.name} has {there:,} on hand now, no longer {seen:,}.")
        delta = by if by is not None else (to or 0) - there
        Ledger(tx, workspace.clock).move(
            item.id,
            place.id,
            delta,
            "adjust",
            cause,
            may_go_below_zero=False,
            counted=to is not None,
        )
        Outbox(tx, workspace).item_changed(item.id, cause)
        return item_view(tx, item.sku)


def transfer_stock(
    workspace: Workspace, sku: str, *, source: str, target: str, by: int
) -> ItemView:
    """Move units from one warehouse to another.

    Raises:
        UsageError: Not a positive number of units, or one and the same warehouse.
        Conflict: The source has too few, or the item is retired.
    """
    if by <= 0:
        raise UsageError("Transfer one unit or more.")
    checked_units(by)
    with workspace.store.transaction() as tx:
        item = lookup.item_in_use(tx, sku)
        start, end = lookup.warehouse(tx, source), _active(lookup.warehouse(tx, target))
        if start.id == end.id:
            raise UsageError("Source and target are the same warehouse.")
        ledger = Ledger(tx, workspace.clock)
        cause = f"transfer from {start.name} to {end.name}"
        ledger.move(item.id, start.id, -by, "transfer_out", cause, may_go_below_zero=False)
        ledger.move(item.id, end.id, by, "transfer_in", cause)
        Outbox(tx, workspace).item_changed(item.id, cause)
        return item_view(tx, item.sku)


def _warehouse(reader: Reader, name: str | None) -> Warehouse:
    if name is None:
        return lookup.primary_warehouse(reader)
    return _active(lookup.warehouse(reader, name))


def _counted(reader: Reader, name: str | None, to: int | None) -> Warehouse:
    """Return the warehouse whose units are corrected; one out of use can only be emptied."""
    if name is None or to != 0:
        return _warehouse(reader, name)
    return lookup.warehouse(reader, name)


def _active(warehouse: Warehouse) -> Warehouse:
    if not warehouse.active:
        raise Conflict(f"{warehouse.name} is not active any more.")
    return warehouse


def _free_sku(tx: Transaction, sku: str, *, but: str = "") -> str:
    checked = match_key(checked_text(sku, "SKU"))
    for other in tx.find(schema.ITEMS, "sku", checked):
        if other.retired_at is not None:
            raise lookup.retired(other)
        if other.id != but:
            raise Conflict(f"Another item has the SKU {checked}.")
    return checked
