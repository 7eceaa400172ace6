"""Plan: exactly what would go out, before it does, and what became of what was applied."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual import on

from tuisync.core.actions.drift import (
    heed_difference,
    keep_ours,
    leave_difference,
    take_theirs,
    what_taking_does,
)
from tuisync.core.actions.plan_cancels import has_begun
from tuisync.core.actions.plans import plan_of
from tuisync.core.actions.syncs import request_sync
from tuisync.core.applying import apply_plan
from tuisync.core.errors import PlanStale
from tuisync.core.planned import plan_lines
from tuisync.core.stock.left_alone import other_numbers
from tuisync.core.store import schema
from tuisync.screens.dialogs.confirm import Confirm
from tuisync.screens.grouped import Grouped
from tuisync.screens.place import Place
from tuisync.screens.plan_asking import consequences, question, taking_words
from tuisync.screens.plan_rows import COLUMNS, SHOP, PlanRow, counted_in_full, in_full, plan_rows
from tuisync.screens.syncing import cancel_plan
from tuisync.screens.verbs import verb
from tuisync.widgets.facts import Facts
from tuisync.widgets.finder import Finder
from tuisync.widgets.groups import ALL, Groups
from tuisync.widgets.keys import key
from tuisync.widgets.pills import Pills
from tuisync.widgets.progress import bar
from tuisync.widgets.table import Table
from tuisync.widgets.words import Words

if TYPE_CHECKING:
    from textual.widget import Widget
    from textual.worker import Worker

    from tuisync.core.models import Plan as StoredPlan
    from tuisync.core.stock.taking import Taking
    from tuisync.core.views.objects import DriftView, PushReport
    from tuisync.core.workspace import Workspace

_EMPTY = (
    "Nothing would change.\n"
    "Every shop shows the number it should, as far as it was read, and knows of every parcel. "
    "Press {plan.read_the_shops_first} to read the shops again."
)
_LEFT_OUT = (
    "Nothing would change at the shops one can reach.\n"
    "A shop that needs a sign-in or is switched off is left out; press {go.marketplaces} to bring "
    "it back. What it is owed is kept."
)
_EMPTY_BUT_OFF = (
    "Nothing would change.\n"
    "Every listing that is for sale shows the number it should, as far as it was read. "
    "[off] other numbers, which are left alone: {go.items}, then {item.why_this_number} says why."
)
_EMPTY_GROUP = "There is no such change; {list.previous_group} shows all."


class Review(NamedTuple):
    """What the place shows.

    Attributes:
        groups: The changes.
        title: How things stand, in a line.
        whole: Every connected shop is in it.
        off: Listings that are off at their shop and show other numbers than ours.
    """

    groups: Groups[PlanRow]
    title: str
    whole: bool
    off: int = 0


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
        self.table: Table[PlanRow] = Table(COLUMNS, empty=_EMPTY, selectable=True)
        self.applied: StoredPlan | None = None
        self.applying = False
        self.work: Worker[None] | None = None
        self.told = ""
        self.whole = True
        self.off = 0

    def body(self) -> Iterable[Widget]:
        """Yield the title, the groups, the changes, and the one under the cursor in full."""
        yield Words("", classes="rule rule--title", id="title")
        yield Pills()
        yield Finder(self.table)
        yield Facts(classes="pane--foot")

    def load(self) -> Review:
        """Read what would go out now, and how far the applied plan has come."""
        workspace = self.shell.workspace
        groups = plan_rows(workspace, self.applied, self.group)
        title = self._progress(workspace) or self.told or counted_in_full(groups.rows(ALL))
        off = 0 if groups.rows(ALL) else other_numbers(workspace.store, workspace)
        shops = workspace.store.all(schema.INTEGRATIONS)
        whole = all(each.status == "active" for each in shops)
        return Review(groups, title, whole, off)

    def _progress(self, workspace: Workspace) -> str:
        if not self.applying or self.applied is None:
            return ""
        standings = [line.standing for line in plan_lines(workspace, self.applied)]
        ended = sum(each in {"sent", "refused", "moved"} for each in standings)
        if not ended and "sending" not in standings and "waiting" not in standings:
            return f"Reading the shops first … · {key('plan.cancel')} stops it"
        sending = f"Sending  {bar(ended, len(standings))}  {ended:,} of {len(standings):,}"
        return f"{sending} · {key('plan.cancel')} stops it"

    def show(self, data: Review) -> None:
        """Fill the table with the chosen group."""
        self.query_one("#title", Words).say(data.title)
        self.whole, self.off = data.whole, data.off
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

    def fill_group(self) -> None:
        """Fill the table; an empty plan is another thing than an empty group."""
        nothing = _empty(self.off) if self.whole else _LEFT_OUT
        self.table.empty = nothing if self.group == ALL else _EMPTY_GROUP
        super().fill_group()

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
        if action in {"keep", "take", "leave"}:
            row = self.table.row
            if row is None or row.change is None or row.change.kind != "stock":
                return "Choose a number first."
            if row.is_ignored and action == "leave":
                return f"It is ignored: {key('drift.heed')} heeds it again."
            if not row.is_open and not row.is_ignored:
                return "It is on its way already."
        if action == "heed" and (self.table.row is None or not self.table.row.is_ignored):
            return "Only what is ignored can be heeded again."
        return ""

    def _why_not_apply(self) -> str:
        if self.applying:
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
        changes = [row.change for row in rows if row.change is not None]
        self.applying, self.told = True, ""
        self.table.select(frozenset())
        shell = self.shell
        shell.act(lambda: plan_of(shell.workspace, changes), self._go_out)

    def _go_out(self, plan: StoredPlan) -> None:
        self.applied = plan
        self.work = self.app.run_worker(self._carry_out(plan), exit_on_error=False)

    async def _carry_out(self, plan: StoredPlan) -> None:
        shell = self.shell
        try:
            report = await apply_plan(shell.workspace, shell.engine_did, plan.id)
        except asyncio.CancelledError:
            self._end("Stopped. Nothing was sent.")
            raise
        except PlanStale as error:
            again = f"Look at what changed, then {key('plan.apply')} again."
            self._end(f"Nothing was sent. {error.message} {again}")
            shell.say(self.told, "warning", error.title)
        except Exception as error:  # noqa: BLE001  # a fault of ours must not end the session
            self._end("It was not applied.")
            shell.report_any(error)
        else:
            self._end(outcome(report))
            shell.say(self.told)

    def _end(self, told: str) -> None:
        self.applying, self.told = False, told
        self.reload()

    @verb(
        "c",
        "Cancel",
        "plan: cancel",
        "Stop the plan before its next listing; what is left is held again",
        show=False,
    )
    def action_cancel(self) -> None:
        """Let what is being applied end; while the shops are only read, at once."""
        plan = self.applied if self.applying else None
        if plan is None or self.work is None or has_begun(self.shell.workspace.store, plan):
            cancel_plan(self.shell)
        else:
            self.work.cancel()

    # -- one difference -------------------------------------------------------------------

    @verb("o", "Keep ours", "drift: keep ours", "Send our number of the line under the cursor")
    def action_keep(self) -> None:
        """Let our number stand."""
        self._answer(keep_ours, "ours stays, and is sent")

    @verb("t", "Take theirs", "drift: take theirs", "Adjust our stock to what the shop shows")
    def action_take(self) -> None:
        """Let the shop's number stand."""
        row, shell = self.table.row, self.shell
        if row is None or row.change is None or row.change.variant is None:
            return
        title, variant = row.title, row.change.variant

        def ask(would: Taking) -> None:
            shell.push_screen(
                Confirm("Take the shop's number?", taking_words(title, would), yes="Take theirs"),
                lambda sure: take() if sure else None,
            )

        def take() -> None:
            told = f"{title}: the shop's number is ours now."
            shell.act(lambda: take_theirs(shell.workspace, variant), lambda _: shell.say(told))

        shell.act(lambda: what_taking_does(shell.workspace, variant), ask)

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

    def _answer(self, decide: Callable[[Workspace, str], DriftView], words: str) -> None:
        row, shell = self.table.row, self.shell
        if row is None or row.change is None or row.change.variant is None:
            return
        variant = row.change.variant
        shell.act(
            lambda: decide(shell.workspace, variant),
            lambda _: shell.say(f"{row.title}: {words}."),
        )

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
        if not self.applying:
            self.applied, self.told = None, ""
        self.reload()

    @on(Table.Highlighted)
    def _moved(self) -> None:
        row = self.table.row
        self.query_one(Facts).show([in_full(row)] if row else [])
        self.refresh_bindings()

    @on(Table.Changed)
    def _marked(self) -> None:
        self.refresh_bindings()


def _empty(off: int) -> str:
    if not off:
        return _EMPTY
    words = "1 listing that is off shows" if off == 1 else f"{off:,} listings that are off show"
    return _EMPTY_BUT_OFF.replace("[off]", words)


def outcome(report: PushReport) -> str:
    """Return what became of a plan, in words."""
    parts = [f"{len(report.applied):,} sent"]
    for word, changes in (
        ("not sent, for you stopped it", report.stopped),
        ("refused", report.failed),
        ("waiting for the shop", report.held),
        ("not sent, for they had moved", report.stale),
    ):
        if changes:
            parts.append(f"{len(changes):,} {word}")
    return f"Applied: {', '.join(parts)}."
