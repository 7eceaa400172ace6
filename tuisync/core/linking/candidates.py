"""Items that may stand behind an unlinked variant, best first, each with its reason. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rapidfuzz import fuzz, process, utils

from tuisync.core.models import Item, match_key

_MOST = 5
_ENOUGH = 55


class Candidate(NamedTuple):
    """An item with the reason it is offered; score 0 to 100, 100 being exact."""

    item: Item
    reason: str
    score: int


def rank(sku: str | None, name: str, items: Sequence[Item]) -> list[Candidate]:
    """Return at most five candidates for a variant with that SKU and name."""
    found: dict[str, Candidate] = {}

    def offer(item: Item, reason: str, score: float) -> None:
        known = found.get(item.id)
        if known is None or known.score < score:
            found[item.id] = Candidate(item, reason, int(score))

    wanted = match_key(sku or "")
    for item in items:
        if wanted and match_key(item.sku) == wanted:
            offer(item, "same SKU", 100)
        elif match_key(item.name) == match_key(name):
            offer(item, "same name", 100)
        elif wanted and match_key(item.sku).casefold() == wanted.casefold():
            offer(item, "same SKU but for case", 95)
    for _, score, index in process.extract(
        name,
        [item.name for item in items],
        scorer=fuzz.token_set_ratio,
        processor=utils.default_process,
        limit=_MOST,
        score_cutoff=_ENOUGH,
    ):
        offer(items[index], "similar name", min(score, 94))
    return sorted(found.values(), key=lambda each: (-each.score, each.item.sku))[:_MOST]
