"""Reading again what could not be taken in, or letting it be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from tuisync.core import lookup
from tuisync.core.actions.syncs import check_active, request_records
from tuisync.core.errors import Conflict, NotFound
from tuisync.core.inbox.gather import inbox_rows
from tuisync.core.models import Failure, Module, SyncRun
from tuisync.core.store import schema
from tuisync.core.workspace import Workspace


def read_again(workspace: Workspace, failures: Iterable[str]) -> list[SyncRun]:
    """Queue runs that read these failed records by id, one per shop and kind.

    Args:
        workspace: Where.
        failures: Ids of failures; those whose record has come in meanwhile are left out.

    Raises:
        NotFound: All of them have come in meanwhile.
        Inactive: A shop is switched off or needs a sign-in.
    """
    store = workspace.store
    found = [each for id_ in failures if (each := store.get(schema.FAILURES, id_)) is not None]
    wanted: dict[tuple[str, Module], list[Failure]] = defaultdict(list)
    for failure in found:
        if failure.remote_id:
            wanted[failure.integration, failure.module].append(failure)
    if not wanted:
        raise NotFound("What failed has come in meanwhile.")
    shops = {name: lookup.integration(store, name) for name, _ in wanted}
    for integration in shops.values():
        check_active(integration)
    batch = workspace.new_id()
    return [
        request_records(
            workspace,
            shops[name],
            module,
            [str(each.remote_id) for each in group],
            trigger="resync",
            batch=batch,
        )
        for (name, module), group in wanted.items()
    ]


def dismiss(workspace: Workspace, row: str) -> None:
    """Take records that failed out of the inbox; one that fails again comes back.

    Every other row goes away with its cause, and only with that.

    Args:
        workspace: Where.
        row: The row's id.

    Raises:
        NotFound: There is no such row.
        Conflict: It is not about records that failed.
    """
    with workspace.store.transaction() as tx:
        found = next((each for each in inbox_rows(tx, workspace.now()) if each.id == row), None)
        if found is None:
            raise NotFound(f"The inbox has no row `{row}`.", hint="See `tuisync inbox`.")
        if found.fix.does != "resync":
            raise Conflict("This goes away with its cause.", hint=found.hint)
        for id_ in found.fix.ids:
            tx.delete(schema.FAILURES, id_)
