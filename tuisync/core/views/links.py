"""Links: listing variants, the items behind them, and candidates for the rest."""

from __future__ import annotations

from tuisync.core import lookup
from tuisync.core.errors import NotFound
from tuisync.core.linking.candidates import Candidates
from tuisync.core.linking.decide import variant_name
from tuisync.core.linking.linker import UNDECIDED
from tuisync.core.linking.presence import is_gone, why_broken
from tuisync.core.models import Link, Listing, ListingVariant, match_key
from tuisync.core.stock.numbers import shown
from tuisync.core.store import schema
from tuisync.core.store.port import Reader
from tuisync.core.views.freshness import Readings
from tuisync.core.views.integrations import integration_name
from tuisync.core.views.objects import CandidateView, LinkView


def link_views(
    reader: Reader, *, state: str | None = None, integration: str | None = None
) -> list[LinkView]:
    """Return links with their candidates, undecided ones first, then by title.

    Raises:
        UnknownIntegration: There is none of that name.
    """
    chosen = lookup.integration(reader, integration).id if integration else None
    links = reader.find(schema.LINKS, "state", state) if state else reader.all(schema.LINKS)
    candidates, readings = Candidates(lookup.items_in_use(reader)), Readings(reader)
    views = [
        view
        for link in links
        if chosen in {None, link.integration}
        and (view := _view(reader, link, candidates, readings)) is not None
    ]
    return sorted(views, key=lambda v: (v.state not in UNDECIDED, v.title.casefold(), v.variant))


def link_view(reader: Reader, variant: str) -> LinkView:
    """Return one link.

    Raises:
        NotFound: No such variant was ever fetched, or its listing was purged.
    """
    link = lookup.link(reader, variant)
    view = _view(reader, link, Candidates(lookup.items_in_use(reader)), Readings(reader))
    if view is None:
        raise NotFound(f"The listing of `{variant}` is not here any more.")
    return view


def _view(
    reader: Reader, link: Link, candidates: Candidates, readings: Readings
) -> LinkView | None:
    listing = reader.get(schema.LISTINGS, link.listing)
    if listing is None:
        return None
    variant = next((v for v in listing.variants if v.key == link.key), _absent(link))
    item = reader.get(schema.ITEMS, link.item) if link.item else None
    return LinkView(
        variant=link.id,
        integration=integration_name(reader, link.integration),
        listing_id=listing.listing_id,
        title=listing.title,
        options=dict(variant.options),
        sku=variant.sku,
        quantity=shown(variant, listing),
        listing_state=listing.state,
        state=link.state,
        basis=link.basis,
        item=item.sku if item else None,
        baseline_at=link.baseline_at,
        reason=why_broken(listing, link) or link.reason or _why_open(reader, link, variant),
        read_at=readings.at(listing),
        gone=is_gone(listing, link),
        former=tuple(e.sku for id_ in link.former if (e := reader.get(schema.ITEMS, id_))),
        candidates=_ranked(listing, variant, candidates) if link.state in UNDECIDED else (),
    )


def _why_open(reader: Reader, link: Link, variant: ListingVariant) -> str:
    """Return why what has a retired item's SKU is linked to nothing, and no item is made of it."""
    sku = match_key(variant.sku or "")
    if link.state not in UNDECIDED or not sku:
        return ""
    found = reader.find(schema.ITEMS, "sku", sku)
    return next((f"{each.sku} is retired." for each in found if each.retired_at is not None), "")


def _absent(link: Link) -> ListingVariant:
    return ListingVariant(key=link.key, quantity=0)


def _ranked(
    listing: Listing, variant: ListingVariant, candidates: Candidates
) -> tuple[CandidateView, ...]:
    ranked = candidates.rank(variant.sku, variant_name(listing, variant))
    return tuple(
        CandidateView(sku=c.item.sku, name=c.item.name, reason=c.reason, score=c.score)
        for c in ranked
    )
