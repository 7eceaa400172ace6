"""What the mapping shows of a listing and its candidates, and why a verb cannot be done."""

from __future__ import annotations

from tuisync.core.linking.candidates import EXACT
from tuisync.core.views.objects import CandidateView, LinkView
from tuisync.widgets.columns import Cell, Column, marked, number
from tuisync.widgets.facts import Section, fact, section
from tuisync.widgets.keys import key, keyed
from tuisync.widgets.marks import LINK, LISTING


def options_words(link: LinkView) -> str:
    """Return a variant's options: `Size: S, Colour: Red`."""
    return ", ".join(f"{name}: {value}" for name, value in link.options.items())


def link_title(link: LinkView) -> str:
    """Return a variant's title with its options."""
    options = ", ".join(link.options.values())
    return f"{link.title} - {options}" if options else link.title


def _folded(link: LinkView) -> str:
    return link_title(link).casefold()


_STATE: Column[LinkView] = Column(
    "state", "State", lambda v: marked(LINK[v.state]), 13, order=lambda v: v.state
)
_TITLE: Column[LinkView] = Column(
    "title", "Listing", lambda v: Cell(link_title(v)), 20, flex=4, order=_folded
)
_SKU: Column[LinkView] = Column(
    "sku",
    "Shop's SKU",
    lambda v: Cell(v.sku or "-", "plain" if v.sku else "muted"),
    width=12,
    flex=1,
    widest=18,
    order=lambda v: v.sku,
)
_ITEM: Column[LinkView] = Column(
    "item",
    "Item",
    lambda v: Cell(v.item or "-", "good" if v.item else "muted"),
    width=12,
    flex=1,
    widest=18,
    order=lambda v: v.item,
)
_SHOWS: Column[LinkView] = Column(
    "shows",
    "Shows",
    lambda v: number(v.quantity),
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
    Column("sku", "Candidates", lambda c: Cell(c.sku, "strong"), width=12, flex=1, widest=20),
    Column("name", "", lambda c: Cell(c.name), width=10, flex=3, rank=2),
    Column("reason", "", lambda c: Cell(c.reason, "muted"), width=12, rank=1),
)


def cannot(action: str, link: LinkView) -> str:
    """Return why something cannot be done with a listing now, or nothing."""
    if action == "unlink":
        return "" if link.item else "It is not linked."
    if action == "follow":
        return "" if link.former and link.item else "No order counts against a former item of it."
    if link.state == "linked":
        return f"It is linked: {key('listing.unlink')} takes the link apart first."
    if action == "accept" and not link.candidates:
        return keyed(
            "No item resembles it: {listing.create_item} makes one of it, "
            "{listing.link_to_any_item} chooses any item."
        )
    return ""


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


def about(link: LinkView) -> list[Section]:
    """Return what the pane says of a listing."""
    facts = [
        fact("Listing", link.title, "strong"),
        fact("Options", options_words(link) or "none"),
        fact("SKU there", link.sku),
        fact(
            "At the shop",
            f"{LISTING[link.listing_state]}, shows {link.quantity:,}",
            LISTING[link.listing_state].tone,
        ),
        fact("Id", f"{link.integration} {link.listing_id}", "muted"),
    ]
    if link.item:
        facts.append(fact("Item", f"{link.item} (by {link.basis})", "good"))
    if link.former:
        before = ", ".join(link.former)
        decides = f"{key('listing.take_orders_along')} decides"
        facts.append(fact("Orders", f"some still count against {before}: {decides}", "warn"))
    if link.reason:
        facts.append(fact("Why open", link.reason, "warn"))
    return [section("", facts)]
