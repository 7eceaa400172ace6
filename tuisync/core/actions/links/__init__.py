"""Deciding by hand which item stands behind a listing variant."""

from tuisync.core.actions.links.exact import exact_fits, link_exact, parted_fits
from tuisync.core.actions.links.ignoring import ignore, ignore_variant, ignore_variants
from tuisync.core.actions.links.letting_go import let_go
from tuisync.core.actions.links.linking import link_variant, relink
from tuisync.core.actions.links.presence import check_there, listing_of
from tuisync.core.actions.links.unlinking import set_aside, unlink, unlink_variant, unlink_variants

__all__ = [
    "check_there",
    "exact_fits",
    "ignore",
    "ignore_variant",
    "ignore_variants",
    "let_go",
    "link_exact",
    "link_variant",
    "listing_of",
    "parted_fits",
    "relink",
    "set_aside",
    "unlink",
    "unlink_variant",
    "unlink_variants",
]
