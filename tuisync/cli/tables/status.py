"""Everything at a glance, and the plug-ins, for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tuisync.cli.pen import Cell, Pen, attention, state
from tuisync.cli.table import card, flexible, head, section, spare, table
from tuisync.cli.tables.integrations import integration_table
from tuisync.core.views.objects import EngineView, PluginView, StatusView

_PLUGINS = (
    head("Name"),
    spare(head("Distribution")),
    head("Version"),
    spare(head("API")),
    head("State"),
    flexible("Why not"),
)
_UNITS = ("bytes", "kB", "MB", "GB")
_STEP = 1000


def status_card(view: StatusView, pen: Pen) -> Iterator[str]:
    """Yield the state of everything."""
    organization = view.organization
    store = f"{view.store.orders:,} orders, {view.store.items:,} items, {_size(view.store.bytes)}"
    yield from card(
        [
            ("Organization", Cell(organization.name, "strong")),
            ("Base currency", organization.base_currency),
            ("Engine", engine_cell(view.engine, pen)),
            ("Next sync", pen.time(view.next_due_at)),
            ("Needs you", attention(view.inbox)),
            ("Pushes owed", attention(view.outbox)),
            ("Store", store),
        ]
    )
    yield from section("Shops", integration_table(view.integrations, pen))


def engine_cell(view: EngineView, pen: Pen) -> Cell:
    """Return who runs the engine, and whether it answers."""
    if not view.running:
        return Cell("not running", "muted")
    since = pen.time(view.since)
    text = f"{view.by}, process {view.pid}, since {since}"
    if view.answering is False:
        return Cell(f"{text}, not answering", "bad")
    return Cell(text, "good")


def plugin_table(views: Sequence[PluginView], pen: Pen) -> Iterator[str]:
    """Yield a line per plug-in."""
    rows = (
        (
            view.name,
            view.distribution,
            view.version,
            view.api_version,
            state(view.state),
            view.error,
        )
        for view in views
    )
    yield from table(_PLUGINS, rows, pen)


def _size(count: int) -> str:
    amount, unit = float(count), 0
    while amount >= _STEP and unit < len(_UNITS) - 1:
        amount, unit = amount / _STEP, unit + 1
    return f"{amount:.1f} {_UNITS[unit]}" if unit else f"{count} bytes"
