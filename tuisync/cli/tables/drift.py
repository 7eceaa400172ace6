"""Differences between our numbers and the shops', for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tuisync.cli.pen import Cell, Pen
from tuisync.cli.table import count, flexible, head, spare, table
from tuisync.core.models import DriftKind
from tuisync.core.views.objects import DriftView

WORDS: dict[DriftKind, str] = {
    "here": "changed here",
    "there": "changed there",
    "both": "changed on both sides",
    "reactivated": "put up for sale again there",
}

_HEADS = (
    head("Shop"),
    head("Variant"),
    flexible("Title"),
    head("SKU"),
    count("Ours"),
    count("Level"),
    count("Shop shows"),
    head("What"),
    spare(head("Waits")),
)


def _waits(view: DriftView) -> Cell | None:
    if view.ignored:
        return Cell("ignored", "muted")
    return Cell("for you", "warn") if view.waits else None


def drift_table(views: Sequence[DriftView], pen: Pen) -> Iterator[str]:
    """Yield a line per difference."""
    rows = (
        (
            view.integration,
            view.variant,
            view.title,
            view.sku,
            view.ours,
            view.confirmed,
            view.shop,
            Cell(WORDS[view.kind], "plain" if view.kind == "here" else "warn"),
            _waits(view),
        )
        for view in views
    )
    yield from table(_HEADS, rows, pen)
