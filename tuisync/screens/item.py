"""One item: its stock per warehouse, where it is sold, and why its numbers are what they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual.containers import Horizontal

from tuisync.core.views.items import item_view
from tuisync.core.views.why import why_view
from tuisync.screens.freshness import read_again
from tuisync.screens.place import SubPlace
from tuisync.screens.stock import ask_adjust, ask_transfer, warehouses
from tuisync.screens.verbs import verb
from tuisync.widgets.bars import bars, course
from tuisync.widgets.columns import Cell, Column
from tuisync.widgets.facts import Fact, Facts, Section, fact, note, section
from tuisync.widgets.finder import Finder
from tuisync.widgets.rows import Rows
from tuisync.widgets.table import Table
from tuisync.widgets.when import span, stamp
from tuisync.widgets.words import Words

if TYPE_CHECKING:
    from textual.widget import Widget

    from tuisync.core.views.objects import (
        ChannelView,
        ItemListingView,
        ItemView,
        MovementView,
        WhyView,
    )
    from tuisync.widgets.marks import Tone


_COURSE = timedelta(days=90)
_CELLS = 24
"""The chart of the stock: how far back it goes, and its width."""


class Step(NamedTuple):
    """A movement with the stock it left in all warehouses."""

    number: int
    movement: MovementView
    after: int
    at: str


class ItemStory(NamedTuple):
    """What the screen shows."""

    item: ItemView
    why: WhyView
    steps: Rows[Step]


def _delta(step: Step) -> Cell:
    tone: Tone = "good" if step.movement.delta > 0 else "warn"
    return Cell(f"{step.movement.delta:+,}", tone)


STEP_COLUMNS: tuple[Column[Step], ...] = (
    Column("at", "When", lambda s: Cell(s.at), width=16),
    Column("delta", "Change", _delta, width=6, align="right"),
    Column("after", "On hand", lambda s: Cell(f"{s.after:,}", "strong"), width=7, align="right"),
    Column(
        "kind",
        "Kind",
        lambda s: Cell(s.movement.kind.replace("_", " "), "muted"),
        width=12,
        rank=1,
        snug=True,
    ),
    Column("cause", "Why", lambda s: Cell(s.movement.cause), 14, flex=3, widest=120, snug=True),
    Column(
        "warehouse",
        "Warehouse",
        lambda s: Cell(s.movement.warehouse, "muted"),
        width=9,
        flex=1,
        widest=24,
        rank=2,
        snug=True,
    ),
)


def course_words(story: ItemStory, now: datetime) -> str:
    """Return the line over the movements: what is below it, and the course of the stock."""
    movements = story.why.movements
    if not movements:
        return "Movements"
    first = min(each.at for each in movements)
    length = min(_COURSE, max(now - first, timedelta(days=1)))
    steps = [(each.at, each.delta) for each in movements]
    values = course(steps, now, length, _CELLS)
    return (
        f"Movements, newest first   {bars(_from_below(values))}  {span(length)}: "
        f"{min(values):,} to {max(values):,} on hand"
    )


def _from_below(values: list[int]) -> list[float]:
    """Return the values above a ground that lets small changes of a large number be seen."""
    least, most = min(values), max(values)
    ground = max(0, least - (most - least) / 2) if most > least else 0
    return [value - ground for value in values]


class ItemDetail(SubPlace[ItemStory]):
    """One item.

    Args:
        sku: Its SKU.
        why: Begin at the story of its numbers.
    """

    HELP = (
        "The item's numbers, and under them every movement that made them. Newest first; the "
        "column On hand is what was there after each."
    )
    PLACE: ClassVar[str] = "items"
    WATCHES: ClassVar[frozenset[str]] = frozenset(
        {"items", "movements", "commitments", "balances", "links", "listings", "integrations"}
    )

    def __init__(self, sku: str, *, why: bool = False) -> None:
        super().__init__()
        self.sku = sku
        self.why = why
        self.item: ItemView | None = None
        self.table: Table[Step] = Table(
            STEP_COLUMNS, empty="Nothing has moved yet.\na adjusts the stock."
        )

    def body(self) -> Iterable[Widget]:
        """Yield the facts, the way to each shop's number, and the movements."""
        yield Words("", classes="rule rule--title", id="title")
        yield Horizontal(Facts(id="facts"), Facts(id="why"), classes="halves")
        yield Words("", classes="rule", id="course")
        yield Finder(self.table)

    def on_mount(self) -> None:
        """Begin where the user meant to."""
        super().on_mount()
        if self.why:
            self.query_one("#why", Facts).focus()
        else:
            self.table.focus()

    def load(self) -> ItemStory:
        """Read the item and its story."""
        workspace = self.shell.workspace
        why = why_view(workspace, self.sku)
        item = item_view(workspace.store, self.sku)
        steps = list(_steps(why.movements, self.shell.zone))[::-1]
        rows = Rows(
            steps,
            key=lambda s: str(s.number),
            text=lambda s: f"{s.at} {s.movement.cause} {s.movement.kind}",
        )
        return ItemStory(item, why, rows.indexed())

    def show(self, data: ItemStory) -> None:
        """Put it on the screen."""
        self.item = data.item
        self.query_one("#title", Words).say(f"{data.item.sku}  {data.item.name}")
        self.query_one("#facts", Facts).show(item_sections(data.item, titled=False))
        self.query_one("#why", Facts).show(why_sections(data.why))
        self.query_one("#course", Words).say(course_words(data, self.shell.workspace.now()))
        self.table.fill(data.steps)
        read_again(self.shell, data.item.listings)
        self.refresh_bindings()

    def why_not(self, action: str) -> str:
        """Say what there must be for a verb."""
        if action == "transfer" and len(warehouses(self.shell)) < 2:  # noqa: PLR2004  # from one to another
            return "A transfer needs a second warehouse."
        return ""

    @verb("a", "Adjust", "item: adjust stock", "Correct the units on hand, with a reason")
    def action_adjust(self) -> None:
        """Ask for the adjustment."""
        if self.item:
            ask_adjust(self.shell, self.item)

    @verb("t", "Transfer", "item: transfer stock", "Move units between warehouses")
    def action_transfer(self) -> None:
        """Ask for the transfer."""
        if self.item:
            ask_transfer(self.shell, self.item)


