"""Details: one shop's account, modules, schedule and its overall sync history."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual import on
from textual.containers import Container, Vertical

from tuisync.core.actions.integrations import (
    configure_integration,
    disable_integration,
    enable_integration,
)
from tuisync.core.actions.organization import configure_organization
from tuisync.core.errors import UnknownIntegration
from tuisync.core.views.disconnection import disconnection, disconnection_words
from tuisync.core.views.history import batch_views
from tuisync.core.views.integrations import integration_view
from tuisync.core.views.organization import organization_view
from tuisync.screens.batches import GOING, OWN_COLUMNS, BatchRow, batch_rows
from tuisync.screens.dialogs.choose import Choice, Choose
from tuisync.screens.dialogs.confirm import Confirm
from tuisync.screens.dialogs.fields import Field
from tuisync.screens.dialogs.form import Form
from tuisync.screens.place import SubPlace
from tuisync.screens.records import Records
from tuisync.screens.settings import (
    ORDER_SYNC,
    RULE_WORDS,
    Setting,
    interval_choices,
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
        self.history: Table[BatchRow] = Table(OWN_COLUMNS, empty=_NO_HISTORY, id="batches")

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
        self.refresh_bindings()

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
        now = str(self.shop.interval_minutes) if self.shop else ""
        self.app.push_screen(
            Choose("Sync by itself every", interval_choices(), chosen=now),
            lambda chosen: self._set("interval", chosen, "the interval is changed."),
        )

    @verb("o", "Preference", "shop: choose order preference", "Which orders become sales orders")
    def action_preference(self) -> None:
        """Choose which orders become sales orders, for all shops."""
        notes = ("paid and not shipped yet", "also those shipped already")
        choices = [
            Choice(key, words, note)
            for (key, words), note in zip(ORDER_SYNC.items(), notes, strict=True)
        ]
        now = self.organization.order_sync if self.organization else ""
        self.app.push_screen(
            Choose(
                "Orders to fetch",
                choices,
                chosen=now,
                about="Holds for all shops, from the next sync on.",
            ),
            self._set_preference,
        )

    def _set_preference(self, chosen: str | None) -> None:
        if chosen:
            workspace = self.shell.workspace
            self.shell.act(lambda: configure_organization(workspace, {"order_sync": chosen}))

    @verb("t", "Stock sync", "shop: switch stock sync", "Send numbers to the shop, or do not")
    def action_stock_sync(self) -> None:
        """Switch stock sync on or off."""
        on = self.shop is not None and self.shop.stock_sync == "active"
        off = "numbers are not sent there any more. The same key sends them again."
        told = off if on else "numbers are sent there; what differs is on the plan."
        self._set("stock_sync", "off" if on else "on", told)

    @verb(
        "p",
        "Shipments",
        "shop: switch shipments",
        "Tell the shop of shipments, or do it there yourself; on tries again",
        show=False,
    )
    def action_shipments(self) -> None:
        """Switch telling the shop of shipments on or off."""
        on = self.shop is not None and self.shop.shipments == "active"
        off = "mark parcels there yourself; the same key lets it be told of them again."
        told = off if on else "it is told of what you ship."
        self._set("shipments", "off" if on else "on", told)

    @verb("w", "Warehouse", "shop: map warehouse", "The warehouse the shop sells from", show=False)
    def action_warehouse(self) -> None:
        """Choose the warehouse the shop sells from, or all of them."""
        places = (
            [each for each in self.organization.warehouses if each.active]
            if self.organization
            else []
        )
        choices = [
            Choice("none", "all of them", "orders go to the primary one"),
            *(Choice(each.name, each.name, "primary" if each.primary else "") for each in places),
        ]
        now = (self.shop.warehouse if self.shop else None) or "none"
        self.app.push_screen(
            Choose(
                "Sell from", choices, chosen=now, about="Orders already here keep their warehouse."
            ),
            self._map,
        )

    def _map(self, chosen: str | None) -> None:
        """Map the chosen warehouse; ask before a mapping is switched off."""
        mapped = self.shop.warehouse if self.shop else None
        if chosen != "none" or mapped is None:
            told = (
                "it sells from all warehouses." if chosen == "none" else f"it sells from {chosen}."
            )
            self._set("warehouse", chosen, told)
            return
        text = (
            f"New orders go to the primary warehouse instead of {mapped}, and the numbers sent are "
            "what all warehouses hold together. Orders already here keep their warehouse."
        )
        self.app.push_screen(
            Confirm(f"Sell {self.shop_name} from all warehouses?", text, yes="Disable mapping"),
            lambda sure: self._set(
                "warehouse", chosen if sure else None, "it sells from all warehouses."
            ),
        )

    @verb(
        "u",
        "Rules",
        "shop: change stock rules",
        "What stands between stock and the number shown",
        show=False,
    )
    def action_rules(self) -> None:
        """Edit the stock rules."""
        if self.shop is None:
            return
        fields = [
            Field(
                key,
                words.format("…").capitalize(),
                _text(getattr(self.shop.rules, key)),
                required=False,
            )
            for key, words in RULE_WORDS.items()
        ]
        workspace, name = self.shell.workspace, self.shop_name
        self.app.push_screen(
            Form(
                "Stock rules",
                fields,
                lambda values: configure_integration(workspace, name, values),
                about="Applied from top to bottom; empty means that the rule does not apply.",
            )
        )

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
        text = (
            "Nothing is fetched from it or sent to it until you enable it again. "
            "Its listings, orders and links stay as they are."
        )
        self.app.push_screen(
            Confirm(f"Disable {self.shop_name}?", text, yes="Disable"), self._disable
        )

    def _disable(self, answer: bool | None) -> None:  # noqa: FBT001  # a dialog's result
        if answer:
            workspace, name = self.shell.workspace, self.shop_name
            back = f"{key('shop.enable')} enables it again."
            self.shell.act(
                lambda: disable_integration(workspace, name),
                lambda _: self.shell.say(f"{name} is disabled; {back}"),
            )

    @verb("e", "Enable", "shop: enable", "Fetch and push again", show=False)
    def action_enable(self) -> None:
        """Switch the shop on."""
        workspace, name = self.shell.workspace, self.shop_name
        self.shell.act(
            lambda: enable_integration(workspace, name),
            lambda _: self.shell.say(f"{name} is enabled: it is synced and sent to again."),
        )

    @verb(
        "x",
        "Disconnect",
        "shop: disconnect",
        "Remove its sign-in and its listings from this machine",
        show=False,
    )
    def action_disconnect(self) -> None:
        """Say what would happen, then disconnect the shop."""
        would = disconnection(self.shell.workspace.store, self.shop_name)
        self.app.push_screen(
            Confirm(
                f"Disconnect {self.shop_name}?",
                "\n".join(disconnection_words(would)),
                yes="Disconnect",
            ),
            self._disconnect,
        )

    def _disconnect(self, answer: bool | None) -> None:  # noqa: FBT001  # a dialog's result
        if answer:
            self.shell.carry_out(self.shell.sign_ins.disconnect(self.shop_name), self._gone)

    def _gone(self, view: IntegrationView) -> None:
        self.shell.say(f"{view.shop_name} is disconnected. Its orders are still here.")
        self.dismiss()

    @verb("h", "History", "shop: show history", "Go to the sync history below", show=False)
    def action_history(self) -> None:
        """Go to the history, or back to the settings."""
        (self.settings if self.history.has_focus else self.history).focus()

    def _set(self, setting: str, value: str | None, told: str) -> None:
        """Change a setting, unless there is no value, and say what that means."""
        if value is not None:
            workspace, name = self.shell.workspace, self.shop_name
            self.shell.act(
                lambda: configure_integration(workspace, name, {setting: value}),
                lambda _: self.shell.say(f"{name}: {told}"),
            )

    @on(Table.Opened)
    def _opened(self) -> None:
        self.action_change()


def _text(value: int | None) -> str:
    return "" if value is None else str(value)
