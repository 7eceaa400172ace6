"""Outbox: what the shops are still to be told, and what became of what was sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import on

from tuisync.core.actions.pushes import retry_push
from tuisync.core.applying import push_owed
from tuisync.core.views.outbox import outbox_views
from tuisync.screens.fixing import ask_correct_push, ask_drop
from tuisync.screens.grouped import Grouped
from tuisync.screens.outbox_rows import COLUMNS, DONE_COLUMNS, OutboxRow, outbox_rows, searched
from tuisync.screens.place import Place
from tuisync.screens.syncing import cancel_plan
from tuisync.screens.verbs import verb
from tuisync.widgets.facts import Fact, Facts, fact, section
from tuisync.widgets.groups import Groups
from tuisync.widgets.keys import key
from tuisync.widgets.pills import Pills
from tuisync.widgets.plain import counted, owed_words
from tuisync.widgets.stack import Stack
from tuisync.widgets.table import Table
from tuisync.widgets.words import Words

if TYPE_CHECKING:
    from textual.widget import Widget

    from tuisync.core.views.objects import PushReport
    from tuisync.widgets.columns import Column

_EMPTY = (
    "Nothing is owed to any shop.\n"
    "When stock changes or an order is shipped, the shops that must know are listed here until "
    "they do. Press {plan.see} to compare your numbers with what the shops show."
)
_WORDS = {"owed": "owed", "refused": "refused", "done": "done"}


class Outbox(Place[Groups[OutboxRow]], Grouped):
    """Every push that is or was owed."""

    HELP = (
        "What shops must still be told. A running engine sends it by itself, except what is "
        "held for you: {plan.see} shows the plan, and applying it lifts the hold."
    )
    PLACE: ClassVar[str] = "outbox"
    WATCHES: ClassVar[frozenset[str]] = frozenset({"outbox", "listings", "orders", "integrations"})

    def __init__(self) -> None:
        super().__init__()
        self.group = "owed"
        self.table: Table[OutboxRow] = Table(COLUMNS, empty=_EMPTY)

    def body(self) -> Iterable[Widget]:
        """Yield what is owed in words, the groups, the table, and the entry's reason in full."""
        yield Words("", classes="rule rule--title", id="title")
        yield Pills()
        yield Stack(self.table, Facts(classes="pane--foot"))

    def load(self) -> Groups[OutboxRow]:
        """Read the entries and the names of what they are about."""
        workspace = self.shell.workspace
        store, now = workspace.store, workspace.now()
        rows = [row for each in outbox_views(store) for row in outbox_rows(store, each, now)]
        groups = Groups(
            rows,
            self.named_groups(_WORDS),
            group=lambda r: r.group,
            key=lambda r: r.key,
            text=searched,
            also=self.also(workspace),
        )
        self.prepare_group(groups, self.group)
        return groups

    def show(self, data: Groups[OutboxRow]) -> None:
        """Fill the table with the chosen group."""
        self.query_one("#title", Words).say(_owed_words(data))
        self.show_groups(data)
        self._moved()

    def columns_in(self, group: str) -> Sequence[Column[OutboxRow]]:
        """Return what is shown; what was sent has numbers, and no next try."""
        return DONE_COLUMNS if group == "done" else COLUMNS

    def nothing_in(self, group: str) -> str:
        """Say what the outbox is for where nothing is owed."""
        if group == "owed":
            return _EMPTY
        return "No shop refused anything." if group == "refused" else "Nothing was sent yet."

    def why_not(self, action: str) -> str:
        """Say what must be owed for a verb."""
        if action == "push" and not self._owed():
            return "Nothing is owed to any shop."
        row = self.table.row
        if action in {"retry", "drop", "correct"}:
            return "There is no push here." if row is None else _too_late(row, action)
        return ""

    def _owed(self) -> int:
        return len(self.groups.rows("owed")) if self.groups else 0

    @verb("p", "Plan", "plan: see", "Compare your numbers with what the shops show")
    def action_plan(self) -> None:
        """Go to the plan."""
        self.shell.go("plan")

    @verb("P", "Push now", "outbox: push now", "Send what is owed and not held, without waiting")
    def action_push(self) -> None:
        """Send what may be sent."""
        shell = self.shell
        shell.carry_out(
            push_owed(shell.workspace, shell.engine_did),
            lambda report: shell.say(report_words(report)),
        )

    @verb(
        "c",
        "Cancel",
        "outbox: cancel plan",
        "Stop the plan that is being sent before its next listing",
        show=False,
    )
    def action_cancel(self) -> None:
        """Let what is being applied end."""
        cancel_plan(self.shell)

    @verb("r", "Retry", "push: retry", "Send the push under the cursor again, without waiting")
    def action_retry(self) -> None:
        """Let the push be sent again."""
        if row := self.table.row:
            workspace, id_ = self.shell.workspace, row.entry.id
            self.shell.act(
                lambda: retry_push(workspace, id_),
                lambda _: self.shell.say(f"{row.title}: sent again as soon as the engine can."),
            )

    @verb(
        "e",
        "Correct",
        "push: correct",
        "Correct a shipment that the shop has not taken",
        show=False,
    )
    def action_correct(self) -> None:
        """Ask for carrier and tracking number, then let it be sent again."""
        if row := self.table.row:
            ask_correct_push(self.shell, row.entry.id)

    @verb("x", "Give up", "push: give up", "Give the push under the cursor up", show=False)
    def action_drop(self) -> None:
        """Ask, then give the push up."""
        if row := self.table.row:
            ask_drop(self.shell, row.title, [row.entry.id])

    @on(Table.Highlighted)
    def _moved(self) -> None:
        row = self.table.row
        facts = list(_facts(row)) if row else []
        self.query_one(Facts).show([section("", facts)])
        self.refresh_bindings()


