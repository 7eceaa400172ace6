"""The outbox: what is owed to which shop. Writing here is the order to push.

An entry says *that* a push is owed; the number is computed when it is sent. Its id is made
from its target, so there is at most one per listing and one per shipment.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tuisync.core import lookup
from tuisync.core.inbox.failures import Failures
from tuisync.core.models import (
    LIVE,
    REFUSED,
    Link,
    Listing,
    Order,
    OutboxEntry,
    OutboxState,
    Shipment,
)
from tuisync.core.stock.numbers import last_units_are_kept
from tuisync.core.stock.wanted import Wanted, links_compared, why_nothing
from tuisync.core.store import schema
from tuisync.core.store.port import Transaction
from tuisync.core.workspace import Workspace

ASTRAY = timedelta(minutes=1)
"""Clocks may differ by this much without having been set back."""


@dataclass(frozen=True)
class Outbox:
    """The outbox, open for writing in one transaction."""

    tx: Transaction
    workspace: Workspace

    def item_changed(
        self,
        item: str,
        cause: str,
        *,
        hold: bool = False,
        sale: bool = False,
        sold_by: Collection[str] = (),
    ) -> None:
        """Owe a push to every listing that sells the item and now shows a wrong number.

        Args:
            item: The item's id.
            cause: Why, in words.
            hold: As in `listings_changed`.
            sale: As in `listings_changed`.
            sold_by: Ids of the listings that sold it: for these it is no sale elsewhere.
        """
        selling = self._selling([item])
        self.listings_changed(sorted(selling.difference(sold_by)), cause, hold=hold, sale=sale)
        self.listings_changed(sorted(selling.intersection(sold_by)), cause, hold=hold)

    def listings_changed(
        self, listings: Iterable[str], cause: str, *, hold: bool = False, sale: bool = False
    ) -> None:
        """Owe a push to each of these listings whose number is wrong now.

        Args:
            listings: Ids of listings.
            cause: Why, in words.
            hold: It waits for the plan if the organization reviews first pushes.
            sale: A sale caused it: it may lower the shop even while held.
        """
        named = list(listings)
        if not named:
            return
        held = hold and lookup.organization(self.tx).first_push == "review"
        for id_ in named:
            listing = self.tx.get(schema.LISTINGS, id_)
            if listing is not None:
                self._listing_changed(listing, cause, hold=held, sale=sale)
        if last_units_are_kept(self.tx):
            items = self._sold_by(named)
            self._rivals_changed(items, named, _News(cause, hold=held, sale=sale))

    def agreed(self, listing: Listing, numbers: Mapping[str, int], cause: str) -> None:
        """Owe numbers the user said are right, even while the rest of the listing is held.

        Args:
            listing: The listing.
            numbers: Per variant key, the number.
            cause: Why, in words.
        """
        self.listings_changed([listing.id], cause)
        entry = self.tx.get(schema.OUTBOX, f"stock:{listing.id}")
        if entry is not None and entry.state in {"held", "queued", "retry_wait"}:
            agreed = dict(numbers) if entry.state == "held" else entry.agreed
            state = self._state(listing.integration, "queued")
            self.tx.put(
                schema.OUTBOX,
                entry.but(
                    state=state, agreed=agreed, plan="", lowering=False, next_attempt_at=None
                ),
            )

    def rivals_changed(self, items: Iterable[str], cause: str) -> None:
        """Owe what a shop that kept last units to itself leaves to those that sell the same.

        It waits for the plan if the organization reviews first pushes.

        Args:
            items: Ids of the items.
            cause: Why, in words.
        """
        held = lookup.organization(self.tx).first_push == "review"
        self._rivals_changed(items, (), _News(cause, hold=held, sale=False))

    def _rivals_changed(self, items: Iterable[str], but: Iterable[str], news: _News) -> None:
        """Owe every listing of these items a push; what owes one already computes it anew."""
        for id_ in sorted(self._selling(items).difference(but)):
            listing = self.tx.get(schema.LISTINGS, id_)
            entry = self.tx.get(schema.OUTBOX, f"stock:{id_}")
            if listing is not None and (entry is None or entry.state not in LIVE):
                self._listing_changed(listing, news.cause, hold=news.hold, sale=news.sale)

    def _sold_by(self, listings: Iterable[str]) -> set[str]:
        links = (link for id_ in listings for link in self.tx.find(schema.LINKS, "listing", id_))
        return {link.item for link in links if link.item is not None}

    def _selling(self, items: Iterable[str]) -> set[str]:
        return {link.listing for item in items for link in self.tx.find(schema.LINKS, "item", item)}

    def _listing_changed(self, listing: Listing, cause: str, *, hold: bool, sale: bool) -> None:
        integration = self.tx.get(schema.INTEGRATIONS, listing.integration)
        links = self.tx.find(schema.LINKS, "listing", listing.id)
        if integration is None or integration.stock_sync != "active":
            self._ask_no_more(links)
            return
        compared = list(links_compared(self.tx, self.workspace, integration, listing, links))
        self._note(listing, links, compared)
        differing = [each for each in compared if each.differs and not each.waits]
        entry = self.tx.get(schema.OUTBOX, f"stock:{listing.id}")
        if entry is None or entry.state not in LIVE:
            if differing:
                self._owe(listing, entry, _News(cause, hold=hold, sale=sale), differing)
            elif entry is not None and entry.state in REFUSED:
                self._nothing_owed(entry, why_nothing(listing, compared))
        elif differing:
            self._still_owed(entry, _News(cause, hold=hold, sale=sale), differing)
        else:
            fell = any(each.link.shortfall for each in compared)
            kept = entry.but(was_held=entry.state == "held" and fell)
            self._nothing_owed(kept, why_nothing(listing, compared))

    def _note(self, listing: Listing, links: Iterable[Link], compared: Sequence[Wanted]) -> None:
        """Remember where both sides are level, and what waits for the user's answer."""
        for each in compared:
            noted = each.noted(self.workspace.now())
            if noted != each.link:
                self.tx.put(schema.LINKS, noted)
        self._ask_no_more(links, but={each.link.id for each in compared})
        if listing.reactivated and not any(each.differs for each in compared):
            self.tx.put(schema.LISTINGS, listing.but(reactivated=False))

    def _ask_no_more(self, links: Iterable[Link], but: Container[str] = ()) -> None:
        """Take back what was asked about variants whose numbers are not ours to set now."""
        for link in links:
            if link.asks is not None and link.id not in but:
                self.tx.put(schema.LINKS, link.but(asks=None, asks_since=None))

    def shipment(self, order: Order, shipment: Shipment) -> None:
        """Owe the shop the news of a shipment, as it is now."""
        now, id_ = self.workspace.now(), f"shipment:{order.id}#{shipment.id}"
        old = self.tx.get(schema.OUTBOX, id_)
        self.tx.put(
            schema.OUTBOX,
            OutboxEntry(
                id=id_,
                version=old.version + 1 if old else 1,
                integration=order.integration,
                kind="shipment",
                target=order.id,
                shipment=shipment.id,
                state=self._state(order.integration, "queued"),
                cause=f"order {order.number} was shipped",
                created_at=now,
                updated_at=now,
            ),
        )

    def _state(self, integration_id: str, state: OutboxState) -> OutboxState:
        integration = self.tx.get(schema.INTEGRATIONS, integration_id)
        if integration is not None and integration.status != "active" and state == "queued":
            return "paused"
        return state

    def _owe(
        self, listing: Listing, old: OutboxEntry | None, news: _News, differing: list[Wanted]
    ) -> None:
        now = self.workspace.now()
        still = old is not None and old.was_held and not news.hold
        hold = news.hold or (still and lookup.organization(self.tx).first_push == "review")
        state: OutboxState = "held" if hold else "queued"
        self.tx.put(
            schema.OUTBOX,
            OutboxEntry(
                id=f"stock:{listing.id}",
                integration=listing.integration,
                kind="stock",
                target=listing.id,
                state=self._state(listing.integration, state),
                cause=old.cause if old is not None and still and hold else news.cause,
                version=old.version + 1 if old else 1,
                sale=news.sale,
                lowering=hold and news.sale and _lowers(differing),
                created_at=now,
                updated_at=now,
                sent=old.sent if old else (),
                sent_at=old.sent_at if old else None,
            ),
        )

    def _still_owed(self, entry: OutboxEntry, news: _News, differing: list[Wanted]) -> None:
        sale = entry.sale or news.sale
        changed = entry.but(
            cause=_cause(entry, news),
            version=entry.version + 1,
            sale=sale,
            **_touched(entry, self.workspace.now()),
        )
        if entry.state in {"in_flight", "unknown"}:
            # What is under way cannot be held any more, but nothing above it goes out.
            changed = changed.but(lowering=entry.lowering or news.hold)
        elif entry.state == "held" or news.hold:
            lowering = entry.lowering or (sale and _lowers(differing))
            changed = changed.but(state="held", lowering=lowering, agreed={})
        self.tx.put(schema.OUTBOX, changed)

    def _nothing_owed(self, entry: OutboxEntry, reason: str) -> None:
        settled = entry.but(state="superseded", reason=reason, lowering=False, agreed={})
        if entry.state in {"in_flight", "unknown"}:
            # The shop may hold another number than we think: its answer does not close this.
            settled = entry.but(version=entry.version + 1)
        else:
            Failures(self.tx, self.workspace.now()).over(entry.id)
        self.tx.put(schema.OUTBOX, settled.but(**_touched(entry, self.workspace.now())))


@dataclass(frozen=True)
class _News:
    """Why a listing's number is wrong now; as in `Outbox.listings_changed`."""

    cause: str
    hold: bool
    sale: bool


def _touched(entry: OutboxEntry, now: datetime) -> dict[str, object]:
    """Return the changes that say when an entry was changed.

    One put off by a clock that was set back since does not wait for that time: it was told by
    when it was changed, and now it would not be told any more.
    """
    set_back = entry.updated_at > now + ASTRAY
    return {"updated_at": now, **({"next_attempt_at": None} if set_back else {})}


def _cause(entry: OutboxEntry, news: _News) -> str:
    """Return why a push is owed: what is held says why it is held, whatever came after."""
    return entry.cause if entry.state == "held" and not news.hold else news.cause


def _lowers(differing: Iterable[Wanted]) -> bool:
    return any(each.wants < each.shows for each in differing)


def given_up(entry: OutboxEntry, reason: str, now: datetime) -> OutboxEntry:
    """Return an entry of which nothing is owed any more, by a decision. Pure."""
    return entry.but(
        state="superseded",
        reason=reason,
        next_attempt_at=None,
        looked_at=None,
        lowering=False,
        agreed={},
        updated_at=now,
    )
