"""Taking items out of use and bringing them back, on the screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tuisync.core.actions.retiring import check_retirable, retire_item, revive_item
from tuisync.screens.dialogs.confirm import Confirm
from tuisync.widgets.keys import key

if TYPE_CHECKING:
    from tuisync.core.models import Item
    from tuisync.core.views.objects import ItemView
    from tuisync.screens.shell import Shell


def is_retired(item: ItemView) -> str:
    """Return why nothing can be changed about a retired item; nothing of one in use."""
    return f"{item.sku} is retired: {key('item.revive')} brings it back." if item.retired_at else ""


def ask_retire(shell: Shell, item: ItemView) -> None:
    """Say what retiring an item means, ask, then do it; or what is to be done first."""
    workspace = shell.workspace

    def retire(sure: bool | None) -> None:  # noqa: FBT001  # a dialog's answer
        if sure:
            shell.act(
                lambda: retire_item(workspace, item.sku),
                lambda _: shell.say(
                    f"{item.sku} is retired; {key('list.next_group')} shows what is."
                ),
            )

    text = (
        "It goes from every list, and listings are not matched to it any more. Its movements and "
        f"old orders stay, and so does its SKU. {key('item.revive')} brings it back."
    )

    def ask(_: Item) -> None:
        shell.push_screen(Confirm(f"Retire {item.sku}?", text, yes="Retire"), retire)

    shell.act(lambda: check_retirable(workspace.store, item.sku), ask)


def revive(shell: Shell, item: ItemView, then: Callable[[str], None] | None = None) -> None:
    """Bring a retired item back, then go to it if that is asked for."""

    def revived(now: ItemView) -> None:
        shell.say(f"{now.sku} is in use again.")
        if then is not None:
            then(now.sku)

    shell.act(lambda: revive_item(shell.workspace, item.sku), revived)
