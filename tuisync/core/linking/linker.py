"""Linking, in one transaction: the link, the orders it thaws, the push it may owe."""

from __future__ import annotations

from dataclasses import dataclass

from tuisync.core.linking.decide import Verdict, decide_link, shared_skus, variant_name
from tuisync.core.models import Item, Link, LinkBasis, Listing, ListingVariant, match_key
from tuisync.core.orders.settle import Settlement
from tuisync.core.outbox import Outbox
from tuisync.core.store import schema
from tuisync.core.store.port import Transaction
from tuisync.core.workspace import Workspace

UNDECIDED = frozenset({"unconfirmed", "conflict"})
"""States in which an automatic link is tried again."""


@dataclass(frozen=True)
class Linker:
    """Links listing variants to items."""

    tx: Transaction
    workspace: Workspace

    def try_listing(self, listing: Listing) -> None:
        """Try to link every undecided variant of a listing by itself."""
        shared = shared_skus(listing)
        for variant in listing.variants:
            link = self.tx.get(schema.LINKS, listing.variant_id(variant))
            if link is not None and link.state in UNDECIDED:
                self._try(listing, variant, link, sku_is_shared=_key(variant) in shared)

    def item_changed(self, item: Item) -> None:
        """Try the undecided variants again that the item's SKU or name may fit now."""
        keys = {match_key(item.sku), match_key(item.name)}
        for state in sorted(UNDECIDED):
            for link in self.tx.find(schema.LINKS, "state", state):
                listing = self.tx.get(schema.LISTINGS, link.listing)
                if listing is not None and _mentions(listing, link, keys):
                    self.try_listing(listing)

    def link(
        self, listing: Listing, link: Link, item: str, basis: LinkBasis, *, opening: bool = False
    ) -> Link:
        """Put the item behind the variant; orders with it thaw, a push may be owed (held).

        Args:
            listing: The variant's listing.
            link: The variant's link as it is.
            item: The item's id.
            basis: How it was found.
            opening: The item's opening stock comes from this variant's number.
        """
        linked = link.but(
            state="linked",
            basis=basis,
            item=item,
            baseline_at=listing.read_at,
            opening=opening,
            candidates=(),
            reason="",
        )
        self.tx.put(schema.LINKS, linked)
        self.thaw(listing, linked)
        self.owe(listing)
        return linked

    def thaw(self, listing: Listing, link: Link) -> None:
        """Settle again every order that has a line of this variant."""
        settlement = Settlement(self.tx, self.workspace)
        for order in self.tx.find(schema.ORDERS, "unresolved", listing.id):
            settlement.settle(order, recognised=order.gate != "needs_decision")
        settlement.resettle_variant(link.id)

    def owe(self, listing: Listing) -> None:
        """Owe the listing a push if its number is wrong now; the user sees it first."""
        outbox = Outbox(self.tx, self.workspace)
        outbox.listings_changed([listing.id], "the listing was linked", hold=True)

    def _try(
        self, listing: Listing, variant: ListingVariant, link: Link, *, sku_is_shared: bool
    ) -> None:
        verdict = decide_link(
            variant,
            by_sku=self.tx.find(schema.ITEMS, "sku", _key(variant)) if _key(variant) else [],
            by_name=self.tx.find(schema.ITEMS, "name", match_key(variant_name(listing, variant))),
            sku_is_shared=sku_is_shared,
            never=link.never,
        )
        if verdict.item is not None and verdict.basis is not None:
            self.link(listing, link, verdict.item, verdict.basis)
        else:
            self._undecided(link, verdict)

    def _undecided(self, link: Link, verdict: Verdict) -> None:
        self.tx.put(
            schema.LINKS,
            link.but(state=verdict.state, candidates=verdict.candidates, reason=verdict.reason),
        )


def _key(variant: ListingVariant) -> str:
    return match_key(variant.sku or "")


def _mentions(listing: Listing, link: Link, keys: set[str]) -> bool:
    return any(
        _key(each) in keys or match_key(variant_name(listing, each)) in keys
        for each in listing.variants
        if each.key == link.key
    )
