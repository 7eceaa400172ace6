"""What the list of orders shows; an order is read when its row comes in sight."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from tuisync.core.errors import NotFound
from tuisync.core.views.orders import order_view
from tuisync.screens.order_facts import order_state
from tuisync.widgets.columns import Cell, Column, marked, number
from tuisync.widgets.marks import SHIPMENT
from tuisync.widgets.when import ago, day

if TYPE_CHECKING:
    from tuisync.core.views.objects import OrderView
    from tuisync.core.views.order_list import OrderEntry, OrderList
    from tuisync.core.workspace import Workspace

_KEPT = 500
"""Orders kept that were in sight; more than any screen has lines."""


class OrderSight:
    """Reads the orders that are in sight, each once until the list is read again.

    Args:
        workspace: Where they are.
        orders: The whole list.
        zone: The organization's time zone.
    """

    def __init__(self, workspace: Workspace, orders: OrderList, zone: tzinfo) -> None:
        self.zone = zone
        self.now = workspace.now()
        self._workspace = workspace
        self._orders = orders
        self._seen: dict[str, OrderView | None] = {}

    def entries(self) -> tuple[OrderEntry, ...]:
        """Return the whole list, newest first. Called in a thread."""
        return self._orders.now()

    def renew(self) -> None:
        """Read anew what is in sight: something has changed, if only the time."""
        self._seen.clear()
        self.now = self._workspace.now()

    def buyer(self, entry: OrderEntry) -> str:
        """Return the buyer's name, or nothing."""
        return self._orders.buyer(entry)

    def order(self, entry: OrderEntry) -> OrderView | None:
        """Return an order, or None when it is gone since the list was read."""
        if entry.id not in self._seen:
            if len(self._seen) >= _KEPT:
                self._seen.clear()
            self._seen[entry.id] = self._read(entry.id)
        return self._seen[entry.id]

    def _read(self, id_: str) -> OrderView | None:
        try:
            return order_view(self._workspace.store, id_)
        except NotFound:
            return None


def order_columns(sight: OrderSight) -> tuple[Column[OrderEntry], ...]:
    """Return the columns over what is in sight."""
    return (
        Column("number", "Order", _number, 11, order=lambda e: e.number),
        Column("placed", "Placed", lambda e: Cell(day(e.placed_at, sight.zone)), 10, order=_placed),
        Column("ago", "", lambda e: Cell(ago(e.placed_at, sight.now), "muted"), 11, rank=6),
        Column("state", "State", lambda e: _state(sight.order(e)), 11, order=lambda e: e.status),
        Column(
            "buyer",
            "Buyer",
            lambda e: Cell(sight.buyer(e) or "-"),
            11,
            flex=2,
            widest=26,
            order=lambda e: sight.buyer(e).casefold() or None,
        ),
        Column(
            "what",
            "What",
            lambda e: _what(sight.order(e)),
            13,
            flex=3,
            rank=1,
            wish=24,
        ),
        Column("units", "Units", _units, 5, align="right", rank=5, order=lambda e: e.units),
        Column(
            "total",
            "Total",
            lambda e: _total(sight.order(e)),
            width=10,
            align="right",
            rank=2,
            order=_amount,
        ),
        Column("parcel", "Shop told", lambda e: _parcel(sight.order(e)), 13, rank=2),
        Column("shop", "Shop", lambda e: Cell(e.shop, "muted"), 7, rank=4, order=lambda e: e.shop),
    )


def _number(entry: OrderEntry) -> Cell:
    return Cell(entry.number, "strong")


def _placed(entry: OrderEntry) -> datetime:
    return entry.placed_at


def _units(entry: OrderEntry) -> Cell:
    return number(entry.units)


def _amount(entry: OrderEntry) -> float | None:
    return entry.amount


def _state(order: OrderView | None) -> Cell:
    return marked(order_state(order)) if order else Cell("gone", "muted")


def _what(order: OrderView | None) -> Cell:
    first = order.lines[0] if order and order.lines else None
    if order is None or first is None:
        return Cell("nothing", "muted")
    if len(order.lines) == 1:
        return Cell(f"{first.quantity} x {first.name}")
    units = sum(line.quantity for line in order.lines)
    return Cell(f"{units} units: {first.name} +{len(order.lines) - 1}")


def _total(order: OrderView | None) -> Cell:
    return Cell(str(order.total) if order and order.total else "-")


def _parcel(order: OrderView | None) -> Cell:
    if order is None or not order.shipments:
        return Cell("-", "muted")
    return marked(SHIPMENT[order.shipments[-1].push])