def _steps(movements: Iterable[MovementView], zone: tzinfo) -> Iterator[Step]:
    after = 0
    for number, movement in enumerate(movements):
        after += movement.delta
        yield Step(number, movement, after, stamp(movement.at, zone))


def item_sections(item: ItemView, *, titled: bool = True) -> list[Section]:
    """Return what a pane says of an item."""
    places = [
        fact(each.warehouse, f"{each.on_hand:,} - {each.committed:,} = {each.available:,}")
        for each in item.warehouses
    ]
    listings = [_shown_there(each) for each in item.listings]
    attributes = ", ".join(f"{name}: {value}" for name, value in item.attributes.items())
    head = [fact("Price", item.price), *([fact("Options", attributes)] if attributes else [])]
    return [
        section(f"{item.sku}  {item.name}" if titled else "", head),
        section(
            "On hand - committed = available",
            places or [note("never counted: a adjusts it", "muted")],
        ),
        section("Shops", listings or [note("not for sale anywhere: map a listing to it", "muted")]),
    ]


def _shown_there(listing: ItemListingView) -> Fact:
    """Return what a shop shows, or why its number is not ours to set."""
    match listing.standing:
        case "gone":
            return fact(listing.integration, f"gone from the shop   {listing.title}", "bad")
        case "broken":
            return fact(listing.integration, f"broken   {listing.title}", "bad")
        case "off":
            words = f"{listing.quantity:,} off ({listing.listing_state.replace('_', ' ')})"
            return fact(listing.integration, f"{words}   {listing.title}", "warn")
    return fact(listing.integration, f"shows {listing.quantity:,}   {listing.title}")


def why_sections(why: WhyView) -> list[Section]:
    """Return how the numbers come about, step by step."""
    promised = [
        fact(f"- {each.quantity:,}", f"order {each.number} in {each.warehouse}")
        for each in why.commitments
    ]
    chain: list[Fact] = [
        fact(f"{why.on_hand:,}", "on hand: the movements below"),
        *promised,
        fact(f"{why.available:,}", "available", "strong"),
    ]
    sections = [section("Why this number", chain)]
    return [*sections, *(section(each.integration, _steps_there(each)) for each in why.channels)]


def _steps_there(channel: ChannelView) -> list[Fact]:
    """Return the way to a shop's number, and where it ends when it is not sent."""
    place = f" in {channel.warehouse}" if channel.warehouse else ""
    steps = [
        fact(f"{step.value:,}", f"{step.rule}{'' if number else place}")
        for number, step in enumerate(channel.rules)
    ]
    if channel.left_alone and channel.shows != channel.desired:
        return [*steps, fact(f"{channel.desired:,}", f"to show; {channel.left_alone}", "warn")]
    told = (
        "never sent" if channel.confirmed is None else f"the shop confirmed {channel.confirmed:,}"
    )
    agreed = channel.confirmed in {None, channel.desired}
    return [*steps, fact(f"{channel.desired:,}", f"to show; {told}", "good" if agreed else "busy")]
