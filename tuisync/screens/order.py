"""One order: its lines, its buyer, what was said about it and what was sent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual.containers import Horizontal

from tuisync.core.views.effects import Effect, order_effects
from tuisync.core.views.orders import order_view
from tuisync.screens.deciding import (
    ask_decide,
    ask_map_line,
    ask_return,
    ask_split,
    cannot_decide,
)
from tuisync.screens.order_facts import cannot_ship, effect_facts, order_sections, order_state
from tuisync.screens.place import SubPlace
from tuisync.screens.return_undo import ask_take_back_return
from tuisync.screens.shipping import ask_ship
from tuisync.screens.verbs import verb
from tuisync.widgets.columns import Cell, Column, number, sku_column, title_column
from tuisync.widgets.facts import Facts, section
from tuisync.widgets.rows import Rows
from tuisync.widgets.table import Table
from tuisync.widgets.words import Words

if TYPE_CHECKING:
    from textual.widget import Widget

    from tuisync.core.views.objects import OrderLineView, OrderView
    from tuisync.screens.shell import Shell


def see_contact(shell: Shell, order: OrderView) -> None:
    """Show an order's buyer among the contacts."""
    from tuisync.screens.contacts import Contacts  # noqa: PLC0415  # contacts open orders, too

    came_from = shell.current_mode
    shell.go("contacts")
    screen = shell.screen
    if isinstance(screen, Contacts) and order.contact.id:
        screen.see(order.contact.id, back=came_from)


class OrderStory(NamedTuple):
    """What the screen shows."""

    order: OrderView
    effects: Sequence[Effect]


def _line_item(line: OrderLineView) -> Cell:
    if line.item is None and line.no_item:
        return Cell("none needed", "muted")
    return Cell(line.item or "not mapped", "good" if line.item else "warn")


LINE_COLUMNS: tuple[Column[OrderLineView], ...] = (
    Column("quantity", "Qty", lambda v: number(v.quantity), width=4, align="right"),
    title_column("title", "Listing", lambda v: v.name),
    sku_column("item", "Item", lambda v: v.item, cell=_line_item, width=12, flex=3),
    sku_column("sku", "Shop's SKU", lambda v: v.sku, tone="muted", width=12, flex=1, rank=1),
    Column(
        "price",
        "Unit price",
        lambda v: Cell(str(v.unit_price) if v.unit_price else "-"),
        width=11,
        align="right",
        rank=2,
        snug=True,
    ),
    Column("sent", "Sent", lambda v: number(v.shipped), width=4, align="right"),
)


class OrderDetail(SubPlace[OrderStory]):
    """One order.

    Args:
        order: Its id.
    """

    HELP = (
        "One order with everything known about it. {order.ship} ships it; the shop is told by "
        "itself. Where the shop refused that, {order.ship} corrects carrier and tracking number."
    )
    PLACE: ClassVar[str] = "orders"
    WATCHES: ClassVar[frozenset[str]] = frozenset(
        {"orders", "contacts", "links", "items", "movements", "commitments"}
    )

    def __init__(self, order: str) -> None:
        super().__init__()
        self.order_id = order
        self.order: OrderView | None = None
        self.table: Table[OrderLineView] = Table(LINE_COLUMNS, empty="This order has no lines.")

    def body(self) -> Iterable[Widget]:
        """Yield the lines and, below them, the rest."""
        yield Words("", classes="rule rule--title", id="title")
        yield self.table
        yield Horizontal(Facts(id="left"), Facts(id="right"), classes="halves")

    def on_mount(self) -> None:
        """Begin at the text, which scrolls."""
        self.query_one("#left", Facts).focus()

    def load(self) -> OrderStory:
        """Read the order and its buyer."""
        store = self.shell.workspace.store
        order = order_view(store, self.order_id)
        return OrderStory(order, order_effects(store, order.id))

    def show(self, data: OrderStory) -> None:
        """Put it on the screen."""
        self.order = data.order
        self.query_one("#title", Words).say(f"Order {data.order.number}  {order_state(data.order)}")
        self.table.fill(Rows(data.order.lines, key=lambda line: line.id))
        self.table.styles.height = min(len(data.order.lines), 6) + 1
        head, buyer, _, parcels, comments = order_sections(
            data.order, self.shell.zone, data.order.address
        )
        self.query_one("#left", Facts).show([head._replace(title=""), parcels])
        stock = section("Stock", effect_facts(data.effects, self.shell.zone))
        self.query_one("#right", Facts).show([buyer, stock, comments])

    def why_not(self, action: str) -> str:
        """Say what the order must be for a verb."""
        if self.order is None or action == "back":
            return ""
        return cannot_ship(self.order) if action == "ship" else cannot_decide(action, self.order)

    @verb("s", "Ship", "order: ship", "Mark it as shipped, with carrier and tracking number")
    def action_ship(self) -> None:
        """Ask for carrier and tracking number."""
        if self.order:
            ask_ship(self.shell, self.order)

    @verb("r", "Return", "order: return", "Say what came back of what was sent, or is lost")
    def action_return(self) -> None:
        """Ask what became of what was sent."""
        if self.order:
            ask_return(self.shell, self.order)

    @verb(
        "z",
        "Take back",
        "order: take back return",
        "Take back what was said last of what came back",
        show=False,
    )
    def action_take_back(self) -> None:
        """Ask, then take it back."""
        if self.order:
            ask_take_back_return(self.shell, self.order)

    @verb("m", "Map line", "order: map a line", "Choose a line's item, for this order alone")
    def action_map(self) -> None:
        """Ask which item a line is."""
        if self.order:
            ask_map_line(self.shell, self.order)

    @verb("d", "Decide", "order: decide", "Say what an order is that its shop leaves in doubt")
    def action_decide(self) -> None:
        """Ask what the order is."""
        if self.order:
            ask_decide(self.shell, self.order)

    @verb("c", "Contact", "order: open contact", "Go to who bought it", show=False)
    def action_contact(self) -> None:
        """Show the buyer among the contacts."""
        if self.order:
            see_contact(self.shell, self.order)

    @verb(
        "x",
        "Not them",
        "order: not this contact",
        "The buyer only has the same name: make a contact of their own",
        show=False,
    )
    def action_split(self) -> None:
        """Ask whether it is somebody else."""
        if self.order:
            ask_split(self.shell, self.order)
