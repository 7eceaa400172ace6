"""Changing what one shop keeps in step and how, asked from its details."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from tuisync.core.actions.integrations import (
    configure_integration,
    disable_integration,
    enable_integration,
)
from tuisync.core.actions.organization import configure_organization
from tuisync.core.errors import UsageError
from tuisync.core.views.disconnection import disconnection, disconnection_words
from tuisync.screens.dialogs.choose import Choice, Choose
from tuisync.screens.dialogs.confirm import Confirm
from tuisync.screens.dialogs.fields import Field
from tuisync.screens.dialogs.form import Form, Values
from tuisync.screens.settings import ORDER_SYNC, interval_choices
from tuisync.widgets.keys import key, keyed

if TYPE_CHECKING:
    from tuisync.core.views.objects import IntegrationView, OrganizationView
    from tuisync.screens.shell import Shell

_ALL = "none"
"""The warehouse of a shop that sells from all of them, as the command line says it, too."""


def _set(shell: Shell, shop: str, setting: str, value: str, told: str) -> None:
    """Change a setting of a shop, and say what that means."""
    shell.act(
        lambda: configure_integration(shell.workspace, shop, {setting: value}),
        lambda _: shell.say(f"{shop}: {told}"),
    )


def ask_interval(shell: Shell, shop: IntegrationView) -> None:
    """Choose one of the eight intervals."""

    def chosen(value: str | None) -> None:
        if value is not None:
            _set(shell, shop.name, "interval", value, "the interval is changed.")

    now = str(shop.interval_minutes)
    shell.push_screen(Choose("Sync by itself every", interval_choices(), chosen=now), chosen)


def ask_preference(shell: Shell, organization: OrganizationView) -> None:
    """Choose which orders become sales orders, for all shops."""
    notes = ("paid and not shipped yet", "also those shipped already")
    choices = [
        Choice(key, words, note)
        for (key, words), note in zip(ORDER_SYNC.items(), notes, strict=True)
    ]
    about = "Holds for all shops, from the next sync on."

    def chosen(value: str | None) -> None:
        if value:
            shell.act(lambda: configure_organization(shell.workspace, {"order_sync": value}))

    now = organization.order_sync
    shell.push_screen(Choose("Orders to fetch", choices, chosen=now, about=about), chosen)


class _Switch(NamedTuple):
    """Something of a shop that is on or off.

    Attributes:
        setting: Its key.
        on: What is said once it is on.
        question: What is asked before it is switched off.
        off: What follows then, with the key that switches it on again.
    """

    setting: str
    on: str
    question: str
    off: str


_STOCK_SYNC = _Switch(
    "stock_sync",
    "numbers are sent there; what differs is on the plan.",
    "Stop sending numbers there?",
    "No number is sent there any more, whatever is sold or counted elsewhere. "
    "{shop.switch_stock_sync} sends them again.",
)
_SHIPMENTS = _Switch(
    "shipments",
    "it is told of what you ship.",
    "Tell the shop of shipments yourself?",
    "It is not told of what you ship, and your buyers get no e-mail: mark parcels there "
    "yourself. {shop.switch_shipments} lets it be told of them again.",
)


def switch_stock_sync(shell: Shell, shop: IntegrationView) -> None:
    """Switch stock sync on, or off after asking."""
    _switch(shell, shop.name, _STOCK_SYNC, is_on=shop.stock_sync == "active")


def switch_shipments(shell: Shell, shop: IntegrationView) -> None:
    """Switch telling the shop of shipments on, or off after asking."""
    _switch(shell, shop.name, _SHIPMENTS, is_on=shop.shipments == "active")


def _switch(shell: Shell, shop: str, switch: _Switch, *, is_on: bool) -> None:
    """Switch something of a shop; ask, saying what follows, before it goes off."""
    if not is_on:
        _set(shell, shop, switch.setting, "on", switch.on)
        return
    text = keyed(switch.off)

    def answered(sure: bool | None) -> None:  # noqa: FBT001  # a dialog's answer
        if sure:
            _set(shell, shop, switch.setting, "off", text)

    shell.push_screen(Confirm(f"{shop}: {switch.question}", text, yes="Switch off"), answered)


def ask_warehouse(shell: Shell, shop: IntegrationView, organization: OrganizationView) -> None:
    """Choose the warehouse the shop sells from, or all of them."""
    choices = [
        Choice(_ALL, "all of them", "orders go to the primary one"),
        *(
            Choice(each.name, each.name, "primary" if each.primary else "")
            for each in organization.warehouses
            if each.active
        ),
    ]

    def chosen(value: str | None) -> None:
        if value is not None:
            _map(shell, shop, value)

    about = "Orders already here keep their warehouse."
    now = shop.warehouse or _ALL
    shell.push_screen(Choose("Sell from", choices, chosen=now, about=about), chosen)


def _map(shell: Shell, shop: IntegrationView, chosen: str) -> None:
    """Map the chosen warehouse; ask before a mapping is switched off."""
    told = "it sells from all warehouses." if chosen == _ALL else f"it sells from {chosen}."

    def change() -> None:
        _set(shell, shop.name, "warehouse", chosen, told)

    if chosen != _ALL or shop.warehouse is None:
        change()
        return
    text = (
        f"New orders go to the primary warehouse instead of {shop.warehouse}, and the numbers "
        "sent are what all warehouses hold together. Orders already here keep their warehouse."
    )
    shell.push_screen(
        Confirm(f"Sell {shop.name} from all warehouses?", text, yes="Disable mapping"),
        lambda sure: change() if sure else None,
    )


_RULES = {
    "last_unit": ("Last units only here", "2: at 2 or fewer, other shops show 0."),
    "percent": ("Percentage", "50: of 10 units it shows 5."),
    "buffer": ("Buffer", "1: of 10 units it shows 9."),
    "fixed": ("Fixed number", "5: it shows 5 while any is left."),
    "max": ("Maximum", "3: of 10 units it shows 3."),
    "hide_at": ("Hide at", "1: at 1 or fewer it shows 0."),
}
"""What each rule is called where it is changed, and an example of it, in their order."""


def ask_rules(shell: Shell, shop: IntegrationView) -> None:
    """Edit the stock rules."""
    fields = [
        Field(name, label, _text(getattr(shop.rules, name)), help=example, required=False)
        for name, (label, example) in _RULES.items()
    ]

    def submit(values: Values) -> IntegrationView:
        try:
            return configure_integration(shell.workspace, shop.name, values)
        except UsageError as error:
            raise UsageError(_labelled(error.message)) from None

    form: Form[IntegrationView] = Form(
        "Stock rules",
        fields,
        submit,
        about="Applied from top to bottom; an empty one does not apply.",
    )
    shell.push_screen(form)


def _labelled(message: str) -> str:
    """Return what the core says of a rule with the rule called as in the form."""
    for name, (label, _) in _RULES.items():
        message = message.replace(f"`{name}`", f"“{label}”")
    return message.replace("or `none`", "or empty")


def _text(value: int | None) -> str:
    return "" if value is None else str(value)


def ask_disable(shell: Shell, shop: str) -> None:
    """Ask, then switch a shop off."""
    text = (
        "Nothing is fetched from it or sent to it until you enable it again. "
        "Its listings, orders and links stay as they are."
    )
    shell.push_screen(
        Confirm(f"Disable {shop}?", text, yes="Disable"),
        lambda sure: _disable(shell, shop) if sure else None,
    )


def _disable(shell: Shell, shop: str) -> None:
    back = f"{key('shop.enable')} enables it again."
    shell.act(
        lambda: disable_integration(shell.workspace, shop),
        lambda _: shell.say(f"{shop} is disabled; {back}"),
    )


def enable(shell: Shell, shop: str) -> None:
    """Switch a shop on."""
    shell.act(
        lambda: enable_integration(shell.workspace, shop),
        lambda _: shell.say(f"{shop} is enabled: it is synced and sent to again."),
    )


def ask_disconnect(shell: Shell, shop: str, then: Callable[[], object]) -> None:
    """Say what would happen, then disconnect a shop.

    Args:
        shell: The app.
        shop: The integration's name.
        then: Called once it is gone.
    """

    def gone(view: IntegrationView) -> None:
        shell.say(f"{view.shop_name} is disconnected. Its orders are still here.")
        then()

    would = disconnection(shell.workspace.store, shop)
    shell.push_screen(
        Confirm(f"Disconnect {shop}?", "\n".join(disconnection_words(would)), yes="Disconnect"),
        lambda sure: shell.carry_out(shell.sign_ins.disconnect(shop), gone) if sure else None,
    )
