"""The question before an item's last adjustment or transfer is taken back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tuisync.core.actions.stock_undo import last_moves, take_back_stock
from tuisync.core.views.organization import warehouse_name
from tuisync.screens.dialogs.confirm import Confirm
from tuisync.widgets.plain import cut, plain
from tuisync.widgets.when import ago

if TYPE_CHECKING:
    from tuisync.core.models import Movement
    from tuisync.core.views.objects import ItemView
    from tuisync.screens.shell import Shell


def ask_take_back(shell: Shell, item: ItemView) -> None:
    """Say what was done to an item's stock last, ask, then take it back."""
    workspace = shell.workspace

    def take_back(sure: bool | None) -> None:  # noqa: FBT001  # a dialog's answer
        if sure:
            shell.act(
                lambda: take_back_stock(workspace, item.sku),
                lambda now: shell.say(f"{now.sku}: {now.on_hand:,} on hand again."),
            )

    def ask(moves: Sequence[Movement]) -> None:
        if moves:
            heading = f"Take back what was done to {item.sku} last?"
            asked = Confirm(heading, _about(shell, moves), yes="Take back")
            shell.push_screen(asked, take_back)
        else:
            shell.say(f"Nothing of {item.sku} was adjusted or transferred yet.", "warning")

    shell.act(lambda: last_moves(workspace.store, item.sku), ask)


def _about(shell: Shell, moves: Sequence[Movement]) -> str:
    store, when = shell.workspace.store, ago(moves[0].at, shell.workspace.now())
    lines = [f"{cut(plain(moves[0].cause), 60)}, {when}:"]
    lines += [
        f"{warehouse_name(store, each.warehouse)}: {each.delta:+,} becomes {-each.delta:+,}"
        for each in moves
    ]
    return "\n".join([*lines, "The ledger keeps both; shops get the new number."])