def _facts(row: OutboxRow) -> Iterator[Fact]:
    """Yield all there is to say of a push."""
    yield fact("Of", row.title, "strong")
    if row.parcel:
        yield fact("Parcel", row.parcel)
    if row.sent:
        yield fact("Sent", row.sent, "strong")
    if not row.past:
        yield fact("Because", row.entry.reason or "-")
    yield fact("State", row.mark, row.mark.tone)
    if _is_correctable(row):
        yield fact(key("push.correct"), _CORRECT[row.group], "accent")


_CORRECT = {"refused": "correct it and send it again", "owed": "correct carrier and number"}


def _is_correctable(row: OutboxRow) -> bool:
    return row.entry.kind == "shipment" and row.group in _CORRECT


def _owed_words(groups: Groups[OutboxRow]) -> str:
    """Return what is owed, as `11 listings and 1 shipment owed, 9 held for you, 2 refused`."""
    rows, refused = groups.rows("owed"), len(groups.rows("refused"))
    held = sum(row.entry.state == "held" for row in rows)
    shipments = sum(row.entry.kind == "shipment" for row in rows)
    owed = owed_words(len(rows) - shipments, shipments)
    parts = [
        f"{owed} owed" if rows else "Nothing is owed",
        *([f"{held:,} held for you"] if held else []),
        *([f"{refused:,} refused"] if refused else []),
    ]
    return ", ".join(parts)


def _too_late(row: OutboxRow, action: str) -> str:
    if action == "correct" and row.entry.kind == "stock" and not row.past:
        return "A number is computed from your stock: 3 goes there."
    match "applied" if row.past else row.entry.state:
        case "applied":
            return "It was sent."
        case "superseded":
            return "It is not owed any more."
        case "in_flight":
            return "It is being sent just now."
        case "held" if action == "retry":
            return f"It waits for you to look at the plan: {key('plan.see')}."
    return ""


def report_words(report: PushReport) -> str:
    """Return what became of a drain, in words."""
    parts = [f"{counted(len(report.applied), 'change')} sent"]
    for word, changes in (
        ("stopped by you", report.stopped),
        ("refused", report.failed),
        ("held for you", report.held),
        ("out of date", report.stale),
    ):
        if changes:
            parts.append(f"{len(changes):,} {word}")
    return ", ".join(parts) + "."
