"""One item: its stock per warehouse, where it is sold, and why its numbers are what they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import tzinfo
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual.containers import Horizontal

from tuisync.core.views.items import item_view
from tuisync.core.views.why import why_view
from tuisync.screens.freshness import read_again
from tuisync.screens.item_facts import course_words, item_sections, why_sections
from tuisync.screens.place import SubPlace
from tuisync.screens.retiring import is_retired, revive
from tuisync.screens.stock import ask_adjust, ask_transfer, no_transfer
from tuisync.screens.stock_undo import ask_take_back
from tuisync.screens.verbs import verb
from tuisync.widgets.columns import Cell, Column
from tuisync.widgets.facts import Facts
from tuisync.widgets.finder import Finder
from tuisync.widgets.rows import Rows
from tuisync.widgets.table import Table
from tuisync.widgets.when import stamp
from tuisync.widgets.words import Words

if TYPE_CHECKING:
    from textual.widget import Widget

    from tuisync.core.views.objects import (
        ItemView,
        MovementView,
        WhyView,
    )
    from tuisync.widgets.marks import Tone


_CHANGES = frozenset({"adjust", "transfer", "take_back"})


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
        retired = "  (retired)" if data.item.retired_at else ""
        self.query_one("#title", Words).say(f"{data.item.sku}{retired}  {data.item.name}")
        self.query_one("#facts", Facts).show(item_sections(data.item, titled=False))
        self.query_one("#why", Facts).show(why_sections(data.why))
        self.query_one("#course", Words).say(course_words(data.why, self.shell.workspace.now()))
        self.table.fill(data.steps)
        read_again(self.shell, data.item.listings)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave the room in the bottom line to others where nothing can be revived."""
        if action == "revive" and not (self.item and self.item.retired_at):
            return False
        return super().check_action(action, parameters)

    def why_not(self, action: str) -> str:
        """Say what there must be for a verb."""
        if action in _CHANGES and self.item and (reason := is_retired(self.item)):
            return reason
        return no_transfer(self.shell) if action == "transfer" else ""

    @verb("v", "Revive", "item: revive", "Bring a retired item back into use")
    def action_revive(self) -> None:
        """Bring it back."""
        if self.item:
            revive(self.shell, self.item)

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

    @verb(
        "z",
        "Take back",
        "item: take back stock",
        "Take the last adjustment or transfer back",
        show=False,
    )
    def action_take_back(self) -> None:
        """Ask, then move as much the other way."""
        if self.item:
            ask_take_back(self.shell, self.item)


def _steps(movements: Iterable[MovementView], zone: tzinfo) -> Iterator[Step]:
    after = 0
    for number, movement in enumerate(movements):
        after += movement.delta
        yield Step(number, movement, after, stamp(movement.at, zone))
