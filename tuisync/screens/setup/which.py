"""The wizard's page for which marketplace, where several are installed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from textual import on

from tuisync.core.errors import TuisyncError
from tuisync.screens.dialogs.choose import Choice
from tuisync.screens.setup.pages import Page
from tuisync.widgets.columns import Cell, Column
from tuisync.widgets.rows import Rows
from tuisync.widgets.table import Table

if TYPE_CHECKING:
    from textual.widget import Widget

    from tuisync.core.workspace import Workspace

_COLUMNS: tuple[Column[Choice], ...] = (
    Column("title", "", lambda each: Cell(each.title, each.tone), 12, flex=2, snug=True),
    Column("note", "", lambda each: Cell(each.note, "muted"), 12, flex=3, rank=1, snug=True),
)

_MOST = 12
"""Lines of the list; more of them scroll."""


class WhichPage(Page):
    """A list of marketplaces.

    Args:
        choices: The marketplaces.
        chosen: The name of the one chosen before, or nothing.
    """

    button = ""

    def __init__(self, choices: Sequence[Choice], chosen: str = "") -> None:
        super().__init__("Which marketplace?")
        self.choices = tuple(choices)
        self.chosen = chosen
        self.table: Table[Choice] = Table(_COLUMNS, titled=False)

    def body(self) -> Iterable[Widget]:
        """Yield the list, as high as it needs."""
        self.table.styles.height = min(len(self.choices), _MOST)
        yield self.table

    def begin(self) -> None:
        """Start at the one chosen before."""
        self.table.fill(Rows(self.choices, key=lambda each: each.key))
        self.table.go_to(self.chosen)
        self.table.focus()

    @on(Table.Opened)
    def action_go_on(self) -> None:
        """Say which one it is."""
        self.post_message(self.Done({"marketplace": self.table.key or ""}))


def which_page(workspace: Workspace, names: Iterable[str], chosen: str = "") -> WhichPage:
    """Return the page for these marketplaces; one that does not load is there with its reason."""
    return WhichPage([_choice(workspace, name) for name in names], chosen)


def _choice(workspace: Workspace, name: str) -> Choice:
    try:
        return Choice(name, workspace.marketplaces.describe(name).title)
    except TuisyncError as error:
        return Choice(name, name, error.message, tone="bad")
