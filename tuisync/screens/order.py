"""One order: its lines, its buyer, what was said about it and what was sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import tzinfo
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
from tuisync.screens.place import SubPlace
from tuisync.screens.shipping import ask_ship, refused
from tuisync.screens.verbs import verb
from tuisync.widgets.columns import Cell, Column, number, sku_column, title_column
from tuisync.widgets.facts import Fact, Facts, Section, fact, note, section
from tuisync.widgets.keys import key, keyed
from tuisync.widgets.marks import GATE, ORDER, PAYMENT, SHIPMENT, Mark
from tuisync.widgets.rows import Rows
from tuisync.widgets.table import Table
from tuisync.widgets.when import stamp
from tuisync.widgets.words import Words

if TYPE_CHECKING:
    from textual.widget import Widget

    from tuisync.core.views.objects import AddressView, OrderLineView, OrderView, ShipmentView
    from tuisync.screens.shell import Shell
    from tuisync.widgets.marks import Tone


def order_state(order: OrderView) -> Mark:
    """Return an order's state: its gate while something stands in its way, else its status."""
    if order.gate != "ready" and order.status == "confirmed":
        return GATE[order.gate]
    return ORDER[order.status]


def cannot_ship(order: OrderView) -> str:
    """Return why an order cannot be shipped now, or its shipment be corrected; or nothing."""
    if order.status == "fulfilled" and refused(order) is not None:
        return ""
    if order.status == "fulfilled":
        return f"Order {order.number} is shipped already."
    if order.status == "void":
        return f"Order {order.number} was cancelled."
    if order.gate == "frozen":
        return f"It is frozen: {key('go.mapping')} goes to the listing that needs an item."
    return "It waits for your decision first." if order.gate == "needs_decision" else ""


def order_sections(
    order: OrderView, zone: tzinfo, address: AddressView | None = None
) -> list[Section]:
    """Return what a pane says of an order, and where it goes if that is known."""
    return [
        section(f"Order {order.number}", _head(order, zone)),
        section("Buyer", _buyer(order, address)),
        section("Lines", [_line(each) for each in order.lines]),
        section(
            "Parcels",
            [each for parcel in order.shipments for each in _parcel(parcel, zone)]
            or [note("none yet", "muted")],
        ),
        section(
            "Comments",
            [fact(stamp(each.at, zone), f"{each.text}  ({each.by})") for each in order.comments]
            or [note("none", "muted")],
        ),
    ]


def _head(order: OrderView, zone: tzinfo) -> Iterator[Fact]:
    mark, paid = order_state(order), PAYMENT[order.payment]
    yield fact("State", mark, mark.tone)
    if order.gate == "frozen":
        words = (
            "A line has no item yet: {order.map_a_line} maps it here, {go.mapping} for all orders."
        )
        yield note(keyed(words), "warn")
    if order.doubt:
        yield note(f"{order.doubt} {key('order.decide')} decides.", "warn")
    if order.asks_return:
        yield note(f"Did the goods come back? {key('order.return')} says.", "warn")
    yield fact("Payment", paid, paid.tone)
    yield fact("Placed", stamp(order.placed_at, zone))
    yield fact("Total", order.total, "strong")
    yield fact("From", f"{order.integration}, to be sent from {order.warehouse}")


def _buyer(order: OrderView, address: AddressView | None) -> Iterator[Fact]:
    yield note(order.contact.name or "unknown", "strong")
    if order.contact.email:
        yield note(order.contact.email)
    if address is not None:
        for part in address.lines:
            yield note(part)
    if order.matched_by == "name":
        yield note(f"known by the name only: {key('order.not_this_contact')} if not them", "warn")


def _line(line: OrderLineView) -> Fact:
    parts = [f"{line.shipped} sent"] if line.shipped else []
    parts += [f"{line.returned} back"] if line.returned else []
    parts += [f"{line.lost} lost"] if line.lost else []
    item = line.item or ("none needed" if line.no_item else "no item yet")
    here = ", for this order alone" if line.chosen else ""
    done = f", {', '.join(parts)}" if parts else ""
    tone: Tone = "plain" if line.item or line.no_item else "warn"
    return fact(f"{line.quantity} x", f"{line.title}  [{item}{here}]{done}", tone)


def effect_facts(effects: Sequence[Effect], zone: tzinfo) -> list[Fact]:
    """Return what an order did to stock, line by line."""
    facts = [
        fact(
            stamp(each.at, zone) if each.at else "now",
            f"{each.units:+,} {each.sku}  {each.words}"
            if each.at
            else f"{each.units:,} {each.sku}  {each.words} in {each.warehouse}",
        )
        for each in effects
    ]
    return facts or [note("nothing: it moved no stock", "muted")]


def see_contact(shell: Shell, order: OrderView) -> None:
    """Show an order's buyer among the contacts."""
    from tuisync.screens.contacts import Contacts  # noqa: PLC0415  # contacts open orders, too

    came_from = shell.current_mode
    shell.go("contacts")
    screen = shell.screen
    if isinstance(screen, Contacts) and order.contact.id:
        screen.see(order.contact.id, back=came_from)


def _parcel(parcel: ShipmentView, zone: tzinfo) -> Iterator[Fact]:
    mark = SHIPMENT[parcel.push]
    words = " ".join(part for part in (parcel.carrier, parcel.tracking) if part) or "no tracking"
    yield fact(stamp(parcel.shipped_at, zone), words)
    yield fact("", f"{mark}{f': {parcel.reason}' if parcel.reason else ''}", mark.tone)
    if parcel.push == "failed":
        yield fact("", "s corrects it", "accent")


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
    title_column("title", "Listing", lambda v: v.title),
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
        super().on_mount()
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
        self.refresh_bindings()

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
