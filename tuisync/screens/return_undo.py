"""The question before what was said last of goods that had been sent is taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tuisync.core.actions.return_undo import take_back_return
from tuisync.screens.dialogs.confirm import Confirm
from tuisync.widgets.keys import key
from tuisync.widgets.plain import cut_middle, plain
from tuisync.widgets.when import ago

if TYPE_CHECKING:
    from tuisync.core.views.objects import OrderView, ReturnView
    from tuisync.screens.shell import Shell


def ask_take_back_return(shell: Shell, order: OrderView) -> None:
    """Say what was said of an order's goods last, ask, then take it back."""
    said = order.returns[-1]

    def take_back(sure: bool | None) -> None:  # noqa: FBT001  # a dialog's answer
        if sure:
            shell.act(
                lambda: take_back_return(shell.workspace, order.id, seen=said.at),
                lambda done: shell.say(
                    f"Order {done.number}: taken back; {key('order.return')} says it anew."
                ),
            )

    heading = f"Take back what was said of order {order.number}?"
    text = _about(order, said, ago(said.at, shell.workspace.now()))
    shell.push_screen(Confirm(heading, text, yes="Take back"), take_back)


def _about(order: OrderView, said: ReturnView, when: str) -> str:
    names = {line.id: cut_middle(plain(line.name), 40) for line in order.lines}
    units = [f"{count:,} x {names.get(id_, id_)}" for id_, count in said.units.items()]
    if said.warehouse is None:
        return "\n".join([f"Will not come back, {when}:", *units, "No stock moves."])
    place = plain(said.warehouse)
    end = f"They leave {place} again. The ledger keeps both; shops get the new number."
    return "\n".join([f"Came back to {place}, {when}:", *units, end])
