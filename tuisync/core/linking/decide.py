"""Which item a listing variant is linked to by itself. Pure.

SKU first, then name; equal after trimming, unescaping and NFC, case kept; exactly one
candidate. Anything ambiguous is a conflict for the user, never a guess.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tuisync.core.models import Item, LinkBasis, LinkState, Listing, ListingVariant, match_key


@dataclass(frozen=True)
class Verdict:
    """What became of the attempt to link a variant by itself.

    Attributes:
        item: The item's id when linked.
        candidates: Ids of the items that stood in the way.
        reason: In words, when it is a conflict.
    """

    state: LinkState
    basis: LinkBasis | None = None
    item: str | None = None
    candidates: tuple[str, ...] = ()
    reason: str = ""


UNCONFIRMED = Verdict("unconfirmed")


def variant_name(listing: Listing, variant: ListingVariant) -> str:
    """Return what people call a variant: the title, with its options if it has siblings."""
    if len(listing.variants) == 1 or not variant.options:
        return listing.title
    return f"{listing.title} - {', '.join(variant.options.values())}"


def match_name(listing: Listing, variant: ListingVariant) -> str | None:
    """Return the name a variant may be linked by; None when it has none of its own."""
    if len(listing.variants) > 1 and not variant.options:
        return None
    return match_key(variant_name(listing, variant))


def shared_skus(listing: Listing) -> frozenset[str]:
    """Return the SKUs that several variants of this one listing carry."""
    counts = Counter(match_key(each.sku) for each in listing.variants if each.sku)
    return frozenset(sku for sku, count in counts.items() if sku and count > 1)


def decide_link(
    variant: ListingVariant,
    *,
    by_sku: Sequence[Item],
    by_name: Sequence[Item],
    sku_is_shared: bool,
    never: Sequence[str] = (),
) -> Verdict:
    """Decide for one variant.

    Args:
        variant: The variant.
        by_sku: Items whose SKU equals the variant's.
        by_name: Items whose name equals the variant's (see `match_name`).
        sku_is_shared: Another variant of the same listing has the same SKU.
        never: Ids of items the user unlinked from it: never linked again by themselves.
    """
    if sku_is_shared:
        reason = f"Several variants of this listing have the SKU {variant.sku}."
        return Verdict("conflict", candidates=tuple(i.id for i in by_sku), reason=reason)
    for basis, found in (("sku", by_sku), ("name", by_name)):
        allowed = [each for each in found if each.id not in never]
        if len(allowed) == 1:
            return Verdict("linked", "sku" if basis == "sku" else "name", allowed[0].id)
        if allowed:
            reason = f"{len(allowed)} items have the same {'SKU' if basis == 'sku' else 'name'}."
            return Verdict("conflict", candidates=tuple(i.id for i in allowed), reason=reason)
    return UNCONFIRMED
