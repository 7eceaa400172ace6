"""What is asked of a shop, and the pages that answer it."""

from __future__ import annotations

from datetime import datetime

import msgspec

from tuisync.core.models import Period
from tuisync.core.remote.records import RemoteListing, RemoteOrder, Unreadable


class FetchRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What to fetch, in exactly one of these ways.

    - `ids`: these records by id, each read once, nothing else;
    - `period`: orders *placed* in it (or all items when the shop cannot filter them);
    - else everything changed since `cursor` (None: everything there is).

    Attributes:
        cursor: What an earlier page gave, or None.
        ids: Remote ids, or empty.
        period: `[start, end)`.
        open_ids: Orders only: remote ids of the orders we hold as open. The plug-in compares
            them with the shop's open ones and reads by id those missing there, so that a
            cancellation the shop does not announce is found (E8).
    """

    cursor: str | None = None
    ids: tuple[str, ...] = ()
    period: Period | None = None
    open_ids: tuple[str, ...] = ()


class ItemsPage(msgspec.Struct, frozen=True, kw_only=True):
    """One page of listings.

    Attributes:
        records: What was on it; a listing may come twice in one pull.
        served_at: The shop's clock (its `Date` header) when the numbers on it were read.
        cursor: Stored with the page; handed back to go on after it, or to read what changed.
        expected: How many records the whole pull will bring, if known.
        gone: Remote ids that the shop says do not exist (when asked for by id).
        unchanged: Remote ids that the shop still shows and that say nothing new since the
            cursor, so that they were not read again.
        on_vacation: The shop takes no orders for now; None when this page does not tell.
    """

    records: tuple[RemoteListing | Unreadable, ...]
    served_at: datetime
    cursor: str | None = None
    expected: int | None = None
    gone: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    on_vacation: bool | None = None


class OrdersPage(msgspec.Struct, frozen=True, kw_only=True):
    """One page of orders; attributes as in `ItemsPage`."""

    records: tuple[RemoteOrder | Unreadable, ...]
    served_at: datetime
    cursor: str | None = None
    expected: int | None = None
    gone: tuple[str, ...] = ()
