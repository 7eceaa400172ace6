"""Linking, in one transaction: the link, the orders it thaws, the push it may owe."""

from __future__ import annotations

from collections.abc import Iterable
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
    ) -> None:
        """Put the item behind the variant; orders with it thaw, a push may be owed (held).

        Args:
            listing: The variant's listing.
            link: The variant's link as it is.
            item: The item's id.
            basis: How it was found.
            opening: The item's opening stock comes from this variant's number.
        """
        moved = self.attach(listing, link, item, basis, opening=opening)
        self.owe([listing], moved)

    def attach(
        self, listing: Listing, link: Link, item: str, basis: LinkBasis, *, opening: bool
    ) -> set[str]:
        """Link without owing anything yet; returns the ids of items whose numbers moved."""
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
        moved: set[str] = set()
        Settlement(self.tx, self.workspace).resettle(listing.id, linked.id, moved)
        return moved

    def owe(self, listings: Iterable[Listing], moved: Iterable[str]) -> None:
        """Owe what linking made wrong: the linked listings once the user saw it, others now.

        Args:
            listings: What was linked.
            moved: Items whose numbers moved because orders thawed.
        """
        outbox = Outbox(self.tx, self.workspace)
        ids = [each.id for each in listings]
        outbox.listings_changed(ids, "the listing was linked", hold=True)
        others = {
            link.listing for item in moved for link in self.tx.find(schema.LINKS, "item", item)
        }
        outbox.listings_changed(sorted(others.difference(ids)), "orders thawed", sale=True)

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
