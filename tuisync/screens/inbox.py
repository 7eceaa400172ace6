"""Inbox: what needs you, one row per cause, each with the one key that mends it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual import on

from tuisync.core.actions.again import dismiss
from tuisync.core.views.inbox import inbox_views
from tuisync.screens.fixing import WORDS, ask_drop, fix, open_cause
from tuisync.screens.grouped import Grouped
from tuisync.screens.place import Place
from tuisync.screens.verbs import verb
from tuisync.widgets.columns import Cell, Column, marked, title_column
from tuisync.widgets.facts import Facts, Section, fact, section
from tuisync.widgets.groups import ALL, Groups
from tuisync.widgets.keys import key
from tuisync.widgets.marks import INBOX
from tuisync.widgets.pills import Pills
from tuisync.widgets.stack import Stack
from tuisync.widgets.table import Table
from tuisync.widgets.when import ago, stamp, until

if TYPE_CHECKING:
    from textual.widget import Widget

    from tuisync.core.models import InboxClass
    from tuisync.core.views.objects import InboxView

_WORDS = {
    ALL: "all",
    "shops": "shops",
    "refused": "failed",
    "decide": "to decide",
    "map": "to map",
    "review": "to review",
}
_GROUPS: dict[InboxClass, str] = {
    "auth": "shops",
    "stale": "shops",
    "transient": "refused",
    "rejected": "refused",
    "bug": "refused",
    "decision": "decide",
    "oversell": "decide",
    "drift": "decide",
    "mapping": "map",
    "review": "review",
}
_EMPTY = (
    "Nothing needs you.\n"
    "What fails, what a shop refuses and what you have to decide comes here, and goes away by "
    "itself once its cause is gone."
)
_EMPTY_GROUP = "Nothing of that kind needs you; {list.next_group} shows another group."


_GIVEN_UP = frozenset({"send_again", "correct", "resync"})
"""What can be given up, by the kind of fix."""


class InboxRow(NamedTuple):
    """A cause with the clock to show it by."""

    entry: InboxView
    now: datetime
    zone: tzinfo


def _times(row: InboxRow) -> Cell:
    count = row.entry.count
    return Cell(f"{count:,}" if count > 1 else "", "muted")


def _since(row: InboxRow) -> Cell:
    return Cell(ago(row.entry.first_at, row.now) if row.entry.first_at else "", "muted")


COLUMNS: tuple[Column[InboxRow], ...] = (
    Column(
        "class",
        "Needs",
        lambda r: marked(INBOX[r.entry.kind]),
        width=13,
        order=lambda r: r.entry.kind,
        snug=True,
    ),
    title_column(
        "subject", "What", lambda r: r.entry.subject, tone="strong", width=24, flex=2, widest=60
    ),
    Column("message", "Why", lambda r: Cell(r.entry.message), 30, flex=4, snug=True, wish=46),
    Column(
        "count", "Times", _times, 5, align="right", rank=2, order=lambda r: r.entry.count, snug=True
    ),
    Column("since", "Since", _since, width=11, rank=3),
    Column(
        "shop",
        "Shop",
        lambda r: Cell(r.entry.integration or "all", "muted"),
        width=7,
        rank=4,
        order=lambda r: r.entry.integration or "",
    ),
)


class Inbox(Place[Groups[InboxRow]], Grouped):
    """Every cause that needs the user, the most urgent first."""

    HELP = (
        "What needs you, the most urgent first. {inbox.fix_it} does what mends the row under the "
        "cursor, {inbox.open_cause} shows where it comes from. A row goes away by itself once its "
        "cause is gone."
    )
    PLACE: ClassVar[str] = "inbox"
    WATCHES: ClassVar[frozenset[str]] = frozenset(
        {"failures", "integrations", "links", "orders", "outbox", "balances", "commitments"}
    )

    def __init__(self) -> None:
        super().__init__()
        self.group = ALL
        self.table: Table[InboxRow] = Table(COLUMNS, empty=_EMPTY)

    def body(self) -> Iterable[Widget]:
        """Yield the groups, the table, and the row under the cursor in full."""
        yield Pills()
        yield Stack(self.table, Facts(classes="pane--foot"))

    def load(self) -> Groups[InboxRow]:
        """Read what needs the user."""
        workspace = self.shell.workspace
        now, zone = workspace.now(), self.shell.zone
        rows = [InboxRow(view, now, zone) for view in inbox_views(workspace.store, now)]
        return Groups(rows, _WORDS, group=_group, key=lambda r: r.entry.id, text=_searched)

    def show(self, data: Groups[InboxRow]) -> None:
        """Fill the table with the chosen group."""
        self.show_groups(data)
        self._moved()

    def nothing_in(self, group: str) -> str:
        """Tell an empty inbox from an empty group."""
        return _EMPTY if group == ALL else _EMPTY_GROUP

    def why_not(self, action: str) -> str:
        """Say what the row must be for a verb."""
        row = self.table.row
        if action in {"fix", "open", "drop"} and row is None:
            return "Nothing needs you here."
        if action == "drop" and row and row.entry.fix.does not in _GIVEN_UP:
            return "Only pushes and records can be given up; this goes away with its cause."
        return ""

    @verb("enter", "Open", "inbox: open cause", "Show where the row under the cursor comes from")
    def action_open(self) -> None:
        """Show where the cause is at home."""
        if row := self.table.row:
            open_cause(self.shell, row.entry)

    @verb("f", "Fix it", "inbox: fix it", "Do what mends the row: sign in, send again, decide")
    def action_fix(self) -> None:
        """Do what mends the cause."""
        if row := self.table.row:
            fix(self.shell, row.entry)

    @verb("x", "Give up", "inbox: give up", "Give a push up, or let a record be that failed")
    def action_drop(self) -> None:
        """Ask, then give the push up; a record is let be until it fails again."""
        row = self.table.row
        if row and row.entry.fix.does == "resync":
            workspace, id_ = self.shell.workspace, row.entry.id
            self.shell.act(lambda: dismiss(workspace, id_), lambda _: self._dismissed(row))
        elif row:
            ask_drop(self.shell, row.entry.subject, row.entry.fix.ids)

    def _dismissed(self, row: InboxRow) -> None:
        self.shell.say(f"{row.entry.subject}: it comes back should it fail again.")

    @on(Table.Highlighted)
    def _moved(self) -> None:
        row = self.table.row
        hint = self.shell.hint(row.entry.hint) if row else ""
        self.query_one(Facts).show([_in_full(row, hint)] if row else [])
        self.refresh_bindings()

    @on(Table.Opened)
    def _opened(self) -> None:
        self.action_open()


def _group(row: InboxRow) -> str:
    return _GROUPS[row.entry.kind]


def _searched(row: InboxRow) -> str:
    entry = row.entry
    return f"{entry.subject} {entry.message} {entry.kind} {entry.integration or ''}"


def _in_full(row: InboxRow, hint: str) -> Section:
    entry, mark = row.entry, INBOX[row.entry.kind]
    facts = [
        fact("Why", entry.message),
        fact(key("inbox.fix_it"), WORDS[entry.fix.does], "accent"),
        fact("Or", hint, "muted"),
    ]
    if entry.next_at:
        facts.insert(1, fact("Next try", until(entry.next_at, row.now)))
    if entry.last_at and entry.count > 1:
        facts.append(fact("Last", stamp(entry.last_at, row.zone)))
    return section(f"{mark.glyph} {entry.subject}", facts)
