"""Pushing one listing's numbers: computed when sent, compared before written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tuisync.core.errors import (
    AuthorizationRequired,
    RemoteNotFound,
    ShapeChanged,
    StockChanged,
    TuisyncError,
)
from tuisync.core.inbox.failures import fault_of
from tuisync.core.linking.presence import CHANGED
from tuisync.core.models import Integration, Listing, OutboxEntry
from tuisync.core.outcome import Taken
from tuisync.core.remote import StockChange, StockResult, VariantChange
from tuisync.core.shop import Shop
from tuisync.core.stock.allowed import allowed
from tuisync.core.stock.beliefs import PATIENCE, judge
from tuisync.core.stock.wanted import Wanted, listing_compared, listing_differs, why_nothing
from tuisync.core.store import schema
from tuisync.core.sync.backoff import wait_before
from tuisync.core.sync.confirmed import take_in
from tuisync.core.sync.entries import EntryBook
from tuisync.core.sync.one_listing import read_listing
from tuisync.core.sync.push_log import PushLog
from tuisync.core.sync.runs import Row
from tuisync.core.sync.vacation import LOOKS_AGAIN, ON_VACATION, keeps_waiting
from tuisync.core.workspace import Workspace

_MOST_LOOKS = 5
"""Times a listing whose numbers keep moving is tried again at once."""

_UNEXPLAINED = "The shop shows fewer than expected and no order explains it; checked again soon."
_ARRIVED = "Its answer was lost, but the shop shows the right number."


class LookAgain(Exception):  # it never leaves the drain
    """The shop's numbers moved: pull its orders once more, then try this listing again."""


