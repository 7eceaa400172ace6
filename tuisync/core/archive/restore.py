"""Going back to a backup, without sending or paying for anything twice.

A backup is older than what the shops have seen since. So nothing that was under way is taken
up as it was: what may have arrived is looked for at the shop first, numbers wait for the user
to look at the plan, and every shop waits for a sign-in.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from itertools import islice
from pathlib import Path

from tuisync.core.archive.backup import Backup, read_backup
from tuisync.core.archive.files import unwritable
from tuisync.core.clock import Clock, system_clock
from tuisync.core.disk import sync_directory
from tuisync.core.engine import DAEMON
from tuisync.core.errors import Conflict, EngineBusy, StoreDamaged, StoreError, TuisyncError
from tuisync.core.home import Home
from tuisync.core.models import LIVE, Integration, OutboxEntry
from tuisync.core.store import lease_in, open_store, schema
from tuisync.core.store.port import Store, Transaction
from tuisync.core.sync.stopping import keep, left
from tuisync.core.views.objects import RestoreView
from tuisync.core.views.status import ENGINE

_BATCH = 5_000
"""Documents put into the new store in one transaction."""

_SIGN_IN = "It was restored from a backup, which holds no sign-in."
_HELD = "Restored from a backup: look at the plan before it is sent."
_LOOKED_FOR = "Restored from a backup: the shop is read before anything is sent."


def restore(
    home: Home, path: Path, *, replace: bool = False, clock: Clock = system_clock
) -> RestoreView:
    """Put a backup in the place of what is stored. The old data stays beside it.

    Args:
        home: The data directory's home.
        path: The backup.
        replace: Also when there is an organization already.
        clock: Names the copy that is kept.

    Raises:
        NotFound: There is no such file.
        StoreDamaged: It is not a whole backup; nothing was changed.
        SchemaTooNew: A newer tuisync made it; nothing was changed.
        Conflict: There is an organization already, and `replace` is off.
        EngineBusy: An engine works here; nothing was changed.
        HomeUnwritable: The new data cannot be written; nothing was changed.
    """
    backup = read_backup(path)
    home.ensure()
    with _no_engine(home.data):
        occupied = _occupied(home.data)
        if occupied and not replace:
            raise Conflict(
                "There is an organization in this home already.",
                hint="Give `--yes` to put the backup in its place; the old data is kept beside it.",
            )
        _write(home.restoring, path, backup)
        kept = _exchange(home, clock(), keep=occupied)
    return RestoreView(
        file=str(path),
        made_at=backup.head.made_at,
        documents=len(backup),
        kept=None if kept is None else str(kept),
        integrations=sorted(
            each.name for _, each in backup.documents() if isinstance(each, Integration)
        ),
    )


def calm(tx: Transaction) -> None:
    """Turn what was under way into what is safe to find in an old copy."""
    for integration in list(tx.all(schema.INTEGRATIONS)):
        asleep = integration.but(status="needs_reauth", status_reason=_SIGN_IN)
        tx.put(schema.INTEGRATIONS, asleep)
    for entry in list(tx.all(schema.OUTBOX)):
        if entry.state in LIVE:
            tx.put(schema.OUTBOX, _calmed(entry))
    for run in list(tx.find(schema.RUNS, "status", "running")):
        keep(tx, left(run, run.cancelled_at or run.queued_at))


def _calmed(entry: OutboxEntry) -> OutboxEntry:
    if entry.kind == "stock":
        # The number is computed from what the shop shows when it is sent, so nothing is
        # repeated; what was agreed to was agreed to of another moment.
        return entry.but(
            state="held", reason=_HELD, agreed={}, lowering=False, next_attempt_at=None
        )
    return entry.but(state="unknown", reason=_LOOKED_FOR, next_attempt_at=None)


@contextmanager
def _no_engine(data: Path) -> Iterator[None]:
    """Be the only one who could be an engine of this data directory.

    Raises:
        EngineBusy: There is an engine.
    """
    with ExitStack() as stack:
        for name in (DAEMON, ENGINE):
            lease = lease_in(data, name, "restore")
            if lease is None:
                raise EngineBusy(
                    "The engine is at work on this data; nothing was changed.",
                    hint="End the daemon and the app first: `tuisync status` shows which runs.",
                )
            stack.callback(lease.release)
        yield


def _occupied(data: Path) -> bool:
    """Tell whether there is something to lose; also what cannot be read is."""
    try:
        store = open_store(data)
    except StoreError:
        return True
    try:
        return store.count(schema.ORGANIZATION) > 0
    finally:
        store.close()


def _write(fresh: Path, path: Path, backup: Backup) -> None:
    """Write the backup's data to a new directory."""
    shutil.rmtree(fresh, ignore_errors=True)  # one that was given up
    store = open_store(fresh)
    try:
        _fill(store, backup)
        with store.transaction() as tx:
            calm(tx)
    except (TuisyncError, ValueError) as error:
        shutil.rmtree(fresh, ignore_errors=True)
        if isinstance(error, StoreError):
            raise
        raise StoreDamaged(f"{path} cannot be taken: {error}. Nothing was changed.") from error
    finally:
        store.close()


def _fill(store: Store, backup: Backup) -> None:
    """Put everything into a store that nobody knows of yet, some at a time."""
    documents = backup.documents()
    while batch := list(islice(documents, _BATCH)):
        with store.transaction() as tx:
            for collection, document in batch:
                tx.put(collection, document)


def _exchange(home: Home, now: datetime, *, keep: bool) -> Path | None:
    """Put the new directory in the old one's place; returns where the old one is kept.

    A machine that stops in the middle of it finds the new data in its place at the next start.
    """
    old = home.data.with_name(f"{home.data.name}.before-restore-{now:%Y%m%dT%H%M%SZ}")
    try:
        home.data.rename(old)
        _take_place(home, old)
        sync_directory(home.data.parent)
    except OSError as error:
        shutil.rmtree(home.restoring, ignore_errors=True)
        raise unwritable(home.data, error) from error
    if keep:
        return old
    shutil.rmtree(old, ignore_errors=True)
    return None


def _take_place(home: Home, old: Path) -> None:
    try:
        home.restoring.rename(home.data)
    except OSError:
        # Another process that starts just now may have done it.
        if home.restoring.exists() or not home.data.exists():
            old.rename(home.data)
            raise
