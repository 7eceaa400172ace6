"""Taking links apart."""

from __future__ import annotations

from collections.abc import Sequence

from tuisync.core import lookup
from tuisync.core.errors import Conflict
from tuisync.core.inbox.failures import Failures
from tuisync.core.linking.naming import decided, quoted
from tuisync.core.linking.presence import is_gone
from tuisync.core.models import REFUSED, Link, LinkState
from tuisync.core.orders.repoint import strays
from tuisync.core.outbox import Outbox
from tuisync.core.stock.numbers import last_units_are_kept
from tuisync.core.store import schema
from tuisync.core.store.port import Reader, Transaction
from tuisync.core.undo.choices import choosing
from tuisync.core.views.links import link_view
from tuisync.core.views.objects import LinkView
from tuisync.core.workspace import Workspace


def unlink_variant(workspace: Workspace, variant: str) -> LinkView:
    """Take a link apart; the pair is never linked by itself again, no history is lost.

    A variant that is ignored is asked about again; orders that went on without it stay as they
    are.

    Raises:
        NotFound: No such variant.
        Conflict: It is neither linked nor ignored.
    """
    return unlink_variants(workspace, [variant])[0]


def unlink_variants(workspace: Workspace, variants: Sequence[str]) -> list[LinkView]:
    """Take several links apart, all of them or none; it is one decision.

    Raises:
        NotFound: There is no such variant.
        Conflict: One of them is neither linked nor ignored.
    """
    with choosing(workspace, decided(workspace.store, variants, "unlinked")) as tx:
        for link in [lookup.link(tx, each) for each in variants]:
            if link.item is not None:
                unlink(tx, workspace, link)
            elif link.state == "ignored":
                set_aside(tx, link)
            else:
                raise Conflict(f"{quoted(tx, link.id)} is not linked.")
        return [link_view(tx, each) for each in variants]


def unlink(tx: Transaction, workspace: Workspace, link: Link) -> Link:
    """Unlink a variant and remember from what: the pair, and whose orders are to be looked at."""
    item = link.item or ""
    stray = any(
        line.item == item and (order.open or (order.shipped and not line.history))
        for order, lines in strays(tx, link.id, None)
        for line in lines
    )
    apart = cleared(link).but(
        state=_open_state(tx, link),
        never=(*(each for each in link.never if each != item), item),
        former=(*(each for each in link.former if each != item), *([item] if stray else [])),
    )
    tx.put(schema.LINKS, apart)
    _forget_push(tx, workspace, link)
    if last_units_are_kept(tx):
        Outbox(tx, workspace).rivals_changed([item], "another variant was unlinked")
    return apart


def set_aside(tx: Transaction, link: Link) -> None:
    """Leave a variant that is not linked to be decided by the user again."""
    tx.put(schema.LINKS, cleared(link).but(state=_open_state(tx, link), let_go=False))


def _open_state(reader: Reader, link: Link) -> LinkState:
    """Return the state of a variant nothing is decided about: one that is gone has no item."""
    listing = reader.get(schema.LISTINGS, link.listing)
    return "broken" if listing is not None and is_gone(listing, link) else "unconfirmed"


def cleared(link: Link) -> Link:
    """Return the link without its item and all that was known through it."""
    return link.but(
        basis=None,
        item=None,
        baseline_at=None,
        opening=False,
        counted_from=link.baseline_at or link.counted_from,
        candidates=(),
        reason="",
        level=None,
        asks=None,
        asks_since=None,
        left=None,
        shortfall=None,
    )


def _forget_push(tx: Transaction, workspace: Workspace, link: Link) -> None:
    """Drop an owed or refused push of a listing in which nothing is linked any more."""
    entry = tx.get(schema.OUTBOX, f"stock:{link.listing}")
    still = any(each.item for each in tx.find(schema.LINKS, "listing", link.listing))
    waits = {"held", "queued", "retry_wait", *REFUSED}
    if entry is not None and not still and entry.state in waits:
        tx.put(schema.OUTBOX, entry.but(state="superseded", reason="The variant was unlinked."))
        Failures(tx, workspace.now()).over(entry.id)
