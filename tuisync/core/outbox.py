"""The outbox: what is owed to which shop. Writing here is the order to push.

An entry says *that* a push is owed; the number is computed when it is sent. Its id is made
from its target, so there is at most one per listing and one per shipment.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tuisync.core import lookup
from tuisync.core.models import (
    LIVE,
    Integration,
    Link,
    Listing,
    Order,
    OutboxEntry,
    OutboxState,
    Shipment,
)
from tuisync.core.stock.numbers import (
    is_linked,
    last_units_are_kept,
    number_steps,
    pushable,
    shown,
)
from tuisync.core.store import schema
from tuisync.core.store.port import Reader, Transaction
from tuisync.core.workspace import Workspace


@dataclass(frozen=True)
class Wanted:
    """What one linked variant shows and what it should show."""

    link: Link
    listing: Listing
    shows: int
    wants: int

    @property
    def differs(self) -> bool:
        """A push would change something."""
        return self.shows != self.wants


def wanted(
    reader: Reader, workspace: Workspace, integration: Integration, link: Link
) -> Wanted | None:
    """Compare one link's shop number with ours; None when it is not ours to set."""
    found = lookup.variant(reader, link)
    if found is None or link.item is None or not is_linked(link):
        return None
    listing, variant = found
    if not pushable(listing):
        return None
    cap = workspace.marketplaces.describe(integration.marketplace).capabilities.max_quantity
    steps = number_steps(reader, integration, link.item, cap)
    return Wanted(link, listing, shown(variant, listing), steps[-1].value)


def listing_differs(
    reader: Reader, workspace: Workspace, integration: Integration, listing: str
) -> list[Wanted]:
    """Return the variants of a listing whose number should change."""
    links = reader.find(schema.LINKS, "listing", listing)
    compared = (wanted(reader, workspace, integration, link) for link in links)
    return [each for each in compared if each is not None and each.differs]


def why_nothing(listing: Listing | None) -> str:
    """Return in words why nothing is owed to a listing."""
    if listing is None or listing.state == "removed":
        return "The shop does not have this listing any more."
    if not pushable(listing):
        return f"The listing is not for sale ({listing.state}); its number is left alone."
    return "The shop shows the right number."


@dataclass(frozen=True)
class Outbox:
    """The outbox, open for writing in one transaction."""

    tx: Transaction
    workspace: Workspace

    def item_changed(
        self, item: str, cause: str, *, hold: bool = False, sale: bool = False
    ) -> None:
        """Owe a push to every listing that sells the item and now shows a wrong number."""
        self.listings_changed(sorted(self._selling([item])), cause, hold=hold, sale=sale)

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
        held = hold and lookup.organization(self.tx).first_push == "review"
        named = list(listings)
        for id_ in named:
            listing = self.tx.get(schema.LISTINGS, id_)
            if listing is not None:
                self._listing_changed(listing, cause, hold=held, sale=sale)
        if last_units_are_kept(self.tx):
            items = self._sold_by(named)
            self._rivals_changed(items, named, _News(cause, hold=held, sale=sale))

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
        if integration is None or integration.stock_sync != "active":
            return
        differing = listing_differs(self.tx, self.workspace, integration, listing.id)
        entry = self.tx.get(schema.OUTBOX, f"stock:{listing.id}")
        if entry is None or entry.state not in LIVE:
            if differing:
                self._owe(listing, entry, _News(cause, hold=hold, sale=sale), differing)
        elif differing:
            self._still_owed(entry, _News(cause, hold=hold, sale=sale), differing)
        else:
            self._nothing_owed(entry, why_nothing(listing))

    def shipment(self, order: Order, shipment: Shipment) -> None:
        """Owe the shop the news of a shipment."""
        now = self.workspace.now()
        self.tx.put(
            schema.OUTBOX,
            OutboxEntry(
                id=f"shipment:{order.id}#{shipment.id}",
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
        state: OutboxState = "held" if news.hold else "queued"
        self.tx.put(
            schema.OUTBOX,
            OutboxEntry(
                id=f"stock:{listing.id}",
                integration=listing.integration,
                kind="stock",
                target=listing.id,
                state=self._state(listing.integration, state),
                cause=news.cause,
                version=old.version + 1 if old else 1,
                sale=news.sale,
                lowering=news.hold and news.sale and _lowers(differing),
                created_at=now,
                updated_at=now,
            ),
        )

    def _still_owed(self, entry: OutboxEntry, news: _News, differing: list[Wanted]) -> None:
        sale = entry.sale or news.sale
        changed = entry.but(
            cause=news.cause, version=entry.version + 1, sale=sale, updated_at=self.workspace.now()
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
        self.tx.put(schema.OUTBOX, settled.but(updated_at=self.workspace.now()))


@dataclass(frozen=True)
class _News:
    """Why a listing's number is wrong now; as in `Outbox.listings_changed`."""

    cause: str
    hold: bool
    sale: bool


def _lowers(differing: Iterable[Wanted]) -> bool:
    return any(each.wants < each.shows for each in differing)
