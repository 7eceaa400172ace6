"""Saying that no item stands behind a variant."""

from __future__ import annotations

from collections.abc import Sequence

from tuisync.core import lookup
from tuisync.core.actions.links.presence import gone, listing_of
from tuisync.core.actions.links.unlinking import cleared
from tuisync.core.errors import Conflict
from tuisync.core.linking.naming import decided, quoted
from tuisync.core.linking.presence import is_gone
from tuisync.core.models import Link
from tuisync.core.orders.settle import Settlement
from tuisync.core.store import schema
from tuisync.core.store.port import Reader, Transaction
from tuisync.core.undo.choices import choosing
from tuisync.core.views.links import link_view
from tuisync.core.views.objects import LinkView
from tuisync.core.workspace import Workspace


def ignore_variant(workspace: Workspace, variant: str) -> LinkView:
    """Say that no item stands behind a variant: it is not asked again, its orders thaw.

    Raises:
        NotFound: No such variant.
        Conflict: It is linked: unlink it first; or it is gone from the shop: let it go.
    """
    return ignore_variants(workspace, [variant])[0]


def ignore_variants(workspace: Workspace, variants: Sequence[str]) -> list[LinkView]:
    """Ignore several variants, all of them or none; it is one decision.

    Raises:
        NotFound: There is no such variant.
        Conflict: One of them is linked: unlink it first; or it is gone from the shop: let it go.
    """
    with choosing(workspace, decided(workspace.store, variants, "ignored")) as tx:
        for link in [lookup.link(tx, each) for each in variants]:
            _check_ignorable(tx, link)
            ignore(tx, workspace, link)
        return [link_view(tx, each) for each in variants]


def _check_ignorable(reader: Reader, link: Link) -> None:
    if link.state == "broken" and is_gone(listing_of(reader, link), link):
        raise gone(link)
    if link.item is not None:
        raise Conflict(
            f"{quoted(reader, link.id)} is linked.", hint=f"First `tuisync unlink {link.id}`."
        )


def ignore(tx: Transaction, workspace: Workspace, link: Link) -> None:
    """Ignore a variant that is not linked, as `ignore_variant` does."""
    tx.put(schema.LINKS, cleared(link).but(state="ignored"))
    Settlement(tx, workspace).resettle(link.listing, link.id)
