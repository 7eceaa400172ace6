"""Taking one remote listing into the store: its numbers, its variants' links, drift."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from tuisync.core.linking.linker import Linker
from tuisync.core.linking.presence import GONE, VARIATION_GONE
from tuisync.core.models import Integration, Link, Listing, Outcome, record_id
from tuisync.core.orders.settle import Settlement
from tuisync.core.outbox import Outbox
from tuisync.core.outcome import Taken
from tuisync.core.remote import RemoteListing
from tuisync.core.stock.beliefs import fallen
from tuisync.core.store import schema
from tuisync.core.store.port import Transaction
from tuisync.core.workspace import Workspace

_GONE = "The shop does not know it any more."
_LATE = timedelta(minutes=10)
"""An answer may be this late; one that is older still means that the shop's clock was set back."""


@dataclass(frozen=True)
class ListingImport:
    """Takes remote listings into the store, in one transaction."""

    tx: Transaction
    workspace: Workspace
    integration: Integration

    def take(self, remote: RemoteListing, read_at: datetime) -> Taken:
        """Import the listing, or update it; links its variants where that is certain."""
        id_ = record_id(self.integration.id, remote.remote_id)
        known = self.tx.get(schema.LISTINGS, id_)
        if known is not None and read_at < known.read_at < read_at + _LATE:
            return Taken("unchanged", "", id_)  # an older answer that arrived late
        closed = self._closed(id_) if known is None else []
        listing = self._merged(id_, known, remote, read_at)
        if remote.state == "inactive" and any(link.paused_by_us for link in closed):
            listing = listing.but(paused_by_us=True)
        self.tx.put(schema.LISTINGS, listing)
        self._keep_links(listing)
        if known is not None:
            self._note_lower(known, listing)
        Linker(self.tx, self.workspace).try_listing(listing)
        self._resolve_orders(listing)
        if known is not None:
            cause = f"{self.integration.name} shows another number"
            Outbox(self.tx, self.workspace).listings_changed([listing.id], cause)
        if any(link.item for link in closed):
            cause = "the shop was connected again"
            Outbox(self.tx, self.workspace).listings_changed([listing.id], cause, hold=True)
        same = known is not None and known.but(read_at=read_at) == listing
        outcome: Outcome = "created" if known is None else ("unchanged" if same else "updated")
        return Taken(outcome, "", id_)

    def gone(self, remote_id: str) -> Taken:
        """Note that the shop does not have the listing any more."""
        id_ = record_id(self.integration.id, remote_id)
        known = self.tx.get(schema.LISTINGS, id_)
        if known is not None:
            self.tx.put(schema.LISTINGS, known.but(state="removed", paused_by_us=False))
            links = self.tx.find(schema.LINKS, "listing", id_)
            for link in links:
                self._break(link, GONE)
            Outbox(self.tx, self.workspace).listings_changed([id_], "the listing is gone")
            if links and all(link.state == "ignored" for link in links):
                return Taken("skipped", _GONE, id_)  # nobody waits for it
        return Taken("failed", _GONE, id_ if known else None)

    def _merged(
        self, id_: str, known: Listing | None, remote: RemoteListing, read_at: datetime
    ) -> Listing:
        return Listing(
            id=id_,
            integration=self.integration.id,
            listing_id=remote.remote_id,
            title=remote.title,
            state=remote.state,
            variants=remote.variants,
            read_at=read_at,
            modified_at=remote.modified_at,
            url=remote.url,
            paused_by_us=known is not None and known.paused_by_us and remote.state == "inactive",
            reactivated=_is_reactivated(known, remote),
            fingerprint=remote.fingerprint,
        )

    def _closed(self, listing: str) -> list[Link]:
        """Return what was decided about a listing before its shop was disconnected."""
        links = self.tx.find(schema.LINKS, "listing", listing)
        return [link for link in links if link.state == "closed"]

    def _keep_links(self, listing: Listing) -> None:
        present = {listing.variant_id(each): each.key for each in listing.variants}
        for id_, key in present.items():
            link = self.tx.get(schema.LINKS, id_)
            if link is None:
                fresh = Link(
                    id=id_,
                    integration=self.integration.id,
                    listing=listing.id,
                    key=key,
                    counted_from=listing.read_at,
                )
                self.tx.put(schema.LINKS, fresh)
            elif link.state in {"broken", "closed"}:
                state = "linked" if link.item else "unconfirmed"
                self.tx.put(schema.LINKS, link.but(state=state, reason="", paused_by_us=False))
            elif link.let_go:
                self.tx.put(schema.LINKS, link.but(state="unconfirmed", let_go=False))
        for link in self.tx.find(schema.LINKS, "listing", listing.id):
            if link.id not in present:
                self._break(link, VARIATION_GONE)

    def _break(self, link: Link, reason: str) -> None:
        """Mark a link as broken; what the user ignores stays ignored, should it come back."""
        if link.state != "ignored":
            self.tx.put(schema.LINKS, link.but(state="broken", reason=reason))

    def _note_lower(self, known: Listing, listing: Listing) -> None:
        """Remember a number that fell with no order to explain it: it is not raised at once."""
        before = {each.key: each.quantity for each in known.variants}
        for variant in listing.variants:
            link = self.tx.get(schema.LINKS, listing.variant_id(variant))
            units = before.get(variant.key, 0) - variant.quantity
            if link is not None and units > 0:
                missing = fallen(link.shortfall, units, after=known.read_at, at=listing.read_at)
                self.tx.put(schema.LINKS, link.but(shortfall=missing))

    def _resolve_orders(self, listing: Listing) -> None:
        """Give orders that came before their listing the variants they sold."""
        if self.tx.count(schema.ORDERS, "unresolved", listing.id):
            settlement = Settlement(self.tx, self.workspace)
            for variant in listing.variants:
                settlement.resettle(listing.id, listing.variant_id(variant))


def _is_reactivated(known: Listing | None, remote: RemoteListing) -> bool:
    """Tell whether we paused it and somebody at the shop put it up for sale again (E4)."""
    ours = known is not None and (known.paused_by_us or known.reactivated)
    return ours and remote.state == "active"
