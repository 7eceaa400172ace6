"""The inbox, as users see it."""

from __future__ import annotations

from datetime import datetime

from tuisync.core.errors import NotFound
from tuisync.core.inbox.gather import behind, inbox_rows
from tuisync.core.inbox.rows import InboxRow, shop_name
from tuisync.core.store.port import Reader
from tuisync.core.views.objects import FixView, InboxView


def inbox_views(reader: Reader, now: datetime) -> list[InboxView]:
    """Return what needs the user: a row per cause, the most urgent first."""
    return [_view(reader, row) for row in inbox_rows(reader, now)]


def views_behind(reader: Reader, now: datetime, id_: str) -> list[InboxView]:
    """Return what one row of the inbox stands for, a row each.

    Raises:
        NotFound: There is no such row, or not any more.
    """
    rows = behind(reader, now, id_)
    if not rows:
        raise NotFound(f"The inbox has no row `{id_}`.", hint="See `tuisync inbox`.")
    return [_view(reader, row) for row in rows]


def _view(reader: Reader, row: InboxRow) -> InboxView:
    return InboxView(
        id=row.id,
        kind=row.kind,
        integration=None if row.integration is None else shop_name(reader, row.integration),
        subject=row.subject,
        message=row.message,
        hint=row.hint,
        count=row.count,
        first_at=row.first_at,
        last_at=row.last_at,
        next_at=row.next_at,
        fix=FixView(does=row.fix.does, ids=list(row.fix.ids)),
    )
