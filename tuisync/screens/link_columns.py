"""What the mapping shows of a listing and its candidates, and why a verb cannot be done."""

from __future__ import annotations

from tuisync.core.linking.candidates import EXACT
from tuisync.core.models import LinkBasis
from tuisync.core.views.objects import CandidateView, LinkView
from tuisync.widgets.columns import Cell, Column, marked, number, sku_column, title_column
from tuisync.widgets.facts import Fact, Section, fact, section
from tuisync.widgets.keys import key, keyed
from tuisync.widgets.marks import GONE, LINK, LISTING, Mark


def options_words(link: LinkView) -> str:
    """Return a variant's options: `Size: S, Colour: Red`."""
    return ", ".join(f"{name}: {value}" for name, value in link.options.items())


def link_title(link: LinkView) -> str:
    """Return a variant's title with its options."""
    options = ", ".join(link.options.values())
    return f"{link.title} - {options}" if options else link.title


def link_mark(link: LinkView) -> Mark:
    """Return a link's state; of what is broken, that it is gone."""
    return GONE if link.state == "broken" and link.gone else LINK[link.state]


_STATE: Column[LinkView] = Column(
    "state", "State", lambda v: marked(link_mark(v)), 13, order=lambda v: v.state
)
_TITLE: Column[LinkView] = title_column("title", "Listing variant", link_title, short="Variant")
_SKU: Column[LinkView] = sku_column("sku", "Shop's SKU", lambda v: v.sku)
_ITEM: Column[LinkView] = sku_column("item", "Item", lambda v: v.item, tone="good")
_SHOWS: Column[LinkView] = Column(
    "shows",
    "Shows",
    lambda v: number(None if v.gone else v.quantity),
    width=5,
    align="right",
    rank=2,
    order=lambda v: v.quantity,
)
_SHOP: Column[LinkView] = Column(
    "shop", "Shop", lambda v: Cell(v.integration, "muted"), 7, rank=3, order=lambda v: v.integration
)
OPEN_COLUMNS = (_STATE, _TITLE, _SKU, _SHOWS, _SHOP)
LINK_COLUMNS = (_STATE, _TITLE, _SKU, _ITEM, _SHOWS, _SHOP)
CANDIDATE_COLUMNS: tuple[Column[CandidateView], ...] = (
    Column(
        "score",
        "",
        lambda c: Cell(f"{c.score}%", "good" if c.score >= EXACT else "muted"),
        width=4,
        align="right",
    ),
    sku_column("sku", "Candidates", lambda c: c.sku, tone="strong", sorts=False),
    title_column("name", "", lambda c: c.name, width=10, rank=2, sorts=False),
    Column("reason", "", lambda c: Cell(c.reason, "muted"), width=12, rank=1, snug=True),
)


def cannot(action: str, link: LinkView) -> str:
    """Return why something cannot be done with a listing now, or nothing."""
    if link.gone or action == "let_go":
        return _cannot_gone(action, link)
    if action == "unlink":
        return "" if link.item or link.state == "ignored" else "It is not linked."
    if action == "follow":
        return "" if link.former and link.item else "No order counts against a former item of it."
    return _cannot_decide(action, link)


def _cannot_decide(action: str, link: LinkView) -> str:
    if link.state == "linked":
        return f"It is linked: {key('listing.unlink')} takes the link apart first."
    if link.state == "broken":
        return keyed(
            "Its variations were changed at the shop: {go.marketplaces}, then "
            "{shop.sync_manually} reads them."
        )
    if action == "accept" and not link.candidates:
        return keyed(
            "No item resembles it: {listing.create_item} makes one of it, "
            "{listing.link_to_any_item} chooses any item."
        )
    return ""


def _cannot_gone(action: str, link: LinkView) -> str:
    """Say why not, where the shop has it no more; there is one thing left to do then."""
    if not link.gone:
        return "It is still at the shop."
    if link.state != "broken":
        return "It is gone from the shop."
    if action == "let_go":
        return ""
    return f"It is gone from the shop: {key('listing.let_go')} lets it go."


_RESEMBLES_NONE = (
    "No item resembles this one.\n"
    "{listing.create_item} makes an item of it, {listing.link_to_any_item} chooses any item, "
    "{listing.ignore} ignores it from now on."
)
_IS_IGNORED = (
    "You said that no item stands behind this one.\n"
    "{listing.unlink} asks about it again, {listing.create_item} makes an item of it, "
    "{listing.link_to_any_item} chooses any item."
)
_IS_GONE = (
    "The shop does not have this any more.\n"
    "{listing.let_go} lets it go: it is not asked about again. Should it come back, a sync of "
    "items finds it."
)
_IS_CHANGED = (
    "Its variations were changed at the shop.\n"
    "{go.marketplaces}, then {shop.sync_manually}: a sync of items reads them, and links again "
    "what is still there."
)


def no_candidates(link: LinkView | None) -> str:
    """Return what stands where candidates would be: what can be done instead."""
    if link is not None and link.state == "ignored" and not link.gone:
        return _IS_IGNORED
    if link is None or link.state != "broken":
        return _RESEMBLES_NONE
    return _IS_GONE if link.gone else _IS_CHANGED


def searched(link: LinkView) -> str:
    """Return what a filter looks at."""
    return " ".join(
        (
            link_title(link),
            link.sku or "",
            link.item or "",
            link.integration,
            link.listing_id,
            link.state,
        )
    )


def _there(link: LinkView) -> Fact:
    mark = LISTING["removed" if link.gone else link.listing_state]
    shows = "" if link.gone else f", shows {link.quantity:,}"
    return fact("At the shop", f"{mark}{shows}", mark.tone)


_BASIS: dict[LinkBasis, str] = {
    "sku": "by its SKU",
    "name": "by its name",
    "manual": "linked by hand",
}


def about(link: LinkView) -> list[Section]:
    """Return what the pane says of a listing."""
    why = [fact("Why open", link.reason, "warn")] if link.reason else []
    # Where it is broken, what stands in place of candidates says why.
    first, last = ([], why) if link.state == "broken" else (why, [])
    facts = [
        *first,
        fact("Listing", link.title, "strong"),
        *([fact("Options", options)] if (options := options_words(link)) else []),
        fact("SKU there", link.sku),
        _there(link),
        fact("Id", f"{link.integration} {link.listing_id}", "muted"),
    ]
    if link.item:
        facts.append(
            fact("Item", f"{link.item} ({_BASIS[link.basis] if link.basis else 'linked'})", "good")
        )
    if link.former:
        before = ", ".join(link.former)
        decides = f"{key('listing.take_orders_along')} decides"
        facts.append(fact("Orders", f"some still count against {before}: {decides}", "warn"))
    return [section("", [*facts, *last])]
