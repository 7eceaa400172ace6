"""Records: what became of each item, order and push of one batch, and why (S19)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import tzinfo
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual import on

from tuisync.core.store import schema
from tuisync.core.views.history import record_views, run_view
from tuisync.screens.counts import explained_outcome
from tuisync.screens.grouped import Grouped
from tuisync.screens.opening_records import cannot_open, open_record
from tuisync.screens.place import SubPlace
from tuisync.screens.resyncing import ask_undo, resync
from tuisync.screens.verbs import verb
from tuisync.widgets.columns import Cell, Column, marked, title_column
from tuisync.widgets.facts import Facts, fact, section
from tuisync.widgets.groups import ALL, Groups
from tuisync.widgets.marks import OUTCOME, RUN, STOPPED, UNDONE
from tuisync.widgets.pills import Pills
from tuisync.widgets.plain import plain
from tuisync.widgets.stack import Stack
from tuisync.widgets.table import Table
from tuisync.widgets.when import stamp
from tuisync.widgets.words import Words

if TYPE_CHECKING:
    from textual.widget import Widget

    from tuisync.core.models import SyncRun
    from tuisync.core.views.objects import RecordView, RunView

_GROUPS = {
    "failed": ("failed",),
    "ok": ("created", "updated", "unchanged"),
    "frozen": ("frozen",),
    "skipped": ("skipped",),
}
_WORDS = {ALL: "all", **{name: name for name in _GROUPS}}
_KINDS = {"item": "items", "order": "orders", "stock": "numbers", "shipment": "shipments"}
_ALWAYS = (ALL, "failed", "ok")
_EMPTY = "No record here.\nThis sync met nothing to take in, or nothing that ended this way."

COLUMNS: tuple[Column[RecordView], ...] = (
    Column(
        "outcome",
        "Outcome",
        lambda r: marked(OUTCOME[r.outcome]),
        width=11,
        order=lambda r: r.outcome,
    ),
    Column(
        "kind",
        "Kind",
        lambda r: Cell(r.kind, "muted"),
        width=8,
        rank=2,
        order=lambda r: r.kind,
        snug=True,
    ),
    Column(
        "remote",
        "Id at the shop",
        lambda r: Cell("" if r.remote_id in r.title else r.remote_id),
        width=14,
        widest=40,
        rank=3,
        order=lambda r: r.remote_id,
        snug=True,
    ),
    title_column("title", "Title", lambda r: r.title, width=30, flex=2),
    Column("reason", "Reason", lambda r: Cell(r.reason, "warn"), 14, flex=3, widest=200, snug=True),
)


class BatchRecords(NamedTuple):
    """What the screen shows: the runs of the batch and their records."""

    runs: list[RunView]
    records: Groups[RecordView]


class Records(SubPlace[BatchRecords], Grouped):
    """The records of one batch.

    Args:
        batch: The batch's id.
        outcome: The group to begin with: `failed`, `ok`, `frozen`, `skipped` or all.
    """

    HELP = "What became of each record of this sync. {list.next_group} shows one outcome at a time."
    PLACE: ClassVar[str] = "history"
    WATCHES: ClassVar[frozenset[str]] = frozenset({"runs", "records"})

    def __init__(self, batch: str, outcome: str = "") -> None:
        super().__init__()
        self.batch_id = batch
        self.group = outcome
        self.table: Table[RecordView] = Table(COLUMNS, empty=_EMPTY)

    def body(self) -> Iterable[Widget]:
        """Yield the summary, the outcomes, the table and the record's reason in full."""
        yield Words("", classes="rule", id="summary")
        yield Pills()
        yield Stack(self.table, Facts(classes="pane--foot"))

    def load(self) -> BatchRecords:
        """Read the runs and their records."""
        store = self.shell.workspace.store
        runs: list[SyncRun] = store.find(schema.RUNS, "batch", self.batch_id)
        records = [record for run in runs for record in record_views(store, run.id)]
        present = {_group(each) for each in records}
        words = {name: word for name, word in _WORDS.items() if name in {*present, *_ALWAYS}}
        groups = Groups(records, words, group=_group, key=lambda r: r.id, text=searched)
        self.prepare_group(groups, self.group)
        return BatchRecords([run_view(store, run) for run in runs], groups)

    def show(self, data: BatchRecords) -> None:
        """Fill the table with the chosen outcome."""
        self.query_one("#summary", Words).say(_summary(data.runs, self.shell.zone))
        self.show_groups(data.records)

    @verb("enter", "Open", "record: open", "Go to the order or to the listing it is about")
    def action_open(self) -> None:
        """Open the order, or show the listing in the mapping."""
        if record := self.table.row:
            open_record(self.shell, record)

    @on(Table.Opened)
    def _opened(self) -> None:
        self.action_open()

    @verb("f", "Failed", "records: show failed", "Only what failed")
    def action_failed(self) -> None:
        """Show what failed."""
        self.query_one(Pills).choose("failed")

    @verb("a", "All", "records: show all", "All outcomes")
    def action_all(self) -> None:
        """Show everything."""
        self.query_one(Pills).choose(ALL)

    @verb("r", "Resync", "record: read again", "Read this one record again at the shop")
    def action_resync(self) -> None:
        """Read the record under the cursor again."""
        if record := self.table.row:
            name = record.title or record.remote_id
            resync(self.shell, record.run, f"“{name}”", record=record.id)

    @verb("w", "Resync run", "run: read records again", "Read each record of this one's run again")
    def action_resync_run(self) -> None:
        """Read every record of the run again."""
        if record := self.table.row:
            resync(self.shell, record.run, f"all {_KINDS[record.kind]}")

    @verb("u", "Undo", "run: undo", "Take back what this one's run linked and imported", show=False)
    def action_undo(self) -> None:
        """Say what would be taken back of the run, then ask."""
        if record := self.table.row:
            ask_undo(self.shell, record.run)

    def why_not(self, action: str) -> str:
        """Say what there must be to go back to."""
        record = self.table.row
        if action in {"open", "resync", "resync_run", "undo"} and record is None:
            return "There is no record here."
        return cannot_open(self.shell, record) if action == "open" and record else ""

    @on(Table.Highlighted)
    def _explain(self) -> None:
        record = self.table.row
        facts = (
            []
            if record is None
            else [
                fact("Title", record.title, "strong"),
                fact("Id", f"{record.kind} {record.remote_id}", "muted"),
                *([fact("Reason", record.reason, "warn")] if record.reason else []),
                *explained_outcome(record.outcome),
            ]
        )
        self.query_one(Facts).show([section("", facts)])


def searched(record: RecordView) -> str:
    """Return what a filter looks at."""
    return f"{record.remote_id} {record.title} {record.reason} {record.outcome} {record.kind}"


def _group(record: RecordView) -> str:
    return next(name for name, outcomes in _GROUPS.items() if record.outcome in outcomes)


def _standing(run: RunView) -> str:
    """Return how a run stands, in a word."""
    if run.undone_at:
        return UNDONE.word
    return STOPPED.word if run.cancelled_at and run.finished_at else RUN[run.status].word


def _summary(runs: list[RunView], zone: tzinfo) -> str:
    if not runs:
        return "This sync is not here any more."
    first = runs[0]
    several = len({run.integration for run in runs}) > 1
    parts = [f"{stamp(first.started_at or first.queued_at, zone)[5:]} {first.trigger}"]
    for run in runs:
        shop = f"{run.integration} " if several else ""
        parts.append(f"{shop}{run.module} {_standing(run)}")
    parts += dict.fromkeys(plain(run.reason) for run in runs if run.reason)
    return " · ".join(parts)
