"""The words of counts that nobody knows in their first minute, explained where they stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from tuisync.widgets.facts import Fact, fact

if TYPE_CHECKING:
    from tuisync.core.models import Counts, Outcome

_MEANS = {
    "frozen": "kept whole, and goes on by itself once its variants have items",
    "skipped": "read, nothing to do here: unpaid, or shipped or cancelled before",
}
"""What a count means, in short."""


def explained(counts: Iterable[Counts]) -> Iterator[Fact]:
    """Yield what frozen and skipped mean, as far as there are any."""
    every = list(counts)
    for word, means in _MEANS.items():
        if any(getattr(each, word) for each in every):
            yield fact(word.capitalize(), means, "muted")


def explained_outcome(outcome: Outcome) -> Iterator[Fact]:
    """Yield what an outcome means, if that is not plain."""
    if outcome in _MEANS:
        yield fact("Means", _MEANS[outcome], "muted")
