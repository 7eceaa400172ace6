"""Linking, in one transaction: the link, the orders it thaws, the push it may owe."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from tuisync.core.linking.decide import Verdict, decide_link, match_name, shared_skus
from tuisync.core.models import Item, Link, LinkBasis, Listing, ListingVariant, match_key
from tuisync.core.orders.settle import Settlement
from tuisync.core.outbox import Outbox
from tuisync.core.stock.numbers import level_of
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

    def items_changed(self, items: Iterable[Item]) -> None:
        """Try the undecided variants again that these items' SKUs or names may fit now."""
        keys = {match_key(text) for item in items for text in (item.sku, item.name)}
        undecided = (
            link for state in UNDECIDED for link in self.tx.find(schema.LINKS, "state", state)
        )
        for id_ in sorted({link.listing for link in undecided}):
            listing = self.tx.get(schema.LISTINGS, id_)
            if listing is not None and _mentions(listing, keys):
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
            baseline_at=listing.read_at if opening else self._baseline(listing, link, item),
            opening=opening,
            counted_from=None,
            candidates=(),
            reason="",
            level=level_of(listing, link.key),
            shown_before=None,
            gives_back=None,
        )
        self.tx.put(schema.LINKS, linked)
        moved: set[str] = set()
        Settlement(self.tx, self.workspace).resettle(listing.id, linked.id, moved)
        return moved

    def _baseline(self, listing: Listing, link: Link, item: str) -> datetime:
        """Return from when on sales of the variant are taken from the item.

        From its baseline when it was linked before, else from when it was read first, so that
        what was sold and sent meanwhile is nobody's loss; but not from before the item was
        counted where that was to leave.
        """
        if link.counted_from is None:
            return listing.read_at
        return max(link.counted_from, self._counted(link, item) or link.counted_from)

    def _counted(self, link: Link, item: str) -> datetime | None:
        """Return since when the shelves of the variant's orders are known; None where one is not.

        A correction by a difference is no count: it says nothing of what had left by then.
        """
        found: dict[str, datetime] = {}
        for movement in self.tx.find(schema.MOVEMENTS, "item", item):
            opened = movement.kind == "opening" and movement.order is None
            if movement.counted or opened:
                earlier = found.get(movement.warehouse, movement.at)
                found[movement.warehouse] = max(earlier, movement.at)
        orders = self.tx.find(schema.ORDERS, "variant", link.id)
        places = {each.warehouse for each in orders}
        return min(found[each] for each in places) if places and places <= {*found} else None

    def owe(self, listings: Iterable[Listing], moved: Iterable[str]) -> None:
        """Owe what linking made wrong: the linked listings once the user saw it, others now.

        Args:
            listings: What was linked.
            moved: Items whose numbers moved because orders thawed.
        """
        outbox = Outbox(self.tx, self.workspace)
        ids = [each.id for each in listings]
        outbox.listings_changed(ids, "the variant was linked", hold=True)
        others = {
            link.listing for item in moved for link in self.tx.find(schema.LINKS, "item", item)
        }
        outbox.listings_changed(sorted(others.difference(ids)), "orders thawed", sale=True)

    def _try(
        self, listing: Listing, variant: ListingVariant, link: Link, *, sku_is_shared: bool
    ) -> None:
        sku, name = _key(variant), match_name(listing, variant)
        verdict = decide_link(
            variant,
            by_sku=self._with_sku(sku),
            by_name=self.tx.find(schema.ITEMS, "name", name) if name else [],
            sku_is_shared=sku_is_shared,
            never=(*link.never, *self._parted(link)),
        )
        if verdict.item is not None and verdict.basis is not None:
            self.link(listing, link, verdict.item, verdict.basis)
        else:
            self._undecided(link, verdict)

    def _with_sku(self, sku: str) -> list[Item]:
        """Return the item that carries a SKU, unless it is retired."""
        found = self.tx.find(schema.ITEMS, "sku", sku) if sku else []
        return [each for each in found if each.retired_at is None]

    def _parted(self, link: Link) -> tuple[str, ...]:
        """Return the items that an undo took from the variant, its listing with them perhaps."""
        found = self.tx.get(schema.PARTINGS, link.id)
        return found.items if found else ()

    def _undecided(self, link: Link, verdict: Verdict) -> None:
        self.tx.put(
            schema.LINKS,
            link.but(state=verdict.state, candidates=verdict.candidates, reason=verdict.reason),
        )


def _key(variant: ListingVariant) -> str:
    return match_key(variant.sku or "")


def _mentions(listing: Listing, keys: set[str]) -> bool:
    return any(_key(each) in keys or match_name(listing, each) in keys for each in listing.variants)
