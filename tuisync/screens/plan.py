"""Plan: exactly what would go out, before it does."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual import on

from tuisync.core.applying import apply_plan
from tuisync.core.errors import NotFound
from tuisync.core.store import schema
from tuisync.core.views.objects import ChangeView, PlanView, PushReport
from tuisync.core.views.plans import plan_view
from tuisync.screens.dialogs.confirm import Confirm
from tuisync.screens.place import SubPlace
from tuisync.screens.verbs import verb
from tuisync.widgets.columns import Cell, Column
from tuisync.widgets.finder import Finder
from tuisync.widgets.rows import Rows
from tuisync.widgets.table import Table
from tuisync.widgets.when import stamp
from tuisync.widgets.words import Words

if TYPE_CHECKING:
    from textual.widget import Widget

_EMPTY = "Nothing would change.\nEvery shop shows the number it should, and knows of every parcel."


def _arrow(change: ChangeView) -> Cell:
    old = "-" if change.old is None else str(change.old)
    return Cell(f"{old} → {change.new}", "strong")


def _held(change: ChangeView) -> Cell:
    return Cell("■ held", "warn") if change.held else Cell("↑ goes by itself", "muted")


COLUMNS: tuple[Column[ChangeView], ...] = (
    Column(
        "title",
        "Listing or order",
        lambda c: Cell(c.title),
        width=20,
        flex=3,
        order=lambda c: c.title.casefold(),
    ),
    Column(
        "sku",
        "Item",
        lambda c: Cell(c.sku or "-", "muted"),
        width=12,
        flex=1,
        widest=20,
        rank=2,
        order=lambda c: c.sku,
    ),
    Column("change", "Shop shows → will show", _arrow, width=22, flex=1, widest=34),
    Column("held", "", _held, width=16, rank=1, order=lambda c: c.held),
    Column("reason", "Because", lambda c: Cell(c.reason, "muted"), width=14, flex=2, rank=3),
    Column(
        "shop",
        "Shop",
        lambda c: Cell(c.integration, "muted"),
        width=7,
        rank=4,
        order=lambda c: c.integration,
    ),
)


class PlanScreen(SubPlace[PlanView]):
    """One plan.

    Args:
        plan: Its id.
    """

    HELP = (
        "Every change that would go out, and nothing else. Applying reads the shops once more "
        "first; if anything moved since, nothing is written."
    )
    PLACE: ClassVar[str] = "outbox"
    WATCHES: ClassVar[frozenset[str]] = frozenset({"plans"})

    def __init__(self, plan: str) -> None:
        super().__init__()
        self.plan_id = plan
        self.plan: PlanView | None = None
        self.applied = False
        self.table: Table[ChangeView] = Table(COLUMNS, empty=_EMPTY)

    def body(self) -> Iterable[Widget]:
        """Yield the heading and the changes."""
        yield Words("", classes="rule rule--title", id="title")
        yield Finder(self.table)

    def load(self) -> PlanView:
        """Read the plan."""
        store = self.shell.workspace.store
        plan = store.get(schema.PLANS, self.plan_id)
        if plan is None:
            raise NotFound("That plan is not kept any more.", hint="p makes a new one.")
        return plan_view(store, plan)

    def show(self, data: PlanView) -> None:
        """Fill the table."""
        self.plan = data
        made = stamp(data.made_at, self.shell.zone)
        self.query_one("#title", Words).say(f"Plan of {made}: {len(data.changes):,} changes")
        self.table.fill(
            Rows(
                data.changes,
                key=lambda c: c.variant or c.target,
                text=lambda c: f"{c.title} {c.sku} {c.reason} {c.integration}",
            )
        )
        self.refresh_bindings()

    def why_not(self, action: str) -> str:
        """Say what the plan must be for a verb."""
        if action == "apply" and (self.plan is None or not self.plan.changes):
            return "There is nothing to apply."
        if action == "apply" and self.applied:
            return "This plan was applied already: escape, then p makes a new one."
        return ""

    @verb("A", "Apply", "plan: apply", "Send exactly these changes, held ones too")
    def action_apply(self) -> None:
        """Ask, then send."""
        if self.plan is None:
            return
        count = len(self.plan.changes)
        shops = ", ".join(sorted({change.integration for change in self.plan.changes}))
        parcels = sum(change.kind == "shipment" for change in self.plan.changes)
        text = f"{count - parcels:,} numbers change at {shops}."
        if parcels:
            text += f" {parcels:,} buyers get an e-mail about their parcel."
        self.app.push_screen(Confirm(f"Apply {count:,} changes?", text, yes="Apply"), self._apply)

    def _apply(self, answer: bool | None) -> None:  # noqa: FBT001  # a dialog's result
        if answer:
            self.applied = True
            shell = self.shell
            shell.carry_out(apply_plan(shell.workspace, shell.engine_did, self.plan_id), self._done)
            self.refresh_bindings()

    def _done(self, report: PushReport) -> None:
        self.shell.say(
            f"Plan applied: {len(report.applied):,} sent, {len(report.failed):,} refused."
        )

    @on(Table.Highlighted)
    def _moved(self) -> None:
        self.refresh_bindings()
