"""What a linked variant shows at its shop, beside what it should show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from tuisync.core import lookup
from tuisync.core.models import Difference, Integration, Level, Link, Listing, ListingVariant
from tuisync.core.stock.drift import is_left, must_ask, of_link
from tuisync.core.stock.numbers import is_linked, number_steps, pushable, shown
from tuisync.core.stock.rules import RuleStep
from tuisync.core.store import schema
from tuisync.core.store.port import Reader
from tuisync.core.workspace import Workspace


@dataclass(frozen=True)
class Wanted:
    """What one linked variant shows and what it should show.

    Attributes:
        link: Its link.
        listing: Its listing.
        variant: What the shop says of it.
        shows: The number buyers see.
        steps: From the available units to the number they should see.
        asks: The shop is set to ask before a change made there is corrected.
    """

    link: Link
    listing: Listing
    variant: ListingVariant
    shows: int
    steps: tuple[RuleStep, ...]
    asks: bool

    @property
    def wants(self) -> int:
        """The number buyers should see."""
        return self.steps[-1].value

    @cached_property
    def drift(self) -> Difference | None:
        """How the numbers differ; None where they do not."""
        return of_link(self.link, self.listing, ours=self.wants, shop=self.shows)

    @property
    def differs(self) -> bool:
        """The numbers differ, and the user did not choose to leave it so."""
        return self.shows != self.wants and not self.is_left

    @property
    def is_left(self) -> bool:
        """The user chose to leave the difference as it is."""
        found = self.drift
        return found is not None and is_left(self.link, found)

    @property
    def waits(self) -> bool:
        """It differs, and nothing may be written before the user has answered."""
        found = self.drift
        return found is not None and must_ask(found, ask=self.asks) and self.differs

    def noted(self, now: datetime) -> Link:
        """Return the link with what is to be remembered of the comparison."""
        link, found = self.link, self.drift
        if found is None:
            level = link.level
            if level is None or level.number != self.shows:
                level = Level(self.shows, self.listing.read_at)
            return link.but(level=level, asks=None, asks_since=None, left=None)
        if not self.waits:
            left = link.left if self.is_left else None
            return link.but(asks=None, asks_since=None, left=left)
        return link.but(asks=found, asks_since=link.asks_since or now, left=None)


@dataclass(frozen=True)
class _Comparison:
    """Compares the numbers of one shop."""

    reader: Reader
    workspace: Workspace
    integration: Integration

    def variant(self, link: Link, listing: Listing, variant: ListingVariant) -> Wanted | None:
        """Compare one variant; None when its number is not ours to set."""
        if not pushable(listing):
            return None
        steps = self._steps(link)
        if steps is None:
            return None
        return Wanted(
            link=link,
            listing=listing,
            variant=variant,
            shows=shown(variant, listing),
            steps=tuple(steps),
            asks=self.integration.drift == "ask" and is_linked(link),
        )

    def _steps(self, link: Link) -> Sequence[RuleStep] | None:
        """Return the steps to the number a variant should show; None when it is not ours to set."""
        if link.item is None or not is_linked(link):
            before = link.gives_back
            return (
                None if before is None else (RuleStep("before the sync that was undone", before),)
            )
        known = self.workspace.marketplaces.describe(self.integration.marketplace)
        return number_steps(
            self.reader, self.integration, link.item, known.capabilities.max_quantity
        )

    def listing(self, listing: Listing, links: Iterable[Link]) -> Iterator[Wanted]:
        """Compare the variants of one listing."""
        variants = {each.key: each for each in listing.variants}
        for link in links:
            variant = variants.get(link.key)
            found = self.variant(link, listing, variant) if variant else None
            if found is not None:
                yield found


def wanted(
    reader: Reader, workspace: Workspace, integration: Integration, link: Link
) -> Wanted | None:
    """Compare one link's shop number with ours; None when it is not ours to set."""
    found = lookup.variant(reader, link)
    return _Comparison(reader, workspace, integration).variant(link, *found) if found else None


def listing_compared(
    reader: Reader, workspace: Workspace, integration: Integration, listing_id: str
) -> list[Wanted]:
    """Compare every variant of a listing whose number is ours to set."""
    listing = reader.get(schema.LISTINGS, listing_id)
    if listing is None:
        return []
    links = reader.find(schema.LINKS, "listing", listing_id)
    return list(links_compared(reader, workspace, integration, listing, links))


def links_compared(
    reader: Reader,
    workspace: Workspace,
    integration: Integration,
    listing: Listing,
    links: Iterable[Link],
) -> Iterator[Wanted]:
    """Compare those variants of a listing whose number is ours to set."""
    return _Comparison(reader, workspace, integration).listing(listing, links)


def shop_compared(
    reader: Reader, workspace: Workspace, integration: Integration
) -> Iterator[Wanted]:
    """Compare every variant of a shop whose number is ours to set, listing by listing."""
    by_listing: dict[str, list[Link]] = {}
    for link in reader.find(schema.LINKS, "integration", integration.id):
        if is_linked(link) or link.gives_back is not None:
            by_listing.setdefault(link.listing, []).append(link)
    comparison = _Comparison(reader, workspace, integration)
    for listing_id, links in by_listing.items():
        listing = reader.get(schema.LISTINGS, listing_id)
        if listing is not None:
            yield from comparison.listing(listing, links)


def listing_differs(
    reader: Reader, workspace: Workspace, integration: Integration, listing: str
) -> list[Wanted]:
    """Return the variants of a listing whose number should change."""
    found = listing_compared(reader, workspace, integration, listing)
    return [each for each in found if each.differs]


def why_nothing(listing: Listing | None, found: Iterable[Wanted] = ()) -> str:
    """Return in words why nothing is owed to a listing.

    Args:
        listing: The listing, if it is known.
        found: Its variants, compared.
    """
    if listing is None or listing.state == "removed":
        return "The shop does not have this listing any more."
    if not pushable(listing):
        return f"The listing is not for sale ({listing.state}); its number is left alone."
    compared = list(found)
    if any(each.waits for each in compared):
        return "The number was changed at the shop; it waits for your answer."
    if any(each.is_left for each in compared):
        return "You chose to leave the difference as it is."
    return "The shop shows the right number."
