"""Marketplaces: every connected shop and every marketplace that can be connected."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.containers import Container

from tuisync.screens.place import Place
from tuisync.screens.shop_facts import keys_in_details, sections
from tuisync.screens.shop_rows import COLUMNS, ShopRow, shop_rows
from tuisync.screens.syncing import ask_sync, cancel
from tuisync.screens.verbs import verb
from tuisync.widgets.facts import Facts
from tuisync.widgets.finder import Finder
from tuisync.widgets.keys import key
from tuisync.widgets.rows import Rows
from tuisync.widgets.table import Table

if TYPE_CHECKING:
    from textual.widget import Widget


_EMPTY = (
    "No marketplace is installed.\n"
    "A marketplace is a plug-in: `pip install tuisync-etsy` adds Etsy. Start tuisync again then."
)


class Marketplaces(Place[Rows[ShopRow]]):
    """Connected shops with their state, and the marketplaces to connect."""

    HELP = (
        "Your shops, and the marketplaces you can connect. Below, what runs now and what "
        "waits for you at the shop under the cursor."
    )
    PLACE: ClassVar[str] = "marketplaces"
    WATCHES: ClassVar[frozenset[str]] = frozenset(
        {"integrations", "links", "runs", "outbox", "orders", "organization"}
    )

    def __init__(self) -> None:
        super().__init__()
        self.table: Table[ShopRow] = Table(COLUMNS, empty=_EMPTY)

    def body(self) -> Iterable[Widget]:
        """Yield the table and the pane below it."""
        yield Container(Finder(self.table), Facts(classes="pane--detail"), classes="panes")

    def load(self) -> Rows[ShopRow]:
        """Read the shops and the installed marketplaces."""
        shell = self.shell
        rows = shop_rows(shell.workspace, shell.services.host.names(), shell.zone)
        if any(row.shop and row.shop.status != "active" for row in rows):
            keys_in_details("shop.enable")  # may have to import the details: not in the event loop
        return Rows(
            rows, key=lambda row: row.key, text=lambda row: f"{row.name} {row.title}"
        ).indexed()

    def show(self, data: Rows[ShopRow]) -> None:
        """Fill the table."""
        self.table.styles.height = min(len(data), 8) + 2
        self.table.fill(data)
        self._detail()

    def why_not(self, action: str) -> str:
        """Say what a shop must be for a verb."""
        row = self.table.row
        if action in {"details", "sync"} and (row is None or row.shop is None):
            return f"That is not connected yet: {key('shop.set_up')} sets it up."
        if action == "cancel" and not (row and row.going):
            return f"Nothing is being synced at {row.name}." if row else ""
        if action == "sync" and row and row.shop and row.shop.status == "needs_reauth":
            return f"{row.name} needs a sign-in first: {keys_in_details('shop.sign_in_again')}."
        if action == "sync" and row and row.shop and row.shop.status == "inactive":
            return f"{row.name} is inactive: {keys_in_details('shop.enable')} enables it."
        return ""

    @verb("enter", "Details", "shop: show details", "Settings, modules and history of the shop")
    def action_details(self) -> None:
        """Open the details of the shop under the cursor."""
        from tuisync.screens.details import Details  # noqa: PLC0415  # after the first sight

        row = self.table.row
        if row and row.shop:
            self.app.push_screen(Details(row.name))

    @verb("n", "Setup now", "shop: set up", "Connect a shop on a marketplace")
    def action_setup(self) -> None:
        """Start the wizard for the marketplace under the cursor."""
        from tuisync.screens.setup import Setup  # noqa: PLC0415  # after the first sight

        row = self.table.row
        name = (row.shop.marketplace if row.shop else row.name) if row else ""
        self.app.push_screen(Setup(name))

    @verb("s", "Sync", "shop: sync manually", "Fetch items, orders or both now")
    def action_sync(self) -> None:
        """Ask what to sync."""
        row = self.table.row
        if row:
            ask_sync(self.shell, row.name)

    @verb("c", "Cancel", "shop: cancel sync", "Stop what is being synced; what came in stays")
    def action_cancel(self) -> None:
        """Stop what is being synced at the shop under the cursor."""
        row = self.table.row
        if row:
            cancel(self.shell, shop=row.name)

    @on(Table.Opened)
    def _opened(self) -> None:
        self.action_details()

    @on(Table.Highlighted)
    def _detail(self) -> None:
        row = self.table.row
        self.query_one(Facts).show(sections(row) if row else [])
        self.refresh_bindings()
