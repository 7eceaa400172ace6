"""Which SKU an item has that is made of a listing variant: the shop's, or one made up for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from tuisync.core import lookup
from tuisync.core.linking.decide import shared_skus
from tuisync.core.linking.made_skus import made_skus
from tuisync.core.models import Link, Listing, ListingVariant, match_key
from tuisync.core.store import schema
from tuisync.core.store.port import Reader


@dataclass(frozen=True)
class Source:
    """A variant an item is made from."""

    listing: Listing
    variant: ListingVariant
    link: Link

    @property
    def place(self) -> int:
        """Its number in its listing, from 1."""
        return self.listing.variants.index(self.variant) + 1


def item_skus(reader: Reader, sources: Iterable[Source]) -> dict[str, str]:
    """Return the SKU of each variant's item, by the variant's id.

    Only a SKU of the shop's may be several variants'. Where it has none, the organization's
    `made_skus` says what it is made of. Made of the title, it is nobody else's: no item has it, in
    use or retired, and no listing, which would be linked by it. The same variants get the same
    ones in whatever order they are named.
    """
    ordered = sorted(sources, key=lambda each: each.link.id)
    given = {each.link.id: sku for each in ordered if (sku := _given_sku(each))}
    unnamed = [each for each in ordered if each.link.id not in given]
    if lookup.organization(reader).made_skus == "title":
        return given | _of_titles(reader, unnamed, given.values())
    return given | {each.link.id: _of_id(reader, each) for each in unnamed}


def _given_sku(source: Source) -> str:
    """Return the SKU the shop gives, with the options where siblings share it; empty for none."""
    sku = match_key(source.variant.sku or "")
    return _with_options(sku, source) if sku and sku in shared_skus(source.listing) else sku


def _with_options(sku: str, source: Source) -> str:
    """Return the shared SKU with what tells this variant from its siblings."""
    words = [
        "-".join(each.options.values())
        for each in source.listing.variants
        if match_key(each.sku or "") == sku
    ]
    own = "-".join(source.variant.options.values())
    return f"{sku}-{own}" if own and words.count(own) == 1 else f"{sku}-{source.place}"


def _of_id(reader: Reader, source: Source) -> str:
    stem = f"{_marketplace(reader, source).upper()}-{source.listing.listing_id}"
    return stem if len(source.listing.variants) == 1 else f"{stem}-{source.place}"


def _marketplace(reader: Reader, source: Source) -> str:
    found = reader.get(schema.INTEGRATIONS, source.listing.integration)
    return found.marketplace if found else source.listing.integration


def _of_titles(reader: Reader, sources: Sequence[Source], given: Iterable[str]) -> dict[str, str]:
    taken = {match_key(each.sku).casefold() for each in reader.all(schema.ITEMS)}
    taken |= {sku.casefold() for sku in given}
    made: dict[str, str] = {}
    tried: dict[tuple[str, str], Iterator[str]] = {}
    for source in sources:
        wishes = _wishes(reader, source)
        first = next(wishes)
        # Of hundreds with one title, each goes on where the one before it ended.
        wishes = tried.setdefault((source.listing.title, first), chain([first], wishes))
        made[source.link.id] = sku = next(
            wish
            for wish in wishes
            if (key := wish.casefold()) not in taken
            and not reader.count(schema.LISTINGS, "sku", key)
        )
        taken.add(sku.casefold())
    return made


def _wishes(reader: Reader, source: Source) -> Iterator[str]:
    listing = source.listing
    return made_skus(
        listing.title,
        [tuple(each.options.values()) for each in listing.variants],
        source.place - 1,
        f"{_marketplace(reader, source)} {listing.listing_id}",
    )
