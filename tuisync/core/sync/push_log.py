"""What one drain sends, told in the history as it goes."""

from __future__ import annotations

from tuisync.core.models import Integration, Module, SyncRun
from tuisync.core.store import schema
from tuisync.core.store.port import Transaction
from tuisync.core.sync.runs import Row, RunBook
from tuisync.core.workspace import Workspace


class PushLog:
    """The run of one drain's pushes of one kind, in the history from the first of them on.

    What became of a push is told in the transaction that stores it, so that an engine which
    dies between two pushes leaves the history of all before. The run is stored as ended at
    every moment: nobody takes it for one to be gone on with.

    Args:
        workspace: Where.
        integration: Whose pushes they are.
        module: `stock` or `shipments`.
        batch: The drain's batch.
    """

    def __init__(
        self, workspace: Workspace, integration: Integration, module: Module, batch: str
    ) -> None:
        self._workspace = workspace
        self._integration = integration
        self._module: Module = module
        self._batch = batch
        self._id = ""
        self._told: set[str | None] = set()

    @property
    def is_empty(self) -> bool:
        """Nothing was sent, and nothing failed."""
        return not self._told

    def tells_of(self, target: str) -> bool:
        """Tell whether a push of that listing or order is in it."""
        return target in self._told

    def note(self, row: Row) -> None:
        """Add what became of a push, in a transaction of its own."""
        with self._workspace.store.transaction() as tx:
            self.add(tx, row)

    def add(self, tx: Transaction, row: Row) -> None:
        """Add what became of a push, in the transaction that stores it."""
        run = tx.get(schema.RUNS, self._id) or self._begun()
        failed = run.counts.failed or row.taken.outcome == "failed"
        ended = run.but(
            status="partial" if failed else "succeeded", finished_at=self._workspace.now()
        )
        RunBook(self._workspace, ended).add_page(tx, [row], cursor=None)
        self._told.add(row.taken.local_id)

    def _begun(self) -> SyncRun:
        now = self._workspace.now()
        self._id = self._id or self._workspace.new_id()
        return SyncRun(
            id=self._id,
            batch=self._batch,
            integration=self._integration.id,
            module=self._module,
            trigger="push",
            queued_at=now,
            started_at=now,
        )
