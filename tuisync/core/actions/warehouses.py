"""Warehouses: adding, renaming, choosing the primary one, retiring."""

from __future__ import annotations

from tuisync.core import lookup
from tuisync.core.actions.organization import checked_name
from tuisync.core.errors import Conflict
from tuisync.core.models import Warehouse
from tuisync.core.outbox import Outbox
from tuisync.core.store import schema
from tuisync.core.store.port import Transaction
from tuisync.core.views.objects import WarehouseView
from tuisync.core.views.organization import warehouse_views
from tuisync.core.workspace import Workspace


def add_warehouse(workspace: Workspace, name: str) -> list[WarehouseView]:
    """Add a warehouse and return all of them.

    Raises:
        Conflict: One has that name.
    """
    with workspace.store.transaction() as tx:
        lookup.organization(tx)
        checked = _free_name(tx, name)
        tx.put(schema.WAREHOUSES, Warehouse(id=workspace.new_id(), name=checked))
        return warehouse_views(tx)


def rename_warehouse(workspace: Workspace, old: str, new: str) -> list[WarehouseView]:
    """Give a warehouse another name; orders and stock stay with it."""
    with workspace.store.transaction() as tx:
        warehouse = lookup.warehouse(tx, old)
        tx.put(schema.WAREHOUSES, warehouse.but(name=_free_name(tx, new)))
        return warehouse_views(tx)


def make_primary(workspace: Workspace, name: str) -> list[WarehouseView]:
    """Make it the warehouse that new orders take where no other is mapped.

    Raises:
        Conflict: It is not active.
    """
    with workspace.store.transaction() as tx:
        chosen = lookup.warehouse(tx, name)
        if not chosen.active:
            raise Conflict(f"{chosen.name} is not active.")
        for each in list(tx.all(schema.WAREHOUSES)):
            tx.put(schema.WAREHOUSES, each.but(primary=each.id == chosen.id))
        return warehouse_views(tx)


def deactivate_warehouse(workspace: Workspace, name: str) -> list[WarehouseView]:
    """Retire a warehouse: its stock is not for sale any more, its history stays.

    Raises:
        Conflict: It is the primary one, or an integration is mapped to it.
    """
    with workspace.store.transaction() as tx:
        warehouse = lookup.warehouse(tx, name)
        if warehouse.primary:
            raise Conflict("The primary warehouse stays active.", hint="Make another primary.")
        mapped = [i.name for i in tx.all(schema.INTEGRATIONS) if i.warehouse == warehouse.id]
        if mapped:
            raise Conflict(f"{warehouse.name} is mapped to {', '.join(mapped)}.")
        tx.put(schema.WAREHOUSES, warehouse.but(active=False))
        outbox = Outbox(tx, workspace)
        held = {b.item for b in tx.all(schema.BALANCES) if b.warehouse == warehouse.id}
        for item in sorted(held):
            outbox.item_changed(item, f"warehouse {warehouse.name} was retired", hold=True)
        return warehouse_views(tx)


def _free_name(tx: Transaction, name: str) -> str:
    checked = checked_name(name, "warehouse")
    if tx.find(schema.WAREHOUSES, "name", checked):
        raise Conflict(f"A warehouse is called {checked} already.")
    return checked
