"""Orders: what was sold, what is still to be sent, what is frozen."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, tzinfo
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual import on
from textual.containers import Container

from tuisync.core.views.orders import order_views
from tuisync.screens.grouped import Grouped
from tuisync.screens.order import OrderDetail, cannot_ship, order_sections, order_state
from tuisync.screens.place import Place
from tuisync.screens.shipping import ask_ship
from tuisync.screens.verbs import verb
from tuisync.widgets.columns import Cell, Column, marked, number
from tuisync.widgets.facts import Facts
from tuisync.widgets.finder import Finder
from tuisync.widgets.groups import ALL, Groups
from tuisync.widgets.marks import SHIPMENT
from tuisync.widgets.pills import Pills
from tuisync.widgets.table import Table
from tuisync.widgets.when import ago, day

if TYPE_CHECKING:
    from textual.widget import Widget

    from tuisync.core.views.objects import OrderView

_WORDS = {
    ALL: "all",
    "confirmed": "to ship",
    "frozen": "frozen",
    "fulfilled": "fulfilled",
    "void": "void",
}
_EMPTY = (
    "No orders here.\n"
    "Sales at your shops become sales orders during a sync. Press 1, then s, to sync a shop; "
    "right shows the other groups."
)


class OrderRow(NamedTuple):
    """An order with the clock to show it by."""

    order: OrderView
    now: datetime
    zone: tzinfo


def _order_number(row: OrderRow) -> str:
    return row.order.number


def _placed(row: OrderRow) -> datetime:
    return row.order.placed_at


def _state(row: OrderRow) -> str:
    return order_state(row.order).word


def _buyer(row: OrderRow) -> str:
    return row.order.contact.name or "-"


def _units(row: OrderRow) -> int:
    return sum(line.quantity for line in row.order.lines)


def _total(row: OrderRow) -> str:
    return str(row.order.total) if row.order.total else "-"


def _amount(row: OrderRow) -> Decimal | None:
    return row.order.total.amount if row.order.total else None


def _shop(row: OrderRow) -> str:
    return row.order.integration


def _what(row: OrderRow) -> Cell:
    first = row.order.lines[0] if row.order.lines else None
    if first is None:
        return Cell("nothing", "muted")
    more = f" +{len(row.order.lines) - 1}" if len(row.order.lines) > 1 else ""
    return Cell(f"{first.quantity} x {first.title}{more}")


def _parcel(row: OrderRow) -> Cell:
    if not row.order.shipments:
        return Cell("-", "muted")
    return marked(SHIPMENT[row.order.shipments[-1].push])


COLUMNS: tuple[Column[OrderRow], ...] = (
    Column("number", "Order", lambda r: Cell(r.order.number, "strong"), 11, order=_order_number),
    Column("placed", "Placed", lambda r: Cell(day(r.order.placed_at, r.zone)), 10, order=_placed),
    Column("ago", "", lambda r: Cell(ago(r.order.placed_at, r.now), "muted"), 11, rank=6),
    Column("state", "State", lambda r: marked(order_state(r.order)), 11, order=_state),
    Column("buyer", "Buyer", lambda r: Cell(_buyer(r)), 11, flex=2, widest=26, order=_buyer),
    Column("what", "What", _what, 14, flex=3, rank=1),
    Column("units", "Units", lambda r: number(_units(r)), 5, align="right", rank=5, order=_units),
    Column("total", "Total", lambda r: Cell(_total(r)), 10, align="right", order=_amount),
    Column("parcel", "Shop told", _parcel, 13, rank=2),
    Column("shop", "Shop", lambda r: Cell(r.order.integration, "muted"), 7, rank=4, order=_shop),
)


class Orders(Place[Groups[OrderRow]], Grouped):
    """All sales orders, newest first."""

    HELP = (
        "Your sales orders. To ship are those paid and not sent yet; a frozen one has a listing "
        "without an item, and thaws when that is mapped."
    )
    PLACE: ClassVar[str] = "orders"
    WATCHES: ClassVar[frozenset[str]] = frozenset({"orders", "contacts", "integrations"})

    def __init__(self) -> None:
        super().__init__()
        self.group = ALL
        self.table: Table[OrderRow] = Table(COLUMNS, empty=_EMPTY)

    def body(self) -> Iterable[Widget]:
        """Yield the groups, the table and the pane for the order under the cursor."""
        yield Pills()
        yield Container(
            Finder(self.table), Facts(classes="pane--detail pane--extra"), classes="panes"
        )

    def load(self) -> Groups[OrderRow]:
        """Read the orders."""
        workspace = self.shell.workspace
        now, zone = workspace.now(), self.shell.zone
        rows = [OrderRow(order, now, zone) for order in order_views(workspace.store)]
        return Groups(rows, _WORDS, group=_group, key=lambda r: r.order.id, text=_searched)

    def show(self, data: Groups[OrderRow]) -> None:
        """Fill the table with the chosen group."""
        self.show_groups(data)
        self._moved()

    def why_not(self, action: str) -> str:
        """Say what the order must be for a verb."""
        row = self.table.row
        if action in {"detail", "ship"} and row is None:
            return "There is no order here."
        return cannot_ship(row.order) if action == "ship" and row else ""

    @verb("enter", "Open", "order: open", "Lines, buyer, comments and shipments")
    def action_detail(self) -> None:
        """Open the order under the cursor."""
        if row := self.table.row:
            self.app.push_screen(OrderDetail(row.order.id))

    @verb("s", "Ship", "order: ship", "Mark it as shipped, with carrier and tracking number")
    def action_ship(self) -> None:
        """Ask for carrier and tracking number."""
        if row := self.table.row:
            ask_ship(self.shell, row.order)

    @on(Table.Highlighted)
    def _moved(self) -> None:
        row = self.table.row
        self.query_one(Facts).show(order_sections(row.order, row.zone) if row else [])
        self.refresh_bindings()

    @on(Table.Opened)
    def _opened(self) -> None:
        self.action_detail()


def _group(row: OrderRow) -> str:
    order = row.order
    return "frozen" if order.frozen and order.status == "confirmed" else order.status


def _searched(row: OrderRow) -> str:
    order = row.order
    parts = [order.number, order.contact.name, order.contact.email, order.integration]
    parts += [part for line in order.lines for part in (line.title, line.item, line.sku)]
    parts += [parcel.tracking for parcel in order.shipments]
    return " ".join(part for part in parts if part)
