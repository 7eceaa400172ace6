"""The wizard's last page: the first sync as it happens, and where to go then."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from tuisync.core.models import ENDED, Integration
from tuisync.screens.setup.pages import Page
from tuisync.widgets.facts import Facts, fact, note, section
from tuisync.widgets.keys import key
from tuisync.widgets.progress import run_line
from tuisync.widgets.words import Words

if TYPE_CHECKING:
    from textual.widget import Widget

    from tuisync.core.views.objects import RunView


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

    def show(self, runs: Sequence[RunView], undecided: int) -> None:
        """Show how far the runs are, and what is next when they have ended."""
        lines = [
            fact(
                run.module.capitalize(),
                run_line(run, 30),
                "busy" if run.status == "running" else "plain",
            )
            for run in runs
        ]
        reasons = [note(run.reason, "warn") for run in runs if run.reason]
        self.query_one(Facts).show([section("", [*lines, *reasons])])
        if runs and all(run.status in ENDED for run in runs):
            self.query_one("#next", Words).say(_next(undecided))


def _next(undecided: int) -> str:
    if not undecided:
        return f"Done. Every listing has its item. {key('page.go_on')} goes to your shop."
    return (
        f"Done. {undecided:,} listings have no item yet. {key('page.go_on')} goes to the mapping, "
        f"where {key('listing.create_all_items')} makes an item of each of them."
    )
