"""Linking what one item alone fits exactly."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tuisync.core import lookup
from tuisync.core.actions.links.linking import set_link
from tuisync.core.linking.candidates import EXACT, Candidates
from tuisync.core.linking.decide import shared_skus, variant_name
from tuisync.core.linking.linker import UNDECIDED
from tuisync.core.models import Link, match_key
from tuisync.core.store import schema
from tuisync.core.store.port import Reader
from tuisync.core.undo.choices import choosing
from tuisync.core.workspace import Workspace


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
    with choosing(workspace, "variants were linked to their exact candidates") as tx:
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
        links = _waiting(reader)
    else:
        links = [lookup.link(reader, each) for each in variants]
    return {
        link.id: item
        for link, item in _fitting(reader, links)
        if variants is not None or item not in link.never
    }


def parted_fits(reader: Reader) -> int:
    """Return how many variants wait that one item fits from which the user unlinked them."""
    return sum(item in link.never for link, item in _fitting(reader, _waiting(reader)))


def _waiting(reader: Reader) -> list[Link]:
    states = ("unconfirmed", "conflict")
    return [link for state in states for link in reader.find(schema.LINKS, "state", state)]


def _fitting(reader: Reader, links: Iterable[Link]) -> list[tuple[Link, str]]:
    """Return those that one item alone fits exactly, with the item."""
    ranked = Candidates(lookup.items_in_use(reader))
    found = ((link, _exact(reader, ranked, link)) for link in links)
    return [(link, item) for link, item in found if item is not None]


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
