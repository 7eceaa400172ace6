"""Plan: exactly what would go out, before it does, and what became of what was applied."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual import on

from tuisync.core.actions.drift import (
    heed_difference,
    keep_ours,
    leave_difference,
)
from tuisync.core.actions.syncs import request_sync
from tuisync.core.stock.left_alone import left_out, other_numbers
from tuisync.core.store import schema
from tuisync.screens.dialogs.confirm import Confirm
from tuisync.screens.grouped import Grouped
from tuisync.screens.marking import others_marked
from tuisync.screens.place import Place
from tuisync.screens.plan_answers import Answer, answer, ask_take
from tuisync.screens.plan_asking import consequences, question
from tuisync.screens.plan_columns import COLUMNS, in_full
from tuisync.screens.plan_rows import SHOP, PlanRow, counted_in_full, plan_rows
from tuisync.screens.plan_sending import Sending
from tuisync.screens.plan_words import EMPTY, empty_words, titled
from tuisync.screens.verbs import verb
from tuisync.widgets.facts import Facts
from tuisync.widgets.groups import ALL, Groups
from tuisync.widgets.keys import key, keyed
from tuisync.widgets.pills import Pills
from tuisync.widgets.stack import Stack
from tuisync.widgets.table import Table
from tuisync.widgets.words import Words

if TYPE_CHECKING:
    from textual.widget import Widget


_NOT_THEIRS = (
    "Nobody changed it at the shop: {table.select} marks it, {plan.apply} then sends it alone."
)
_EMPTY_GROUP = "There is no such change; {list.next_group} shows another group."


class Review(NamedTuple):
    """What the place shows.

    Attributes:
        groups: The changes.
        title: How things stand, in a line.
        nothing: What it says where there are no changes.
    """

    groups: Groups[PlanRow]
    title: str
    nothing: str


_OF_ONE = frozenset({"keep", "take", "leave", "heed"})


class Plan(Place[Review], Grouped):
    """Every change that would go out now."""

    HELP = (
        "Every change that would go out, and nothing else: what the shop shows, what it will show, "
        "and why. What is held goes out when you apply it; the rest goes by itself. Mark lines "
        "with {table.select}, or apply all that are listed."
    )
    PLACE: ClassVar[str] = "plan"
    WATCHES: ClassVar[frozenset[str]] = frozenset(
        {"outbox", "listings", "links", "balances", "integrations", "warehouses", "items"}
    )

    def __init__(self) -> None:
        super().__init__()
        self.group = ALL
        self.table: Table[PlanRow] = Table(COLUMNS, empty=EMPTY, selectable=True)
        self.sending = Sending(self.shell, self.reload)
        self.nothing = EMPTY

    def body(self) -> Iterable[Widget]:
        """Yield the title, the groups, the changes, and the one under the cursor in full."""
        yield Words("", classes="rule rule--title", id="title")
        yield Pills()
        yield Stack(self.table, Facts(classes="pane--foot"))

    def load(self) -> Review:
        """Read what would go out now, and how far the applied plan has come."""
        workspace = self.shell.workspace
        groups = plan_rows(
            workspace, self.sending.plan, self.group, self.named_groups, self.also(workspace)
        )
        off = 0 if groups.rows(ALL) else other_numbers(workspace.store, workspace)
        missing = left_out(workspace.store)
        counts = counted_in_full(groups.rows(ALL))
        title = self.sending.words() or titled(counts, missing if groups.rows(ALL) else ())
        shops = workspace.store.count(schema.INTEGRATIONS)
        return Review(groups, title, empty_words(off, missing, shops=shops))

    def show(self, data: Review) -> None:
        """Fill the table with the chosen group."""
        self.query_one("#title", Words).say(data.title)
        self.nothing = data.nothing
        self.show_groups(data.groups)
        self._moved()

    def show_groups(self, groups: Groups[PlanRow]) -> None:
        """Show these groups; headings are no changes."""
        super().show_groups(groups)
        heads = sum(row.line is None for row in groups.rows(ALL))
        pills = (
            pill._replace(number=pill.number - heads) if pill.key == ALL else pill
            for pill in groups.pills()
        )
        self.query_one(Pills).show(list(pills), self.group)

    def nothing_in(self, group: str) -> str:
        """Tell an empty plan from an empty group."""
        del group
        return _EMPTY_GROUP if self.groups and len(self.groups.rows(ALL)) else self.nothing

    # -- what is meant --------------------------------------------------------------------

    def _meant(self) -> list[PlanRow]:
        """Return the changes to apply: those marked, else all that are listed."""
        rows = self.table.rows
        if not self.table.selected:
            return [rows[place] for place in rows.matching(self.table.words) if rows[place].is_open]
        shops = {key.removeprefix(SHOP) for key in self.table.selected if key.startswith(SHOP)}
        marked = (row for row in rows if row.shop in shops or row.key in self.table.selected)
        return [row for row in marked if row.is_open]

    def why_not(self, action: str) -> str:
        """Say what there must be for a verb."""
        if action == "apply":
            return self._why_not_apply()
        if action in _OF_ONE and (others := self._others_marked()):
            return others
        if action in {"keep", "take", "leave"}:
            return self._why_not_answered(action)
        if action == "heed" and (self.table.row is None or not self.table.row.is_ignored):
            return "Only what is ignored can be heeded again."
        return ""

    def _others_marked(self) -> str:
        row = self.table.row
        shop = row is not None and f"{SHOP}{row.shop}" in self.table.selected
        return others_marked(self.table, within=shop)

    def _why_not_answered(self, action: str) -> str:
        row = self.table.row
        if row is None or row.change is None or row.change.kind != "stock":
            return "Choose a number first."
        if row.is_ignored:
            again = f"It is ignored: {key('drift.heed')} heeds it again."
            return again if action == "leave" else ""
        if not row.is_open:
            return "It is on its way already."
        return keyed(_NOT_THEIRS) if action == "keep" and not row.asks else ""

    def _why_not_apply(self) -> str:
        if self.sending.going:
            return "A plan is being applied just now."
        return "" if self._meant() else "There is nothing to apply."

    # -- applying -------------------------------------------------------------------------

    @verb("A", "Apply", "plan: apply", "Send the marked changes, or all that are listed")
    def action_apply(self) -> None:
        """Ask, saying exactly what will happen, then send."""
        meant = self._meant()
        self.app.push_screen(
            Confirm(question(meant), consequences(meant), yes="Apply"),
            lambda yes: self._apply(meant) if yes else None,
        )

    def _apply(self, rows: list[PlanRow]) -> None:
        self.table.select(frozenset())
        self.sending.begin([row.change for row in rows if row.change is not None])

    @verb(
        "c",
        "Cancel",
        "plan: cancel",
        "Stop the plan before its next listing; what is left is held again",
        show=False,
    )
    def action_cancel(self) -> None:
        """Let what is being applied end; while the shops are only read, at once."""
        self.sending.cancel()

    # -- one difference -------------------------------------------------------------------

    @verb("o", "Keep ours", "drift: keep ours", "Send our number of the line under the cursor")
    def action_keep(self) -> None:
        """Let our number stand."""
        self._answer(keep_ours, "ours stays, and is sent")

    @verb("t", "Take theirs", "drift: take theirs", "Adjust our stock to what the shop shows")
    def action_take(self) -> None:
        """Let the shop's number stand."""
        if row := self.table.row:
            ask_take(self.shell, row)

    @verb("i", "Ignore", "drift: ignore", "Leave both numbers as they are until one changes")
    def action_leave(self) -> None:
        """Leave the difference."""
        self._answer(
            leave_difference,
            f"ignored until a number changes; {key('drift.heed')} among the ignored heeds it again",
        )

    @verb(
        "h",
        "Heed",
        "drift: heed",
        "Take an ignore back: it is as any other difference again",
        show=False,
    )
    def action_heed(self) -> None:
        """Heed an ignored difference again."""
        self._answer(heed_difference, "heeded again")

    def _answer(self, decide: Answer, words: str) -> None:
        if row := self.table.row:
            answer(self.shell, row, decide, words)

    # -- looking again --------------------------------------------------------------------

    @verb("r", "Read shops", "plan: read the shops first", "Read items and orders of every shop")
    def action_refresh(self) -> None:
        """Ask for both modules; nothing is sent after it but what goes by itself anyway."""
        shell = self.shell
        shell.act(
            lambda: request_sync(shell.workspace, ["items", "orders"], push=False),
            lambda runs: shell.say(f"Asked for {len(runs):,} syncs; the plan follows them."),
        )

    @verb(
        "escape", "Clear", "plan: clear marks", "Take marks and the last outcome away", show=False
    )
    def action_clear(self) -> None:
        """Forget what was marked and what was applied last."""
        self.table.select(frozenset())
        self.sending.forget()
        self.reload()

    @on(Table.Highlighted)
    def _moved(self) -> None:
        row = self.table.row
        self.query_one(Facts).show([in_full(row)] if row else [])
        self.refresh_bindings()

    @on(Table.Changed)
    def _marked(self) -> None:
        self.refresh_bindings()
