"""Spreadsheets that were compared or written, for people."""

from __future__ import annotations

from collections.abc import Iterator

from tuisync.cli.pen import Cell, Pen, Value
from tuisync.cli.table import card, count, flexible, head, section, spare, table
from tuisync.core.views.objects import SheetFileView, SheetView

_SHOWN = 50


def comparison_card(view: SheetView, pen: Pen) -> Iterator[str]:
    """Yield how much a file changes, then every change (the first fifty) and every fault."""
    facts: list[tuple[str, Value]] = [
        ("Created", f"{view.created:,}"),
        ("Updated", f"{view.updated:,}"),
        ("Unchanged", f"{view.unchanged:,}"),
        ("Errors", Cell(f"{len(view.errors):,}", "bad" if view.errors else "muted")),
        ("Written", Cell("yes", "good") if view.applied else Cell("no, only compared", "warn")),
    ]
    yield from card(facts)
    yield from section("Changes", _changes(view, pen))
    yield from section("Errors", _errors(view, pen))


def _changes(view: SheetView, pen: Pen) -> Iterator[str]:
    heads = (
        spare(count("Line")),
        flexible("Of"),
        head("What"),
        flexible("From"),
        flexible("To"),
    )
    shown = view.changes[:_SHOWN]
    yield from table(heads, ((c.line, c.subject, c.what, c.old, c.new) for c in shown), pen)
    if len(view.changes) > _SHOWN:
        yield f"and {len(view.changes) - _SHOWN:,} more; `--json` tells them all"


def _errors(view: SheetView, pen: Pen) -> Iterator[str]:
    heads = (count("Line"), head("Column"), flexible("What is wrong"))
    shown = view.errors[:_SHOWN]
    yield from table(heads, ((e.line, e.column or None, e.message) for e in shown), pen)
    if len(view.errors) > _SHOWN:
        yield f"and {len(view.errors) - _SHOWN:,} more; `--json` tells them all"


def written_card(view: SheetFileView) -> Iterator[str]:
    """Yield which file was written."""
    yield from card([("File", Cell(view.file, "strong")), ("Rows", f"{view.rows:,}")])
