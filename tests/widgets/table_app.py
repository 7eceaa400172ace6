"""An app with one table in it."""

from __future__ import annotations

from textual.app import App, ComposeResult

from tuisync.widgets.colours import Toned
from tuisync.widgets.finder import Finder
from tuisync.widgets.table import Table


class TableApp(App[None]):
    CSS_PATH = "../../tuisync/screens/tuisync.tcss"

    def __init__(self, table: Table[int]) -> None:
        super().__init__()
        self.table = table
        self.opened: list[str | None] = []

    def get_default_screen(self) -> Toned[None]:
        return Toned()

    def compose(self) -> ComposeResult:
        yield Finder(self.table)

    def on_table_opened(self, message: Table.Opened) -> None:
        self.opened.append(message.key)
