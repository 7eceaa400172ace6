"""Plans and what became of them, for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tuisync.cli.pen import Cell, Pen, Tone, state
from tuisync.cli.table import card, count, flexible, head, section, spare, table
from tuisync.core.views.objects import ChangeView, OutboxView, PlanView, PushReport, SentView

_CHANGES = (
    head("Shop"),
    spare(head("Kind")),
    flexible("Title"),
    head("SKU"),
    head("Change"),
    head("Held"),
    spare(flexible("Why")),
)


def plan_card(view: PlanView, pen: Pen) -> Iterator[str]:
    """Yield a plan: its id, then every change."""
    yield from card(
        [
            ("Plan", Cell(view.id, "strong")),
            ("Made", pen.time(view.made_at)),
            ("Changes", len(view.changes)),
        ]
    )
    yield from section("Changes", change_table(view.changes, pen))


def report_lines(view: PushReport, pen: Pen) -> Iterator[str]:
    """Yield what became of each change."""
    groups: tuple[tuple[str, Tone, list[ChangeView]], ...] = (
        ("Applied", "good", view.applied),
        ("Failed", "bad", view.failed),
        ("Held", "warn", view.held),
        ("Stale", "warn", view.stale),
        ("Stopped", "warn", view.stopped),
    )
    yield from card((title, Cell(str(len(c)), tone if c else "muted")) for title, tone, c in groups)
    for title, _, changes in groups:
        yield from section(title, change_table(changes, pen))


def change_table(views: Sequence[ChangeView], pen: Pen) -> Iterator[str]:
    """Yield a line per change."""
    rows = (
        (
            view.integration,
            view.kind,
            view.title,
            view.sku,
            view.said if view.old is None else f"{view.old} -> {view.new}",
            Cell("held", "warn") if view.held else None,
            view.reason,
        )
        for view in views
    )
    yield from table(_CHANGES, rows, pen)


def outbox_table(views: Sequence[OutboxView], pen: Pen) -> Iterator[str]:
    """Yield a line per push that is or was owed."""
    heads = (
        head("Id"),
        head("Shop"),
        head("Kind"),
        head("State"),
        count("Tries"),
        spare(head("Next try")),
        spare(head("Last sent")),
        flexible("Why"),
    )
    rows = (
        (
            view.id,
            view.integration,
            view.kind,
            state(view.state),
            view.attempts,
            pen.time(view.next_attempt_at),
            ", ".join(_sent(each) for each in view.sent) or None,
            view.reason,
        )
        for view in views
    )
    yield from table(heads, rows, pen)


def _sent(view: SentView) -> str:
    return view.said if view.old is None else f"{view.old} -> {view.new}"
