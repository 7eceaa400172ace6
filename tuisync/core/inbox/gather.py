"""Putting the inbox together: every source, each cause once, the most urgent first.

Another family of causes is one more function in `SOURCES`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import msgspec

from tuisync.core.inbox.drift import drift
from tuisync.core.inbox.mapping import mapping
from tuisync.core.inbox.orders import orders
from tuisync.core.inbox.oversold import oversold
from tuisync.core.inbox.pushes import pushes
from tuisync.core.inbox.records import records
from tuisync.core.inbox.relinked import relinked
from tuisync.core.inbox.rows import Fix, Fold, InboxRow, Source
from tuisync.core.inbox.shops import shops
from tuisync.core.models.inbox import InboxClass
from tuisync.core.store.port import Reader

SOURCES: tuple[Source, ...] = (shops, oversold, orders, records, pushes, drift, relinked, mapping)
"""All of them."""

MANY = 10
"""From one more than this, rows that may be folded become one."""

_URGENCY: tuple[InboxClass, ...] = (
    "auth",
    "oversell",
    "decision",
    "bug",
    "rejected",
    "transient",
    "stale",
    "drift",
    "mapping",
    "review",
)
_EVER = datetime.min.replace(tzinfo=UTC)


def inbox_rows(reader: Reader, now: datetime) -> list[InboxRow]:
    """Return what needs the user: a row per cause, the most urgent first."""
    return sorted(folded(_single(reader, now)), key=_place)


def behind(reader: Reader, now: datetime, id_: str) -> list[InboxRow]:
    """Return the rows that one stands for, each by itself; those of them that are left.

    Args:
        reader: The store.
        now: The time.
        id_: The id of that one, or of a row that stands for itself alone.
    """
    rows = (row for row in _single(reader, now) if id_ in {row.id, row.fold and row.fold.key})
    return sorted(rows, key=_place)


def about(reader: Reader, now: datetime, id_: str) -> list[str]:
    """Return the ids of what a row is about, or all those it stands for; see `Fix.ids`."""
    rows = behind(reader, now, id_)
    return list(dict.fromkeys(each for row in rows for each in row.about or row.fix.ids))


def _single(reader: Reader, now: datetime) -> list[InboxRow]:
    return uncovered([row for source in SOURCES for row in source(reader, now)])


def uncovered(rows: Sequence[InboxRow]) -> list[InboxRow]:
    """Return the rows for which no other row stands; of those with one id, the first."""
    covered = {id_ for row in rows for id_ in row.covers if id_ != row.id}
    single = {row.id: row for row in reversed(rows)}
    return [row for row in rows if row.id not in covered and single[row.id] is row]


def folded(rows: Iterable[InboxRow]) -> list[InboxRow]:
    """Return the rows with those that are too many of a kind made into one."""
    alike: dict[str, list[InboxRow]] = {}
    for row in rows:
        alike.setdefault(row.fold.key if row.fold else f"row {row.id}", []).append(row)
    made: list[InboxRow] = []
    for group in alike.values():
        fold = group[0].fold
        made += [_as_one(group, fold)] if fold and len(group) > MANY else group
    return made


def _as_one(rows: Sequence[InboxRow], fold: Fold) -> InboxRow:
    first = rows[0]
    since = [row.first_at for row in rows if row.first_at]
    last = [row.last_at for row in rows if row.last_at]
    tries = [row.next_at for row in rows if row.next_at]
    return msgspec.structs.replace(
        first,
        id=fold.key,
        subject=f"{len(rows):,} {fold.noun}",
        message=fold.message or first.message,
        hint=fold.hint or first.hint,
        fix=Fix(first.fix.does, tuple(dict.fromkeys(id_ for row in rows for id_ in row.fix.ids))),
        count=len(rows),
        first_at=min(since, default=None),
        last_at=max(last, default=None),
        next_at=min(tries, default=None),
        about=(),
        covers=(),
        fold=None,
    )


def _place(row: InboxRow) -> tuple[int, float, str]:
    """Order by urgency, then the newest first."""
    newest = row.last_at or row.first_at or _EVER
    return _URGENCY.index(row.kind), -newest.timestamp(), row.id
