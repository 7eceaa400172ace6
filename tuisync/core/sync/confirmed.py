"""What a shop confirmed after numbers were sent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from tuisync.core.models import Level, Link, Listing, OutboxEntry, SentNumber
from tuisync.core.remote import StockResult
from tuisync.core.stock.wanted import Wanted
from tuisync.core.store import schema
from tuisync.core.store.port import Transaction


def take_in(
    tx: Transaction,
    entry: OutboxEntry,
    changes: Sequence[Wanted],
    result: StockResult,
    now: datetime,
) -> None:
    """Store what a shop confirmed: what was sent, the listing, and where both sides are level.

    Args:
        tx: The transaction.
        entry: What was owed.
        changes: What was sent, all of one listing.
        result: What the shop answered.
        now: The time.
    """
    listing = changes[0].listing
    stored = tx.get(schema.OUTBOX, entry.id) or entry
    tx.put(schema.OUTBOX, stored.but(sent=_sent(changes, result), sent_at=now))
    tx.put(schema.LISTINGS, _with_result(tx.get(schema.LISTINGS, listing.id) or listing, result))
    shown = {each.link.key: each.shows for each in changes}
    for link in tx.find(schema.LINKS, "listing", listing.id):
        if link.key in shown:
            known = link if link.item is None else _first_sent(link, shown[link.key])
            tx.put(schema.LINKS, _level(known, result, now))


def _level(link: Link, result: StockResult, now: datetime) -> Link:
    """Return the link after the shop confirmed a number: both sides are level there."""
    number = result.quantities.get(link.key)
    return link.but(
        confirmed=number,
        confirmed_at=now,
        level=link.level if number is None else Level(number, result.served_at),
        asks=None,
        asks_since=None,
        left=None,
        shortfall=None,
        gives_back=None,
    )


def _sent(changes: Sequence[Wanted], result: StockResult) -> tuple[SentNumber, ...]:
    """Return the numbers a shop took, each with what it showed before."""
    return tuple(
        SentNumber(each.link.key, each.shows, result.quantities.get(each.link.key, each.wants))
        for each in changes
    )


def _first_sent(link: Link, shown: int) -> Link:
    """Remember what the shop showed before the first number sent through a link."""
    return link.but(shown_before=shown if link.shown_before is None else link.shown_before)


def _with_result(listing: Listing, result: StockResult) -> Listing:
    return listing.but(
        state=result.state,
        paused_by_us=result.paused_by_us,
        reactivated=False,
        read_at=max(listing.read_at, result.served_at),
        fingerprint=result.fingerprint or listing.fingerprint,
        variants=tuple(
            msgspec.structs.replace(each, quantity=result.quantities.get(each.key, each.quantity))
            for each in listing.variants
        ),
    )
