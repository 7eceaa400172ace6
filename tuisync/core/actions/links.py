"""Deciding by hand which item stands behind a listing variant."""

from __future__ import annotations

from collections.abc import Sequence

from tuisync.core import lookup
from tuisync.core.errors import Conflict, NotFound
from tuisync.core.inbox.failures import Failures
from tuisync.core.linking.candidates import EXACT, Candidates
from tuisync.core.linking.decide import shared_skus, variant_name
from tuisync.core.linking.linker import UNDECIDED, Linker
from tuisync.core.linking.naming import quoted
from tuisync.core.linking.presence import CHANGED, is_gone
from tuisync.core.models import REFUSED, Link, LinkBasis, LinkState, Listing, match_key
from tuisync.core.orders.repoint import Repoint, Repointing, strays
from tuisync.core.orders.settle import Settlement
from tuisync.core.outbox import Outbox
from tuisync.core.stock.numbers import last_units_are_kept
from tuisync.core.store import schema
from tuisync.core.store.port import Reader, Transaction
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
            from the shop, or was changed there since it was read.
    """
    words = f"{quoted(workspace.store, variant)} was linked to {sku}"
    with choosing(workspace, words) as tx:
        set_link(tx, workspace, lookup.link(tx, variant), lookup.item(tx, sku).id, repoint)
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


def check_there(reader: Reader, link: Link) -> None:
    """Check that the shop has what is to be linked, as far as it was read.

    Raises:
        NotFound: The listing was purged.
        Conflict: It is gone from the shop, or was changed there since it was read.
    """
    if is_gone(listing_of(reader, link), link):
        raise _gone(link)
    if link.state == "broken":
        raise Conflict(
            CHANGED,
            hint="`tuisync sync items` reads them, and links again what is still there.",
        )


def _gone(link: Link) -> Conflict:
    return Conflict(
        "This listing is gone from the shop, so no item can stand behind it.",
        hint=f"`tuisync links let-go {link.id}` lets it go; should it come back, a sync finds it.",
    )


def _repoint(
    tx: Transaction, workspace: Workspace, variant: str, item: str, repoint: Repoint
) -> None:
    """Let the orders of the wrong item follow the link, and owe the shops what it changes."""
    tx.put(schema.LINKS, lookup.link(tx, variant).but(former=()))
    for each in sorted(Repointing(tx, workspace).follow(variant, item, repoint)):
        Outbox(tx, workspace).item_changed(each, "a listing was linked anew", hold=True, sale=True)


def link_exact(workspace: Workspace, variants: Sequence[str] | None = None) -> list[str]:
    """Link the undecided variants that one item alone fits exactly; returns their ids.

    Exactly is: the same SKU but for case, or the same name. All of it is one decision, which
    can be taken back as one.

    Args:
        workspace: Where.
        variants: Their ids; None means all, but for the pairs that were unlinked by hand.

    Raises:
        NotFound: One of them was never fetched.
    """
    with choosing(workspace, "listings were linked to their exact candidates") as tx:
        fitting = exact_fits(tx, variants)
        for id_, item in fitting.items():
            set_link(tx, workspace, lookup.link(tx, id_), item)
        return list(fitting)


def exact_fits(reader: Reader, variants: Sequence[str] | None = None) -> dict[str, str]:
    """Return, by variant, the item that `link_exact` would link it to. Changes nothing.

    Raises:
        NotFound: One of them was never fetched.
    """
    if variants is None:
        states = ("unconfirmed", "conflict")
        links = [link for state in states for link in reader.find(schema.LINKS, "state", state)]
    else:
        links = [lookup.link(reader, each) for each in variants]
    ranked = Candidates(list(reader.all(schema.ITEMS)))
    found = {link.id: _exact(reader, ranked, link) for link in links}
    never = {} if variants is not None else {link.id: link.never for link in links}
    return {
        id_: item
        for id_, item in found.items()
        if item is not None and item not in never.get(id_, ())
    }


def _exact(reader: Reader, candidates: Candidates, link: Link) -> str | None:
    """Return the one item that fits an undecided variant exactly."""
    found = lookup.variant(reader, link)
    if found is None or link.state not in UNDECIDED:
        return None
    listing, variant = found
    if match_key(variant.sku or "") in shared_skus(listing):
        return None
    ranked = candidates.rank(variant.sku, variant_name(listing, variant))
    exact = [each.item.id for each in ranked if each.score >= EXACT]
    return exact[0] if len(exact) == 1 else None


def unlink_variant(workspace: Workspace, variant: str) -> LinkView:
    """Take a link apart; the pair is never linked by itself again, no history is lost.

    Raises:
        NotFound: No such variant.
        Conflict: It is not linked.
    """
    return unlink_variants(workspace, [variant])[0]


def unlink_variants(workspace: Workspace, variants: Sequence[str]) -> list[LinkView]:
    """Take several links apart, all of them or none; it is one decision.

    Raises:
        NotFound: There is no such variant.
        Conflict: One of them is not linked.
    """
    with choosing(workspace, _words(workspace.store, variants, "unlinked")) as tx:
        for link in [lookup.link(tx, each) for each in variants]:
            if link.item is None:
                raise Conflict(f"{quoted(tx, link.id)} is not linked.")
            unlink(tx, workspace, link)
        return [link_view(tx, each) for each in variants]


def _words(reader: Reader, variants: Sequence[str], done: str) -> str:
    """Return what was decided about variants: `“Mug” was ignored`."""
    if len(variants) == 1:
        return f"{quoted(reader, variants[0])} was {done}"
    return f"{len(variants):,} listings were {done}"


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
    with choosing(workspace, _words(workspace.store, variants, "ignored")) as tx:
        for link in [lookup.link(tx, each) for each in variants]:
            _check_ignorable(tx, link)
            ignore(tx, workspace, link)
        return [link_view(tx, each) for each in variants]


def _check_ignorable(reader: Reader, link: Link) -> None:
    if link.state == "broken" and is_gone(listing_of(reader, link), link):
        raise _gone(link)
    if link.item is not None:
        raise Conflict(
            f"{quoted(reader, link.id)} is linked.", hint=f"First `tuisync unlink {link.id}`."
        )


def ignore(tx: Transaction, workspace: Workspace, link: Link) -> None:
    """Ignore a variant that is not linked, as `ignore_variant` does."""
    tx.put(schema.LINKS, _cleared(link).but(state="ignored"))
    Settlement(tx, workspace).resettle(link.listing, link.id)


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
    with choosing(workspace, _words(workspace.store, variants, "let go")) as tx:
        for variant in variants:
            _let_go(tx, workspace, lookup.link(tx, variant))
        return [link_view(tx, each) for each in variants]


def _let_go(tx: Transaction, workspace: Workspace, link: Link) -> None:
    if link.state != "broken" or not is_gone(listing_of(tx, link), link):
        let = link.state == "ignored" and link.let_go
        raise Conflict(
            "It was let go already." if let else "This listing is still at the shop.",
            hint="" if let else f"`tuisync unlink {link.id}` takes its link apart.",
        )
    apart = unlink(tx, workspace, link) if link.item is not None else link
    # Its orders were right to count where they do: nothing is left to be decided about them.
    tx.put(schema.LINKS, _cleared(apart).but(state="ignored", let_go=True, former=()))
    Settlement(tx, workspace).resettle(link.listing, link.id)
    Failures(tx, workspace.now()).over(f"item:{link.listing}")


def set_aside(tx: Transaction, link: Link) -> None:
    """Leave a variant that is not linked to be decided by the user again."""
    tx.put(schema.LINKS, _cleared(link).but(state=_open_state(tx, link), let_go=False))


def _open_state(reader: Reader, link: Link) -> LinkState:
    """Return the state of a variant nothing is decided about: one that is gone has no item."""
    listing = reader.get(schema.LISTINGS, link.listing)
    return "broken" if listing is not None and is_gone(listing, link) else "unconfirmed"


def listing_of(reader: Reader, link: Link) -> Listing:
    """Return the link's listing.

    Raises:
        NotFound: It was purged.
    """
    listing = reader.get(schema.LISTINGS, link.listing)
    if listing is None:
        raise NotFound("The listing is not here any more.", hint="Sync items first.")
    return listing


def unlink(tx: Transaction, workspace: Workspace, link: Link) -> Link:
    """Unlink a variant and remember from what: the pair, and whose orders are to be looked at."""
    item = link.item or ""
    stray = any(
        line.item == item and (order.open or (order.shipped and not line.history))
        for order, lines in strays(tx, link.id, None)
        for line in lines
    )
    apart = _cleared(link).but(
        state=_open_state(tx, link),
        never=(*(each for each in link.never if each != item), item),
        former=(*(each for each in link.former if each != item), *([item] if stray else [])),
    )
    tx.put(schema.LINKS, apart)
    _forget_push(tx, workspace, link)
    if last_units_are_kept(tx):
        Outbox(tx, workspace).rivals_changed([item], "another listing was unlinked")
    return apart


def _cleared(link: Link) -> Link:
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
