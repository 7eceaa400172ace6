"""Records that were asked for by id and that the shop did not answer for."""

from __future__ import annotations

from tuisync.core.models import SyncRun
from tuisync.core.outcome import Taken
from tuisync.core.store import schema
from tuisync.core.store.port import Reader
from tuisync.core.sync.runs import Row, RunBook
from tuisync.core.workspace import Workspace


def unanswered(reader: Reader, run: SyncRun) -> tuple[str, ...]:
    """Return the ids a run was to read and has no record of."""
    if not run.only:
        return ()  # without a look at what may be a thousand pages of records
    pages = reader.find(schema.RECORDS, "run", run.id)
    answered = {record.remote_id for page in pages for record in page.records}
    return tuple(each for each in run.only if each not in answered)


def note_unanswered(workspace: Workspace, book: RunBook) -> None:
    """Let no record that was asked for vanish without a word."""
    silent = Taken("failed", "The shop did not answer for it.", None, fault="transient")
    rows = [Row(each, "", silent) for each in unanswered(workspace.store, book.run)]
    if rows:
        with workspace.store.transaction() as tx:
            book.add_page(tx, rows, cursor=book.run.cursor)
