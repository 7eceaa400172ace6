"""Linking a variant to an item by hand."""

from __future__ import annotations

from tuisync.core import lookup
from tuisync.core.actions.links.presence import check_there, listing_of
from tuisync.core.actions.links.unlinking import unlink
from tuisync.core.errors import Conflict
from tuisync.core.linking.linker import Linker
from tuisync.core.linking.naming import quoted
from tuisync.core.models import Link, LinkBasis
from tuisync.core.orders.repoint import Repoint, Repointing
from tuisync.core.outbox import Outbox
from tuisync.core.store import schema
from tuisync.core.store.port import Transaction
from tuisync.core.undo.choices import choosing
from tuisync.core.views.links import link_view
from tuisync.core.views.objects import LinkView
from tuisync.core.workspace import Workspace


def link_variant(
    workspace: Workspace, variant: str, sku: str, repoint: Repoint | None = None
) -> LinkView:
    """Link a variant to an item; frozen orders with it thaw in the same transaction.

    Args:
        workspace: Where.
        variant: The variant's id.
        sku: The item's SKU.
        repoint: What becomes of the orders that count against the item it was linked to: the
            open ones follow, all of them (what was sent is put back on one shelf and taken
            from the other), or none. Unless it is given, a link to another item stays.

    Raises:
        NotFound: No such variant or item.
        Conflict: It is linked to another item, and nothing was said of its orders; or it is gone
            from the shop, or was changed there since it was read; or the item is retired.
    """
    words = f"{quoted(workspace.store, variant)} was linked to {sku}"
    with choosing(workspace, words) as tx:
        set_link(tx, workspace, lookup.link(tx, variant), lookup.item_in_use(tx, sku).id, repoint)
        return link_view(tx, variant)


def set_link(
    tx: Transaction,
    workspace: Workspace,
    link: Link,
    item: str,
    repoint: Repoint | None = None,
    *,
    basis: LinkBasis = "manual",
) -> None:
    """Link a variant to an item, as `link_variant` does, in a transaction that is open.

    Raises:
        NotFound: The variant's listing was purged.
        Conflict: It is linked to another item, and nothing was said of its orders; or it is gone
            from the shop, or was changed there since it was read.
    """
    check_there(tx, link)
    if link.item not in {None, item}:
        if repoint is None:
            raise Conflict(
                "This variant is linked to another item.",
                hint=f"Add `--repoint open` to take its open orders along (or `all`, `none`);"
                f" or unlink it first: `tuisync unlink {link.id}`.",
            )
        link = unlink(tx, workspace, link)
    if link.state != "linked" or link.item != item:
        fresh = link.but(
            never=tuple(each for each in link.never if each != item),
            former=tuple(each for each in link.former if each != item),
        )
        Linker(tx, workspace).link(listing_of(tx, link), fresh, item, basis)
    if repoint is not None:
        _repoint(tx, workspace, link.id, item, repoint)


def relink(
    tx: Transaction, workspace: Workspace, link: Link, item: str, *, basis: LinkBasis = "manual"
) -> None:
    """Link a variant to an item whatever it was linked to; its orders there wait for a word."""
    check_there(tx, link)
    apart = unlink(tx, workspace, link) if link.item not in {None, item} else link
    set_link(tx, workspace, apart, item, basis=basis)


def _repoint(
    tx: Transaction, workspace: Workspace, variant: str, item: str, repoint: Repoint
) -> None:
    """Let the orders of the wrong item follow the link, and owe the shops what it changes."""
    tx.put(schema.LINKS, lookup.link(tx, variant).but(former=()))
    for each in sorted(Repointing(tx, workspace).follow(variant, item, repoint)):
        Outbox(tx, workspace).item_changed(each, "a variant was linked anew", hold=True, sale=True)
