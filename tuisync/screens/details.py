"""Details: one shop's account, modules, schedule and its overall sync history."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual import on
from textual.containers import Container, Vertical

from tuisync.core.errors import UnknownIntegration
from tuisync.core.views.history import batch_views
from tuisync.core.views.integrations import integration_view
from tuisync.core.views.organization import organization_view
from tuisync.screens.batches import GOING, OWN_COLUMNS, BatchRow, BatchTable, batch_rows
from tuisync.screens.configuring import (
    ask_disable,
    ask_disconnect,
    ask_interval,
    ask_preference,
    ask_rules,
    ask_warehouse,
    enable,
    switch_shipments,
    switch_stock_sync,
)
from tuisync.screens.place import SubPlace
from tuisync.screens.records import Records
from tuisync.screens.settings import (
    Setting,
    setting_columns,
    settings,
)
from tuisync.screens.setup import SignInAgain
from tuisync.screens.syncing import ask_sync, cancel
from tuisync.screens.verbs import verb
from tuisync.widgets.finder import Finder
from tuisync.widgets.folding import Folding
from tuisync.widgets.keys import key
from tuisync.widgets.rows import Rows
from tuisync.widgets.table import Table
from tuisync.widgets.words import Words

if TYPE_CHECKING:
    from textual import events
    from textual.widget import Widget

    from tuisync.core.views.objects import IntegrationView, OrganizationView

_NO_HISTORY = (
    "Nothing has been synced yet.\nPress {shop.sync_manually} to fetch items and orders now."
)
_HISTORY = 200
"""Batches shown here; the history screen has them all."""

_BESIDE = 176
"""Cells from which settings and history stand side by side."""


class ShopDetails(NamedTuple):
    """What the screen shows."""

    shop: IntegrationView
    organization: OrganizationView
    settings: Rows[Setting]
    history: Rows[BatchRow]


class Details(SubPlace[ShopDetails]):
    """One shop.

    Args:
        name: The integration's name.
    """

    HELP = (
        "Everything about one shop: its account, what is kept in step and how often, and its "
        "sync history. {shop.change_setting} on a line changes it, on a batch opens its records."
    )
    PLACE: ClassVar[str] = "marketplaces"
    WATCHES: ClassVar[frozenset[str]] = frozenset(
        {"integrations", "organization", "warehouses", "runs"}
    )

    def __init__(self, name: str) -> None:
        super().__init__()
        self.shop_name = name
        self.shop: IntegrationView | None = None
        self.organization: OrganizationView | None = None
        self.going = False
        self.settings: Table[Setting] = Folding(setting_columns(()), id="settings", titled=False)
        self.history: Table[BatchRow] = BatchTable(OWN_COLUMNS, empty=_NO_HISTORY, id="batches")

    def body(self) -> Iterable[Widget]:
        """Yield the settings and, below or beside them, the history."""
        yield Container(
            self.settings,
            Vertical(Words("Overall sync history", classes="rule"), Finder(self.history)),
            classes="sheet",
        )

    def on_resize(self, event: events.Resize) -> None:
        """Put the history beside the settings where both have room for all they say."""
        self.set_class(event.size.width >= _BESIDE, "-beside")

    def load(self) -> ShopDetails:
        """Read the shop, the organization and the history."""
        workspace = self.shell.workspace
        shop = integration_view(workspace.store, self.shop_name)
        organization = organization_view(workspace.store)
        now = workspace.now()
        batches = batch_views(workspace.store, integration=self.shop_name, limit=_HISTORY)
        return ShopDetails(
            shop,
            organization,
            Rows(settings(shop, organization, now), key=lambda line: line.name),
            self.history.prepare(batch_rows(batches, now, self.shell.zone)),
        )

    def show(self, data: ShopDetails) -> None:
        """Fill both tables."""
        self.shop, self.organization = data.shop, data.organization
        self.settings.columns = setting_columns(data.settings)
        self.settings.fill(data.settings)
        self.history.fill(data.history)
        self.going = any(row.batch.status in GOING for row in data.history)

    def lost(self, error: Exception) -> None:
        """Leave a shop that was disconnected, here or elsewhere."""
        if isinstance(error, UnknownIntegration):
            self.dismiss()
        else:
            super().lost(error)

    def why_not(self, action: str) -> str:
        """Say what the shop must be for a verb."""
        status = self.shop.status if self.shop else "inactive"
        match action:
            case "warehouse" if self._warehouses() < 2:  # noqa: PLR2004  # two make a choice
                return "Mapping a warehouse needs a second warehouse."
            case "enable" if status != "inactive":
                return f"{self.shop_name} is not switched off."
            case "disable" if status == "inactive":
                return f"{self.shop_name} is switched off already."
            case "cancel" if not self.going:
                return f"Nothing is being synced at {self.shop_name}."
            case "sync":
                return self._why_not_synced(status)
        return ""

    def _why_not_synced(self, status: str) -> str:
        if status == "inactive":
            return f"{self.shop_name} is switched off: {key('shop.enable')} enables it."
        if status == "needs_reauth":
            return f"{self.shop_name} needs a sign-in first: {key('shop.sign_in_again')}."
        return ""

    def _warehouses(self) -> int:
        return sum(each.active for each in self.organization.warehouses) if self.organization else 0

    @verb("enter", "Change", "shop: change setting", "Change the line, or open the batch")
    def action_change(self) -> None:
        """Change the setting under the cursor, or open the batch under it."""
        if self.history.has_focus:
            if row := self.history.row:
                self.app.push_screen(Records(row.batch.id))
            return
        line = self.settings.row
        if line and line.action:
            self.call_later(self.run_action, line.action)
        elif line:
            self.refuse(f"{line.name} cannot be changed.")

    @verb("s", "Sync", "shop: sync manually", "Fetch items, orders or both now")
    def action_sync(self) -> None:
        """Ask what to sync."""
        ask_sync(self.shell, self.shop_name)

    @verb(
        "c",
        "Cancel",
        "shop: cancel sync",
        "Stop what is being synced; what came in stays",
        show=False,
    )
    def action_cancel(self) -> None:
        """Stop what is being synced at the shop."""
        cancel(self.shell, shop=self.shop_name)

    @verb("i", "Interval", "shop: choose interval", "How often the shop is synced by itself")
    def action_interval(self) -> None:
        """Choose one of the eight intervals."""
        if self.shop:
            ask_interval(self.shell, self.shop)

    @verb("o", "Preference", "shop: choose order preference", "Which orders become sales orders")
    def action_preference(self) -> None:
        """Choose which orders become sales orders, for all shops."""
        if self.organization:
            ask_preference(self.shell, self.organization)

    @verb("t", "Stock sync", "shop: switch stock sync", "Send numbers to the shop, or do not")
    def action_stock_sync(self) -> None:
        """Switch stock sync on or off."""
        if self.shop:
            switch_stock_sync(self.shell, self.shop)

    @verb(
        "p",
        "Shipments",
        "shop: switch shipments",
        "Tell the shop of shipments, or do it there yourself; on tries again",
        show=False,
    )
    def action_shipments(self) -> None:
        """Switch telling the shop of shipments on or off."""
        if self.shop:
            switch_shipments(self.shell, self.shop)

    @verb("w", "Warehouse", "shop: map warehouse", "The warehouse the shop sells from", show=False)
    def action_warehouse(self) -> None:
        """Choose the warehouse the shop sells from, or all of them."""
        if self.shop and self.organization:
            ask_warehouse(self.shell, self.shop, self.organization)

    @verb(
        "u",
        "Rules",
        "shop: change stock rules",
        "What stands between stock and the number shown",
        show=False,
    )
    def action_rules(self) -> None:
        """Edit the stock rules."""
        if self.shop:
            ask_rules(self.shell, self.shop)

    @verb("r", "Sign in", "shop: sign in again", "Sign in again with the same account", show=False)
    def action_reconnect(self) -> None:
        """Sign in again."""
        if self.shop:
            self.app.push_screen(SignInAgain(self.shop.marketplace, self.shop_name))

    @verb(
        "d", "Disable", "shop: disable", "Stop fetching and pushing; all data is kept", show=False
    )
    def action_disable(self) -> None:
        """Ask, then switch the shop off."""
        ask_disable(self.shell, self.shop_name)

    @verb("e", "Enable", "shop: enable", "Fetch and push again", show=False)
    def action_enable(self) -> None:
        """Switch the shop on."""
        enable(self.shell, self.shop_name)

    @verb(
        "x",
        "Disconnect",
        "shop: disconnect",
        "Remove its sign-in and its listings from this machine",
        show=False,
    )
    def action_disconnect(self) -> None:
        """Say what would happen, then disconnect the shop."""
        ask_disconnect(self.shell, self.shop_name, self.dismiss)

    @verb("h", "History", "shop: show history", "Go to the sync history below", show=False)
    def action_history(self) -> None:
        """Go to the history, or back to the settings."""
        (self.settings if self.history.has_focus else self.history).focus()

    @on(Table.Opened)
    def _opened(self) -> None:
        self.action_change()