@dataclass
class StockPush:
    """Sends one integration's owed numbers."""

    shop: Shop
    workspace: Workspace
    integration: Integration
    log: PushLog

    async def send(self, entry: OutboxEntry) -> None:
        """Send what one entry owes and move it on.

        Raises:
            LookAgain: The shop's numbers moved; the entry stays owed.
            AuthorizationRequired: The integration needs a sign-in.
            MarketplaceError: The shop could not be read, so nothing was sent.
        """
        book = EntryBook(self.workspace)
        if self._current().stock_sync != "active":
            book.superseded(entry, "Stock sync is switched off.")
            return
        if keeps_waiting(self._current(), entry):
            book.wait_for_return(entry, self.workspace.now() + LOOKS_AGAIN, ON_VACATION)
            return
        lost = _is_lost(entry)
        if entry.state == "unknown":
            await self._read_again(entry.target)
            entry = book.current(entry)
        differing = self._differing(entry)
        changes = allowed(entry, differing)
        ready = self._judged(changes, agreed=bool(entry.agreed))
        if not differing:
            self._nothing_left(entry, lost=lost)
        elif not entry.agreed and all(each.waits for each in differing):
            book.superseded(entry, why_nothing(differing[0].listing, differing))
        elif not changes:
            self._hold(entry, differing)
        elif not ready:
            book.wait(entry, self.workspace.now() + PATIENCE, _UNEXPLAINED)
        elif (begun := book.begin(entry)) is not None:
            await self._send(begun, ready, all_sent=len(ready) == len(changes))

    async def _read_again(self, listing: str) -> None:
        await read_listing(self.shop, self.workspace, self.integration, listing)

    def _current(self) -> Integration:
        """Return the integration as it is now: its rules may have changed since the drain began."""
        found = self.workspace.store.get(schema.INTEGRATIONS, self.integration.id)
        return found or self.integration

    def _differing(self, entry: OutboxEntry) -> list[Wanted]:
        store = self.workspace.store
        return listing_differs(store, self.workspace, self._current(), entry.target)

    def _nothing_left(self, entry: OutboxEntry, *, lost: bool) -> None:
        """Owe nothing any more; a number whose answer was lost and that has arrived is told of."""
        store = self.workspace.store
        listing = store.get(schema.LISTINGS, entry.target)
        EntryBook(self.workspace).superseded(entry, why_nothing(listing))
        ours = listing_compared(store, self.workspace, self._current(), entry.target)
        if lost and ours:
            self._note(entry, Taken("updated", _ARRIVED, entry.target))

    def _hold(self, entry: OutboxEntry, differing: Sequence[Wanted]) -> None:
        """Let what nobody agreed to wait for the plan, but for what a sale lowered."""
        book = EntryBook(self.workspace)
        if entry.agreed:
            lowers = any(each.wants < each.shows for each in differing)
            book.hold_or_again(entry, lowering=entry.sale and lowers)
        else:
            book.hold(entry)

    def _judged(self, changes: Sequence[Wanted], *, agreed: bool) -> list[Wanted]:
        """Return the changes that may be sent now: every lowering, and raises that are clear."""
        store = self.workspace.store
        orders = store.get(schema.CURSORS, f"{self.integration.id}/orders")
        ready = []
        for each in changes:
            if agreed or each.wants < each.shows:
                ready.append(each)
                continue
            judgement = judge(each.link, orders.read_from if orders else None)
            if judgement.raise_now:
                ready.append(each)
            elif judgement.link != each.link:
                with store.transaction() as tx:
                    tx.put(schema.LINKS, judgement.link)
        return ready

    async def _send(self, entry: OutboxEntry, changes: Sequence[Wanted], *, all_sent: bool) -> None:
        listing = changes[0].listing
        try:
            result = await self.shop.handle.push_stock(
                self.shop.session, self._change(listing, changes)
            )
        except StockChanged:
            await self._stock_changed(entry)
        except ShapeChanged as error:
            self._break_links(listing)
            self._failed(entry, error)
        except RemoteNotFound as error:
            self._failed(entry, error)
            await self._read_again(listing.id)
        except TuisyncError as error:
            self._failed(entry, error)
            if isinstance(error, AuthorizationRequired):
                raise
        else:
            self._confirmed(entry, changes, result)
            self._close(entry, all_sent=all_sent)

    def _change(self, listing: Listing, changes: Sequence[Wanted]) -> StockChange:
        return StockChange(
            listing_id=listing.listing_id,
            variants=tuple(
                VariantChange(key=each.link.key, believed=each.shows, wanted=each.wants)
                for each in changes
            ),
            fingerprint=listing.fingerprint,
            paused_by_us=listing.paused_by_us,
            renew_sold_out=self._current().renew_sold_out,
        )

    async def _stock_changed(self, entry: OutboxEntry) -> None:
        book = EntryBook(self.workspace)
        if entry.attempts > _MOST_LOOKS:
            wait = self.workspace.now() + wait_before(entry.attempts - _MOST_LOOKS, entry.id)
            book.wait(entry, wait, "The shop's numbers keep moving.")
        else:
            book.change(entry, state="queued", next_attempt_at=None)
        await self._read_again(entry.target)
        raise LookAgain

    def _close(self, entry: OutboxEntry, *, all_sent: bool) -> None:
        """Move an entry on after the shop took what was sent of it."""
        book = EntryBook(self.workspace)
        now = book.current(entry)
        if all(each.waits for each in self._differing(entry)):
            book.applied(now)
        elif now.lowering:
            book.hold(entry)
        elif not all_sent:
            book.wait(entry, self.workspace.now() + PATIENCE, _UNEXPLAINED)
        elif now.agreed:
            book.hold_or_again(entry)
        elif now.version != entry.version:
            book.again(entry)
        else:
            book.applied(now)  # the shop confirmed another number than it was sent: drift

    def _confirmed(
        self, entry: OutboxEntry, changes: Sequence[Wanted], result: StockResult
    ) -> None:
        with self.workspace.store.transaction() as tx:
            take_in(tx, entry, changes, result, self.workspace.now())
            self.log.add(tx, _sent_row(entry, changes, result.notes))

    def _break_links(self, listing: Listing) -> None:
        with self.workspace.store.transaction() as tx:
            for link in tx.find(schema.LINKS, "listing", listing.id):
                if link.item is not None:
                    tx.put(schema.LINKS, link.but(state="broken", reason=CHANGED))

    def _failed(self, entry: OutboxEntry, error: TuisyncError) -> None:
        EntryBook(self.workspace).failed(entry, error)
        self.note_failed(entry, Taken("failed", error.message, None, fault=fault_of(error)))

    def note_failed(self, entry: OutboxEntry, taken: Taken) -> None:
        """Note that an entry could not be sent."""
        self._note(entry, taken._replace(local_id=entry.target))

    def _note(self, entry: OutboxEntry, taken: Taken) -> None:
        listing = self.workspace.store.get(schema.LISTINGS, entry.target)
        remote, title = (listing.listing_id, listing.title) if listing else (entry.target, "")
        self.log.note(Row(remote, title, taken, entry.id))


def _is_lost(entry: OutboxEntry) -> bool:
    """Return whether the answer to what was sent last is not stored."""
    answered = entry.sent_at is not None and entry.sent_at >= entry.updated_at
    return entry.state == "unknown" and not answered


def _sent_row(entry: OutboxEntry, changes: Sequence[Wanted], notes: Sequence[str]) -> Row:
    """Return what is told of numbers that were sent, and of what else the shop changed."""
    listing = changes[0].listing
    moves = ", ".join(f"{each.shows} → {each.wants}" for each in changes)
    taken = Taken("updated", ". ".join([moves, *notes]), listing.id)
    return Row(listing.listing_id, listing.title, taken, entry.id)
