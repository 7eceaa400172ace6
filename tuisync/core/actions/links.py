"""Deciding by hand which item stands behind a listing variant."""

from __future__ import annotations

from tuisync.core import lookup
from tuisync.core.errors import Conflict, NotFound
from tuisync.core.linking.linker import Linker
from tuisync.core.models import Link, Listing
from tuisync.core.orders.settle import Settlement
from tuisync.core.outbox import Outbox
from tuisync.core.stock.numbers import last_units_are_kept
from tuisync.core.store import schema
from tuisync.core.store.port import Transaction
from tuisync.core.views.links import link_view
from tuisync.core.views.objects import LinkView
from tuisync.core.workspace import Workspace


def link_variant(workspace: Workspace, variant: str, sku: str) -> LinkView:
    """Link a variant to an item; frozen orders with it thaw in the same transaction.

    Raises:
        NotFound: No such variant or item.
        Conflict: It is linked to another item: unlink it first.
    """
    with workspace.store.transaction() as tx:
        link = lookup.link(tx, variant)
        item = lookup.item(tx, sku)
        if link.state == "linked" and link.item == item.id:
            return link_view(tx, variant)
        if link.state == "linked":
            raise Conflict(
                "This variant is linked to another item.",
                hint=f"Unlink it first: `tuisync unlink {variant}`.",
            )
        never = tuple(each for each in link.never if each != item.id)
        Linker(tx, workspace).link(listing_of(tx, link), link.but(never=never), item.id, "manual")
        return link_view(tx, variant)


def unlink_variant(workspace: Workspace, variant: str) -> LinkView:
    """Take a link apart; the pair is never linked by itself again, no history is lost.

    Raises:
        NotFound: No such variant.
        Conflict: It is not linked.
    """
    with workspace.store.transaction() as tx:
        link = lookup.link(tx, variant)
        if link.item is None:
            raise Conflict("This variant is not linked.")
        never = link.never if link.item in link.never else (*link.never, link.item)
        tx.put(schema.LINKS, _cleared(link).but(state="unconfirmed", never=never))
        _forget_push(tx, link)
        if last_units_are_kept(tx):
            Outbox(tx, workspace).rivals_changed([link.item], "another listing was unlinked")
        return link_view(tx, variant)


def ignore_variant(workspace: Workspace, variant: str) -> LinkView:
    """Say that no item stands behind a variant: it is not asked again, its orders thaw.

    Raises:
        NotFound: No such variant.
        Conflict: It is linked: unlink it first.
    """
    with workspace.store.transaction() as tx:
        link = lookup.link(tx, variant)
        if link.item is not None:
            raise Conflict("This variant is linked.", hint=f"First `tuisync unlink {variant}`.")
        tx.put(schema.LINKS, _cleared(link).but(state="ignored"))
        Settlement(tx, workspace).resettle(link.listing, variant)
        return link_view(tx, variant)


def listing_of(tx: Transaction, link: Link) -> Listing:
    """Return the link's listing.

    Raises:
        NotFound: It was purged.
    """
    listing = tx.get(schema.LISTINGS, link.listing)
    if listing is None:
        raise NotFound("The listing is not here any more.", hint="Sync items first.")
    return listing


def _cleared(link: Link) -> Link:
    return link.but(
        basis=None,
        item=None,
        baseline_at=None,
        opening=False,
        candidates=(),
        reason="",
        shortfall=None,
    )


def _forget_push(tx: Transaction, link: Link) -> None:
    """Drop an owed push of a listing in which nothing is linked any more."""
    entry = tx.get(schema.OUTBOX, f"stock:{link.listing}")
    still = any(each.item for each in tx.find(schema.LINKS, "listing", link.listing))
    if entry is not None and not still and entry.state in {"held", "queued", "retry_wait"}:
        tx.put(schema.OUTBOX, entry.but(state="superseded", reason="The variant was unlinked."))
