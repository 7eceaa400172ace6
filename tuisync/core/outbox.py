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
from tuisync.core.stock.numbers import is_linked, number_steps, pushable, shown
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


@dataclass(frozen=True)
class Outbox:
    """The outbox, open for writing in one transaction."""

    tx: Transaction
    workspace: Workspace

    def item_changed(
        self, item: str, cause: str, *, hold: bool = False, sale: bool = False
    ) -> None:
        """Owe a push to every listing that sells the item and now shows a wrong number."""
        listings = {link.listing for link in self.tx.find(schema.LINKS, "item", item)}
        self.listings_changed(sorted(listings), cause, hold=hold, sale=sale)

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
        for id_ in listings:
            listing = self.tx.get(schema.LISTINGS, id_)
            if listing is not None:
                self._listing_changed(listing, cause, hold=held, sale=sale)

    def _listing_changed(self, listing: Listing, cause: str, *, hold: bool, sale: bool) -> None:
        integration = self.tx.get(schema.INTEGRATIONS, listing.integration)
        if integration is None or integration.stock_sync != "active":
            return
        differing = listing_differs(self.tx, self.workspace, integration, listing.id)
        entry = self.tx.get(schema.OUTBOX, f"stock:{listing.id}")
        live = entry is not None and entry.state in LIVE
        if not differing:
            if entry is not None and live:
                self._nothing_owed(entry)
            return
        lowers = sale and any(each.wants < each.shows for each in differing)
        if entry is not None and live:
            self._still_owed(entry, cause, lowers=lowers)
        else:
            state: OutboxState = "held" if hold else "queued"
            self._owe(listing, cause, state, lowers=lowers)

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

    def _owe(self, listing: Listing, cause: str, state: OutboxState, *, lowers: bool) -> None:
        now = self.workspace.now()
        self.tx.put(
            schema.OUTBOX,
            OutboxEntry(
                id=f"stock:{listing.id}",
                integration=listing.integration,
                kind="stock",
                target=listing.id,
                state=self._state(listing.integration, state),
                cause=cause,
                lowering=lowers and state == "held",
                created_at=now,
                updated_at=now,
            ),
        )

    def _still_owed(self, entry: OutboxEntry, cause: str, *, lowers: bool) -> None:
        self.tx.put(
            schema.OUTBOX,
            entry.but(
                cause=cause,
                version=entry.version + 1,
                lowering=entry.lowering or (entry.state == "held" and lowers),
                updated_at=self.workspace.now(),
            ),
        )

    def _nothing_owed(self, entry: OutboxEntry) -> None:
        if entry.state in {"in_flight", "unknown"}:
            return  # the shop may hold another number than we think: the answer decides
        self.tx.put(
            schema.OUTBOX,
            entry.but(
                state="superseded",
                reason="The shop shows the right number.",
                lowering=False,
                updated_at=self.workspace.now(),
            ),
        )
