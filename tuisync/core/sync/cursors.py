"""How far a module has been read, once a pull has come to its end."""

from __future__ import annotations

from tuisync.core.models import Cursor, Integration, SyncRun
from tuisync.core.store import schema
from tuisync.core.store.port import Transaction
from tuisync.core.sync.stopping import chain
from tuisync.core.undo.watch import former_cursor
from tuisync.core.workspace import Workspace


def store_cursor(workspace: Workspace, integration: Integration, run: SyncRun) -> None:
    """Move the module's cursor, once a whole normal pull is stored; others leave it be."""
    if run.only or run.period:
        return
    with workspace.store.transaction() as tx:
        id_ = f"{integration.id}/{run.module}"
        before = tx.get(schema.CURSORS, id_)
        known = before or Cursor(id=id_)
        for each in chain(tx, run):  # to undo a part of a walk is to read all of it anew
            if tx.get(schema.FORMERS, f"{each.id}/cursor") is None:
                tx.put(schema.FORMERS, former_cursor(f"{each.id}/cursor", each.id, before, id_))
        _forget_stopped(tx, run)
        position = run.cursor if run.cursor is not None else known.position
        moved = known.but(position=position, read_from=run.listed_from)
        tx.put(schema.CURSORS, moved.but(full_at=run.started_at) if run.full else moved)


def _forget_stopped(tx: Transaction, run: SyncRun) -> None:
    """Let the next run begin a walk of its own: nothing of an earlier one is missing now."""
    shop = tx.get(schema.INTEGRATIONS, run.integration)
    if shop is not None and run.module in shop.stopped:
        others = {module: id_ for module, id_ in shop.stopped.items() if module != run.module}
        tx.put(schema.INTEGRATIONS, shop.but(stopped=others))
