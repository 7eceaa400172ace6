"""Going back to an earlier sync: its records again, its links and imports taken back."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tuisync.core.actions.resyncs import request_resync
from tuisync.core.actions.undo import Undone, undo_sync, what_undo_takes
from tuisync.core.models import ENDED
from tuisync.core.store import schema
from tuisync.core.views.history import record_views
from tuisync.screens.dialogs.confirm import Confirm
from tuisync.widgets.keys import key
from tuisync.widgets.marks import OUTCOME
from tuisync.widgets.plain import counted

if TYPE_CHECKING:
    from tuisync.core.models import SyncRun
    from tuisync.core.store.port import Reader
    from tuisync.screens.shell import Severity, Shell


_LOOK = 0.2
"""Seconds between two looks whether it has been read."""


def resync(shell: Shell, name: str, what: str, *, record: str | None = None) -> None:
    """Queue the reading of a run's, a batch's or one record again; say so, and what came of it.

    Args:
        shell: The app.
        name: The run's or batch's id.
        what: What is read, in words.
        record: Only this record's id.
    """

    def asked(runs: Sequence[SyncRun]) -> None:
        shell.say(f"Reading {what} again: {counted(sum(len(run.only) for run in runs), 'record')}.")
        work = _tell_result(shell, [run.id for run in runs], what)
        shell.run_worker(work, exit_on_error=False, group="result")

    shell.act(lambda: request_resync(shell.workspace, name, record=record), asked)


async def _tell_result(shell: Shell, ids: Sequence[str], what: str) -> None:
    """Wait until the runs have ended, whoever runs them, then say what came of them."""
    store = shell.workspace.store
    while True:
        runs = [run for id_ in ids if (run := store.get(schema.RUNS, id_))]
        if all(run.status in ENDED for run in runs):
            break
        await asyncio.sleep(_LOOK)
    if runs:
        failed = sum(run.counts.failed for run in runs) or any(r.status == "failed" for r in runs)
        shell.say(f"{what[:1].upper()}{what[1:]}: {_result(store, runs)}", _GRAVE[bool(failed)])


_GRAVE: dict[bool, Severity] = {False: "information", True: "warning"}


def _result(reader: Reader, runs: Sequence[SyncRun]) -> str:
    """Return what came of runs, in words; of one record with its reason."""
    records = [each for run in runs for each in record_views(reader, run.id)]
    if len(records) == 1:
        reason = f": {records[0].reason}" if records[0].reason else "."
        return f"{OUTCOME[records[0].outcome].word}{reason}"
    told = [run.reason for run in runs if run.reason]
    counts = Counter(OUTCOME[each.outcome].word for each in records)
    words = ", ".join(f"{count:,} {word}" for word, count in counts.items())
    return " ".join([f"{words or 'nothing was read'}.", *dict.fromkeys(told)])


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
