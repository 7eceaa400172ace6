"""What the plan shows of each change: shops as headings, numbers, why, and how it stands."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from tuisync.core.planned import Line, ignored_lines, review_lines
from tuisync.core.stock.drift import THEIRS
from tuisync.core.store import schema
from tuisync.core.views.integrations import integration_name
from tuisync.widgets.groups import ALL, Groups
from tuisync.widgets.marks import ASKS, STANDING, Mark
from tuisync.widgets.plain import owed_words

if TYPE_CHECKING:
    from tuisync.core.models import Plan, PlannedChange
    from tuisync.core.store.port import Reader
    from tuisync.core.workspace import Workspace

WORDS = {
    ALL: "all",
    "held": "held",
    "drift": "changed there",
    "free": "by itself",
    "going": "on its way",
    "refused": "refused",
    "done": "done",
    "ignored": "ignored",
}
"""The groups, with their words."""

_NONE: Mapping[str, Collection[str]] = MappingProxyType({})

_SOMETIMES = ("going", "done", "ignored")
"""Groups that are named only while there is something in them: the line of them is short."""

SHOP = "shop:"
"""How the keys of headings begin."""

_OPEN = frozenset({"held", "free", "waiting", "moved", "refused"})


class PlanRow(NamedTuple):
    """A change, or the heading of a shop's changes.

    Attributes:
        key: Names it for good.
        shop: The integration's name.
        line: The change and how it stands; None for a heading.
        title: What it is about.
        level: The number at which both sides were level last.
        nested: It stands under a heading.
        about: What a heading says of its shop's changes.
    """

    key: str
    shop: str
    line: Line | None
    title: str
    level: int | None = None
    nested: bool = False
    about: str = ""

    @property
    def change(self) -> PlannedChange | None:
        """The change; None for a heading."""
        return self.line.change if self.line else None

    @property
    def is_open(self) -> bool:
        """It can be applied now."""
        return self.line is not None and self.line.standing in _OPEN

    @property
    def is_ignored(self) -> bool:
        """The user left the difference as it is."""
        return self.line is not None and self.line.standing == "ignored"

    @property
    def asks(self) -> bool:
        """The number was changed at the shop, so that one can keep, take or leave it."""
        return self.is_open and self.change is not None and self.change.drift in THEIRS

    @property
    def mark(self) -> Mark:
        """How it stands."""
        if self.line is None:
            return Mark(" ", "", "plain")
        asked = self.asks and self.line.standing == "held"
        return ASKS if asked else STANDING[self.line.standing]


def key_of(change: PlannedChange) -> str:
    """Return the key of a change's row."""
    return change.variant or f"{change.target}#{change.shipment}"


def plan_rows(
    workspace: Workspace,
    applied: Plan | None,
    chosen: str = ALL,
    named: Callable[[Mapping[str, str]], Mapping[str, str]] = dict,
    also: Mapping[str, Collection[str]] = _NONE,
) -> Groups[PlanRow]:
    """Read what would go out now, what became of an applied plan, and what is ignored, in groups.

    Args:
        workspace: Where.
        applied: The plan whose outcome is shown, or None.
        chosen: The group that is shown now, which is named in any case.
        named: Adds further groups to the words of all.
        also: The keys of these, by group.
    """
    reader = workspace.store
    rows = list(_rows(reader, review_lines(workspace, applied)))
    rows += [
        _row(reader, integration_name(reader, line.change.integration), line, nested=False)
        for line in ignored_lines(workspace)
    ]
    present = {chosen, *(_group(row) for row in rows)}
    return Groups(
        rows,
        named({k: word for k, word in WORDS.items() if k in present or k not in _SOMETIMES}),
        apart=("ignored",),
        group=_group,
        key=lambda row: row.key,
        text=_searched,
        also=also,
    )


def _rows(reader: Reader, lines: Sequence[Line]) -> Iterator[PlanRow]:
    shops = [
        (integration_name(reader, id_), list(of_shop))
        for id_, of_shop in groupby(lines, key=lambda line: line.change.integration)
    ]
    for shop, of_shop in shops:
        rows = [_row(reader, shop, line, nested=len(shops) > 1) for line in of_shop]
        if len(shops) > 1:
            about = counted(rows).replace(" for you", "").replace(" you", "")
            yield PlanRow(f"{SHOP}{shop}", shop, None, shop, about=about)
        yield from rows


def _row(reader: Reader, shop: str, line: Line, *, nested: bool) -> PlanRow:
    change = line.change
    link = reader.get(schema.LINKS, change.variant) if change.variant else None
    level = link.level.number if link is not None and link.level else None
    return PlanRow(key_of(change), shop, line, change.title, level, nested)


def counted(rows: Iterable[PlanRow]) -> str:
    """Return how many changes there are, and how many of them wait for the user."""
    lines = [row for row in rows if row.line is not None]
    marks = [row.mark for row in lines]
    words = {STANDING["held"]: "held for you", STANDING["refused"]: "refused"}
    words[ASKS] = "asks you" if marks.count(ASKS) == 1 else "ask you"
    told = [f"{marks.count(mark):,} {word}" for mark, word in words.items() if mark in marks]
    return ", ".join([f"{len(lines):,} {'change' if len(lines) == 1 else 'changes'}", *told])


def counted_in_full(rows: Iterable[PlanRow]) -> str:
    """Return the same with what is changed: `4 changes of 3 listings, 1 held for you`."""
    every = list(rows)
    changes = [row.change for row in every if row.change is not None]
    if not changes:
        return counted(every)
    listings = {each.target for each in changes if each.kind == "stock"}
    of = owed_words(len(listings), sum(each.kind == "shipment" for each in changes))
    first, *rest = counted(every).split(", ")
    return ", ".join([f"{first} of {of}", *rest])


def _group(row: PlanRow) -> str:
    if row.line is None:
        return ALL
    if row.line.standing == "ignored":
        return "ignored"
    if row.asks:
        return "drift"
    if row.line.standing in {"waiting", "sending"}:
        return "going"
    if row.line.standing == "sent":
        return "done"
    return row.line.standing if row.line.standing in WORDS else "free"


def _searched(row: PlanRow) -> str:
    change = row.change
    if change is None:
        return row.shop
    return f"{change.title} {change.sku} {change.reason} {row.shop} {row.mark.word}"
