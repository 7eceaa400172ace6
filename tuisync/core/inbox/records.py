"""Listings and orders that could not be taken in, each until it is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from tuisync.core.inbox.rows import Fix, Fold, InboxRow, fold_key
from tuisync.core.models import Failure, Integration
from tuisync.core.store import schema
from tuisync.core.store.port import Reader

_NOUNS = {"items": "listings", "orders": "orders"}


def records(reader: Reader, now: datetime) -> Iterator[InboxRow]:
    """Yield a row per record that failed and has not come in since."""
    del now  # a failure lasts until the record comes in
    for integration in reader.all(schema.INTEGRATIONS):
        for module, nouns in _NOUNS.items():
            for failure in reader.find(schema.FAILURES, "record", f"{integration.id}/{module}"):
                yield _row(integration, failure, nouns)


def _row(integration: Integration, failure: Failure, nouns: str) -> InboxRow:
    remote = failure.remote_id or ""
    key = fold_key("records", integration.id, failure.module, failure.fault, failure.reason)
    named = failure.title or f"{nouns.removesuffix('s')} {remote}".strip()
    return InboxRow(
        id=failure.id,
        kind=failure.fault,
        integration=integration.id,
        subject=named if remote in named else f"{named} ({remote})",
        message=failure.reason,
        hint=_hint(integration, failure),
        fix=Fix("resync", (failure.id,)) if remote else Fix("sync", (integration.id,)),
        count=failure.count,
        first_at=failure.first_at,
        last_at=failure.last_at,
        fold=Fold(
            key=key,
            noun=nouns,
            hint=f"`tuisync inbox show {key}` lists them; `tuisync resync {failure.run} --failed`"
            " reads those of the last run again.",
        ),
    )


def _hint(integration: Integration, failure: Failure) -> str:
    if failure.fault == "bug":
        first = "It is a fault of the program or the plug-in, noted in the log"
    elif failure.fault == "transient":
        first = "It may come in with the next sync"
    else:
        first = "Mend it at the shop"
    if not failure.remote_id:
        return f"{first}; `tuisync sync {failure.module} -i {integration.name}` reads all again."
    return f"{first}; `tuisync resync {failure.run} --record {failure.remote_id}` reads it again."
