"""From a record of the history to what it is about: an order, or a listing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tuisync.core.store import schema
from tuisync.screens.grouped import Grouped
from tuisync.screens.order import OrderDetail
from tuisync.widgets.groups import ALL

if TYPE_CHECKING:
    from tuisync.core.views.objects import RecordView
    from tuisync.screens.shell import Shell

_OF_ORDERS = frozenset({"order", "shipment"})


def cannot_open(shell: Shell, record: RecordView) -> str:
    """Return why there is nothing to open, or nothing when there is."""
    store, id_ = shell.workspace.store, record.local_id or ""
    if record.kind in _OF_ORDERS:
        order = store.get(schema.ORDERS, id_)
        return "" if order and (order.visible or order.doubt) else "No sales order came of it."
    return "" if store.count(schema.LINKS, "listing", id_) else "No listing of it is here."


def open_record(shell: Shell, record: RecordView) -> None:
    """Open the order, or show the first of the listing's variants in the mapping."""
    id_ = record.local_id or ""
    if record.kind in _OF_ORDERS:
        shell.push_screen(OrderDetail(id_))
        return
    variants = shell.workspace.store.find(schema.LINKS, "listing", id_)
    shell.go("mapping")
    screen = shell.screen
    if variants and isinstance(screen, Grouped):
        screen.see(ALL, min(each.id for each in variants))
