"""A screen of pages: its bottom line says what the enter key does on the page."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tuisync.screens.leaving import Leaving
from tuisync.screens.setup.pages import Page
from tuisync.screens.verbs import Verbal

if TYPE_CHECKING:
    from textual.binding import ActiveBinding


class Paged(Verbal, Leaving[None]):
    """A screen that shows one page at a time."""

    @property
    def active_bindings(self) -> dict[str, ActiveBinding]:
        """The bindings in force; those of a line or a button are called what the page does."""
        found = super().active_bindings
        page = next(iter(self.query(Page)), None)
        says = page.enter_does(self.focused) if page else ""
        if not says:
            return found
        return {key: _called(each, says) for key, each in found.items()}


def _called(active: ActiveBinding, says: str) -> ActiveBinding:
    if active.binding.action not in {"submit", "press"}:
        return active
    return active._replace(binding=replace(active.binding, description=says, show=True))
