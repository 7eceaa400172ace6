"""The wizard's last page: the first sync as it happens, and where to go then."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from tuisync.core.actions.creation import unconfirmed_variants
from tuisync.core.models import Integration
from tuisync.core.store import schema
from tuisync.screens.counts import explained
from tuisync.screens.setup.pages import Page
from tuisync.widgets.facts import Facts, fact, note, section
from tuisync.widgets.keys import key
from tuisync.widgets.plain import counted
from tuisync.widgets.progress import run_line
from tuisync.widgets.words import Words

if TYPE_CHECKING:
    from textual.widget import Widget

    from tuisync.core.store.port import Reader
    from tuisync.core.views.objects import RunView


class Found(NamedTuple):
    """What a shop's first sync brought.

    Attributes:
        listings: What the shop lists.
        variants: What of them has a number of its own.
        undecided: Variants that have no item yet.
        sure: Variants among those that an item can be made of without a question.
    """

    listings: int
    variants: int
    undecided: int
    sure: int


class FirstSyncPage(Page):
    """Shows the runs of the initial batch.

    Args:
        integration: The shop just connected.
    """

    def __init__(self, integration: Integration) -> None:
        super().__init__(
            f"{integration.shop_name} is connected",
            "Its listings and orders are coming in. You need not wait: "
            f"{key('page.go_on')} goes on, and the sync goes on too.",
        )
        self.integration = integration

    def body(self) -> Iterable[Widget]:
        """Yield the runs."""
        yield Facts(classes="page--facts")
        yield Words("", classes="page--text", id="next")

    def begin(self) -> None:
        """Take the keys."""
        self.can_focus = True
        self.focus()

    def show(self, runs: Sequence[RunView]) -> None:
        """Show how far the runs are, and what their counts mean."""
        lines = [
            fact(
                run.module.capitalize(),
                run_line(run, 30),
                "busy" if run.status == "running" else "plain",
            )
            for run in runs
        ]
        reasons = [note(run.reason, "warn") for run in runs if run.reason]
        means = explained([run.counts for run in runs])
        self.query_one(Facts).show([section("", [*lines, *reasons, *means])])

    def say_next(self, found: Found) -> None:
        """Say what came in and what is next, once the runs have ended."""
        self.query_one("#next", Words).say(f"Done. {came_in(found)} {_next(found)}")


def found_in(reader: Reader, shop: str) -> Found:
    """Return what a shop's first sync brought.

    Args:
        reader: The store.
        shop: The integration's id.
    """
    undecided = sum(
        reader.count(schema.LINKS, "standing", f"{shop}/{state}")
        for state in ("unconfirmed", "conflict", "broken")
    )
    return Found(
        listings=reader.count(schema.LISTINGS, "integration", shop),
        variants=reader.count(schema.LINKS, "integration", shop),
        undecided=undecided,
        sure=min(undecided, len(unconfirmed_variants(reader))) if undecided else 0,
    )


def came_in(found: Found) -> str:
    """Return how many listings there are and how many numbers they have, as a sentence."""
    listings = counted(found.listings, "listing")
    if found.variants == found.listings:
        return f"{listings} came in."
    variants = counted(found.variants, "variant")
    return f"{listings} came in, with {variants}: sizes, colours or the like that sell apart."


def _next(found: Found) -> str:
    on = key("page.go_on")
    if not found.undecided:
        return f"Each has its item. {on} goes to your shop."
    what = "variant" if found.variants != found.listings else "listing"
    undecided = counted(found.undecided, what)
    doubt = found.undecided - found.sure
    rest = f" The other {doubt:,} you decide one by one." if doubt and found.sure else ""
    return (
        f"{undecided} without an item yet: {on} goes to the mapping, a row each, where "
        f"{key('listing.create_all_items')} makes items of {found.sure:,}.{rest}"
    )
