"""Answering one difference: our number or the shop's stands, or both are left alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tuisync.core.actions.drift import take_theirs, what_taking_does
from tuisync.screens.dialogs.confirm import Confirm
from tuisync.screens.plan_asking import taking_words

if TYPE_CHECKING:
    from tuisync.core.stock.taking import Taking
    from tuisync.core.views.objects import DriftView
    from tuisync.core.workspace import Workspace
    from tuisync.screens.plan_rows import PlanRow
    from tuisync.screens.shell import Shell

Answer = Callable[["Workspace", str], "DriftView"]


def answer(shell: Shell, row: PlanRow, decide: Answer, words: str) -> None:
    """Decide about the difference of a row, and say so; does nothing for another kind of row."""
    if row.change is None or row.change.variant is None:
        return
    variant = row.change.variant
    shell.act(
        lambda: decide(shell.workspace, variant),
        lambda _: shell.say(f"{row.title}: {words}."),
    )


def ask_take(shell: Shell, row: PlanRow) -> None:
    """Say what taking the shop's number does, ask, then do it."""
    if row.change is None or row.change.variant is None:
        return
    variant = row.change.variant

    def ask(would: Taking) -> None:
        shell.push_screen(
            Confirm("Take the shop's number?", taking_words(row.title, would), yes="Take theirs"),
            lambda sure: answer(shell, row, take_theirs, _TAKEN) if sure else None,
        )

    shell.act(lambda: what_taking_does(shell.workspace, variant), ask)


_TAKEN = "the shop's number is ours now"
