"""How far a walk has come, as the text that is stored with each page.

A cursor that cannot be read (of an older plug-in, say) starts the walk again, which repeats
records and loses none.
"""

from __future__ import annotations

from typing import Literal

import msgspec

LIMIT = 100
"""Records a page: the most Etsy gives; more is silently cut (etsy/open-api #422)."""

MAX_OFFSET = 12_000
"""The highest offset Etsy takes (etsy/open-api #344)."""

REACH = MAX_OFFSET + LIMIT
"""Records of one query that offsets reach."""


class ItemsCursor(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="items-1"):
    """Where a walk over the listings stands.

    Attributes:
        state: The state being walked; empty when all are done.
        offset: Where its next page begins.
        began: The shop's clock when the walk began, 0 before its first page; an old one is
            not gone on with.
        full: The shop's clock when the last walk began that read every inventory.
        since: Inventories of listings that changed before this are not read again; None
            reads all of them.
        pending: Listings seen and changed whose inventories are still to be read.
        total: Listings in the states begun so far, for progress.
        ahead: Listings in the states after the first, as counted when the walk began.
        cut_short: States with more listings than Etsy lets anybody read.
    """

    state: str = ""
    offset: int = 0
    began: int = 0
    full: int = 0
    since: int | None = None
    pending: tuple[int, ...] = ()
    total: int = 0
    ahead: int = 0
    cut_short: tuple[str, ...] = ()


OrdersStep = Literal["cancelled", "changed", "open", "done"]


class Place(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where a walk over receipts by time stands.

    Attributes:
        mark: Unix time from which on receipts are asked for; None for all of them.
        offset: How many of those to leave out.
        ordered: Answers have come in the order asked for so far.
    """

    mark: int | None = None
    offset: int = 0
    ordered: bool = True


class OrdersCursor(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="orders-1"):
    """Where a pull of orders stands.

    Attributes:
        step: The pass it is in.
        since: The shop's clock from which on changes are read, without the overlap; None
            for all there is.
        until: The shop's clock at which the pass over changes began.
        place: Where that pass stands.
        total: Orders the pull began with, for progress.
        period: `[start, end)` in Unix seconds, when it reads orders by the time they were
            placed.
        cancelled: The newest cancelled receipts of the last pull: none of them is news,
            unless its time of change says so.
        swept: The shop's clock when its list of open receipts was last compared with ours.
    """

    step: OrdersStep = "cancelled"
    since: int | None = None
    until: int | None = None
    place: Place = Place()
    total: int | None = None
    period: tuple[int, int] | None = None
    cancelled: tuple[int, ...] = ()
    swept: int = 0


def more_follow(offset: int, rows: int, total: int | None) -> bool:
    """Tell whether another page follows the one at this offset. Pure.

    It goes by the total, never by having seen a record before: Etsy documents no order
    (etsy/open-api #185). A total that is less than what came is wrong (#510), and then only a
    page that is not full is the last.
    """
    if total is None or offset + rows > total:
        return rows >= LIMIT
    return rows > 0 and offset + LIMIT < total


def dump(cursor: ItemsCursor | OrdersCursor) -> str:
    """Return the text to store."""
    return msgspec.json.encode(cursor).decode()


def load_items(text: str | None) -> ItemsCursor | None:
    """Return the cursor in a text, or None where there is none to go on from."""
    try:
        return msgspec.json.decode(text or "", type=ItemsCursor)
    except msgspec.DecodeError:
        return None


def load_orders(text: str | None) -> OrdersCursor | None:
    """Return the cursor in a text, or None where there is none to go on from."""
    try:
        return msgspec.json.decode(text or "", type=OrdersCursor)
    except msgspec.DecodeError:
        return None
