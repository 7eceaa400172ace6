"""Asking for a sync from wherever a shop is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tuisync.core.actions.syncs import request_sync
from tuisync.screens.dialogs.choose import Choice, Choose

if TYPE_CHECKING:
    from tuisync.core.models import Module
    from tuisync.screens.shell import Shell

MODULES: dict[str, tuple[Module, ...]] = {
    "both": ("items", "orders"),
    "items": ("items",),
    "orders": ("orders",),
}
SYNC_CHOICES = (
    Choice("both", "Items and orders", "then what is owed is sent", "b"),
    Choice("items", "Items only", "listings, their SKUs and numbers", "i"),
    Choice("orders", "Orders only", "new, changed and cancelled ones", "o"),
)


def ask_sync(shell: Shell, shop: str) -> None:
    """Ask what to fetch from a shop, then queue it (S16)."""
    about = "The other active shops take part with the same."
    shell.push_screen(
        Choose(f"Sync {shop}", SYNC_CHOICES, about=about),
        lambda choice: _request(shell, shop, choice),
    )


def _request(shell: Shell, shop: str, choice: str | None) -> None:
    if choice is None:
        return
    shell.act(
        lambda: request_sync(shell.workspace, MODULES[choice], integration=shop),
        lambda _: shell.say(f"Asked for {' and '.join(MODULES[choice])} of {shop}."),
    )
