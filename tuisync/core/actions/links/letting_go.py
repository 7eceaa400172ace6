"""Letting variants go that are gone from their shops."""

from __future__ import annotations

from collections.abc import Sequence

from tuisync.core import lookup
from tuisync.core.actions.links.presence import listing_of
from tuisync.core.actions.links.unlinking import cleared, unlink
from tuisync.core.errors import Conflict
from tuisync.core.inbox.failures import Failures
from tuisync.core.linking.naming import decided
from tuisync.core.linking.presence import is_gone
from tuisync.core.models import Link
from tuisync.core.orders.settle import Settlement
from tuisync.core.store import schema
from tuisync.core.store.port import Transaction
from tuisync.core.undo.choices import choosing
from tuisync.core.views.links import link_view
from tuisync.core.views.objects import LinkView
from tuisync.core.workspace import Workspace


def let_go(workspace: Workspace, variants: Sequence[str]) -> list[LinkView]:
    """Let variants go that are gone from their shops: unlinked, and not asked about any more.

    Orders of them stay with the items they count against; frozen ones thaw. One that comes back
    at its shop is found by a sync, unconfirmed: the pair is not linked again by itself. All of
    it is one decision, which can be taken back as one.

    Args:
        workspace: Where.
        variants: Their ids.

    Raises:
        NotFound: There is no such variant, or its listing was purged.
        Conflict: One of them is still at the shop, or was let go already.
    """
    with choosing(workspace, decided(workspace.store, variants, "let go")) as tx:
        for variant in variants:
            _let_go(tx, workspace, lookup.link(tx, variant))
        return [link_view(tx, each) for each in variants]


def _let_go(tx: Transaction, workspace: Workspace, link: Link) -> None:
    if link.state != "broken" or not is_gone(listing_of(tx, link), link):
        let = link.state == "ignored" and link.let_go
        raise Conflict(
            "It was let go already." if let else "This variant is still at the shop.",
            hint="" if let else f"`tuisync unlink {link.id}` takes its link apart.",
        )
    apart = unlink(tx, workspace, link) if link.item is not None else link
    # Its orders were right to count where they do: nothing is left to be decided about them.
    tx.put(schema.LINKS, cleared(apart).but(state="ignored", let_go=True, former=()))
    Settlement(tx, workspace).resettle(link.listing, link.id)
    Failures(tx, workspace.now()).over(f"item:{link.listing}")
