"""Going back to an earlier sync: its records again, its links and imports taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tuisync.core.actions.resyncs import request_resync
from tuisync.core.actions.undo import Undone, undo_sync, what_undo_takes
from tuisync.screens.dialogs.confirm import Confirm
from tuisync.widgets.keys import key
from tuisync.widgets.plain import counted

if TYPE_CHECKING:
    from tuisync.screens.shell import Shell


def resync(shell: Shell, name: str, what: str, *, record: str | None = None) -> None:
    """Queue the reading of a run's, a batch's or one record again, and say so.

    Args:
        shell: The app.
        name: The run's or batch's id.
        what: What is read, in words.
        record: Only this record's id.
    """
    shell.act(
        lambda: request_resync(shell.workspace, name, record=record),
        lambda runs: shell.say(
            f"Reading {what} again: {counted(sum(len(run.only) for run in runs), 'record')}."
        ),
    )


def ask_undo(shell: Shell, name: str) -> None:
    """Say what an undo would take back, then ask; a refusal is told with its reason."""

    def ask(would: Undone) -> None:
        shell.push_screen(
            Confirm("Undo this sync?", _consequences(would), yes="Undo"),
            lambda answer: _undo(shell, name, answer=answer),
        )

    shell.act(lambda: what_undo_takes(shell.workspace, name), ask)


def _undo(shell: Shell, name: str, *, answer: bool | None) -> None:
    if answer:
        shell.act(
            lambda: undo_sync(shell.workspace, name),
            lambda undone: shell.say(
                f"Taken back: {taken(undone)}. {key('go.plan')} shows what follows at the shops."
            ),
        )


def taken(undone: Undone) -> str:
    """Return what an undo takes back, in words."""
    parts = ((undone.links, "link"), (undone.orders, "order"), (undone.listings, "listing"))
    return ", ".join(counted(number, word) for number, word in parts if number)


def _consequences(would: Undone) -> str:
    apart = ", and the links do not come back by themselves" if would.links else ""
    return (
        f"It takes back {taken(would)}. Stock is what it was before{apart}. The shop still has "
        "the orders: the next sync brings them in again. What the shops show wrongly then waits "
        "for your plan."
    )
