"""Orders: what was sold, what is still to be sent, what is frozen."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on

from tuisync.core.views.order_list import OrderEntry, OrderList
from tuisync.screens.deciding import (
    DECISIONS,
    ask_decide,
    ask_map_line,
    ask_return,
    cannot_decide,
)
from tuisync.screens.grouped import Grouped
from tuisync.screens.marking import others_marked
from tuisync.screens.order import OrderDetail, see_contact
from tuisync.screens.order_columns import OrderSight, order_columns
from tuisync.screens.order_facts import cannot_ship, order_sections
from tuisync.screens.place import Place
from tuisync.screens.return_undo import ask_take_back_return
from tuisync.screens.shipping import ask_ship
from tuisync.screens.shipping_many import ask_ship_many
from tuisync.screens.verbs import verb
from tuisync.widgets.facts import Facts
from tuisync.widgets.groups import ALL, Groups
from tuisync.widgets.pills import Pills
from tuisync.widgets.stack import Stack
from tuisync.widgets.table import Table

if TYPE_CHECKING:
    from textual.widget import Widget

    from tuisync.core.views.objects import OrderView

_WORDS = {
    ALL: "all",
    "confirmed": "to ship",
    "frozen": "frozen",
    "needs_decision": "to decide",
    "fulfilled": "fulfilled",
    "void": "void",
}
_EMPTY_GROUPS = {
    "confirmed": "There is nothing to ship.\nAll that was paid has left.",
    "frozen": "No order is frozen.\nOne freezes while a listing variant on it has no item.",
    "needs_decision": "No order asks you anything.",
    "fulfilled": "Nothing was shipped yet.",
    "void": "No order was cancelled.",
}
_EMPTY = (
    "No orders here.\n"
    "Sales at your shops become sales orders during a sync. Press {go.marketplaces}, then "
    "{shop.sync_manually}, to sync a shop; {list.next_group} shows the other groups."
)


_OF_ONE = frozenset({"return", "map", "decide"})


class Orders(Place[Groups[OrderEntry]], Grouped):
    """All sales orders, newest first."""

    HELP = (
        "Your sales orders. To ship are those paid and not sent yet; a frozen one has a variant "
        "without an item, and thaws when that is mapped. Mark some with {table.select} to ship "
        "them all at once, each with its tracking number."
    )
    PLACE: ClassVar[str] = "orders"
    WATCHES: ClassVar[frozenset[str]] = frozenset({"orders", "contacts", "integrations"})

    def __init__(self) -> None:
        super().__init__()
        self.group = ALL
        workspace = self.shell.workspace
        self.sight = OrderSight(workspace, OrderList(workspace.store), self.shell.zone)
        self.table: Table[OrderEntry] = Table(
            order_columns(self.sight), empty=_EMPTY, selectable=True
        )

    @property
    def order(self) -> OrderView | None:
        """The order under the cursor."""
        return self.sight.order(self.table.row) if self.table.row else None

    def body(self) -> Iterable[Widget]:
        """Yield the groups, the table and the pane for the order under the cursor."""
        yield Pills()
        yield Stack(self.table, Facts(classes="pane--detail pane--extra"), beside=True)

    def load(self) -> Groups[OrderEntry]:
        """Read what the list filters and sorts by; each order is read when it comes in sight."""
        groups = Groups(
            self.sight.entries(),
            self.named_groups(_WORDS),
            group=_group,
            key=lambda e: e.id,
            text=lambda e: e.text,
            folded=True,
            ready=self.group,
            also=self.also(self.shell.workspace),
        )
        self.prepare_group(groups, self.group)
        return groups

    def show(self, data: Groups[OrderEntry]) -> None:
        """Fill the table with the chosen group."""
        self.sight.renew()
        self.show_groups(data)
        self._moved()

    def nothing_in(self, group: str) -> str:
        """Tell no orders at all from none of a group."""
        return _EMPTY_GROUPS.get(group, _EMPTY)

    def why_not(self, action: str) -> str:
        """Say what the order must be for a verb."""
        order = self.order
        if action not in {"detail", "ship", *DECISIONS}:
            return ""
        if action == "ship" and self.table.selected:
            return ""
        if order is None:
            return "There is no order here."
        if action in _OF_ONE and (others := others_marked(self.table)):
            return others
        return cannot_ship(order) if action == "ship" else cannot_decide(action, order)

    @verb("enter", "Open", "order: open", "Lines, buyer, comments and shipments")
    def action_detail(self) -> None:
        """Open the order under the cursor."""
        if entry := self.table.row:
            self.app.push_screen(OrderDetail(entry.id))

    @verb("s", "Ship", "order: ship", "With carrier and number; all that are marked at once")
    def action_ship(self) -> None:
        """Ask for carrier and tracking number, of all that are marked at once."""
        if marked := self.table.marked:
            ask_ship_many(self.shell, marked, partial(self.table.select, frozenset()))
        elif order := self.order:
            ask_ship(self.shell, order)

    @verb("r", "Return", "order: return", "Say what came back of what was sent, or is lost")
    def action_return(self) -> None:
        """Ask what became of what was sent."""
        if order := self.order:
            ask_return(self.shell, order)

    @verb(
        "z",
        "Take back",
        "order: take back return",
        "Take back what was said last of what came back",
        show=False,
    )
    def action_take_back(self) -> None:
        """Ask, then take it back."""
        if order := self.order:
            ask_take_back_return(self.shell, order)

    @verb("m", "Map line", "order: map a line", "Choose a line's item, for this order alone")
    def action_map(self) -> None:
        """Ask which item a line is."""
        if order := self.order:
            ask_map_line(self.shell, order)

    @verb("d", "Decide", "order: decide", "Say what an order is that its shop leaves in doubt")
    def action_decide(self) -> None:
        """Ask what the order is."""
        if order := self.order:
            ask_decide(self.shell, order)

    @verb("c", "Contact", "order: open contact", "Go to who bought it", show=False)
    def action_contact(self) -> None:
        """Show the buyer among the contacts."""
        if order := self.order:
            see_contact(self.shell, order)

    @on(Table.Highlighted)
    def _moved(self) -> None:
        order = self.order
        self.query_one(Facts).show(order_sections(order, self.sight.zone) if order else [])
        self.refresh_bindings()

    @on(Table.Changed)
    def _marks_changed(self) -> None:
        self.refresh_bindings()

    @on(Table.Opened)
    def _opened(self) -> None:
        self.action_detail()


def _group(entry: OrderEntry) -> str:
    undecided = entry.gate == "needs_decision"  # whatever its shop calls it meanwhile
    waits = undecided or (entry.gate == "frozen" and entry.status == "confirmed")
    return entry.gate if waits else entry.status
