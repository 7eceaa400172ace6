"""How a sentence names a listing variant: by its title, as people know it, never by its id."""

from __future__ import annotations

from collections.abc import Sequence

from tuisync.core import lookup
from tuisync.core.linking.decide import variant_name
from tuisync.core.store import schema
from tuisync.core.store.port import Reader

_MOST = 36
"""Characters of a title within a sentence, which has one line on a narrow screen."""


def variant_title(reader: Reader, id_: str) -> str:
    """Return what people call a variant; its id, where nothing else is known of it any more."""
    link = reader.get(schema.LINKS, id_)
    if link is None:
        return id_
    found = lookup.variant(reader, link)
    if found is not None:
        return variant_name(*found)
    listing = reader.get(schema.LISTINGS, link.listing)
    return listing.title if listing else id_


def quoted(reader: Reader, id_: str) -> str:
    """Return the same in quotes and short, for a sentence: `“Speckled mug”`."""
    title = variant_title(reader, id_)
    return f"“{title if len(title) <= _MOST else title[: _MOST - 1] + '…'}”"


def decided(reader: Reader, variants: Sequence[str], done: str) -> str:
    """Return what was decided about variants: `“Mug” was ignored`."""
    if len(variants) == 1:
        return f"{quoted(reader, variants[0])} was {done}"
    return f"{len(variants):,} variants were {done}"
