"""Items that may stand behind an unlinked variant, best first, each with its reason. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from rapidfuzz import fuzz, process, utils

from tuisync.core.models import Item, match_key

EXACT = 95
"""Score from which an item fits exactly: the same SKU but for case, or the same name."""

_MOST = 5
_ENOUGH = 55
"""Similarity in percent from which a name is offered."""
_ENOUGH_ALONE = 80
"""The same for a name that has not one word in common."""
_COMPARED = 150
"""Names compared closely, those with the rarest common words first."""

_Index = dict[str, list[int]]


class Candidate(NamedTuple):
    """An item with the reason it is offered; score 0 to 100, 100 being exact."""

    item: Item
    reason: str
    score: int


class Candidates:
    """All items, prepared once to be ranked for many variants."""

    def __init__(self, items: Sequence[Item]) -> None:
        self._items = items

    def rank(self, sku: str | None, name: str) -> list[Candidate]:
        """Return at most five candidates for a variant with that SKU and name."""
        found: dict[int, Candidate] = {}
        for number, reason, score in self._offers(match_key(sku or ""), name):
            known = found.get(number)
            if known is None or known.score < score:
                found[number] = Candidate(self._items[number], reason, score)
        return sorted(found.values(), key=lambda each: (-each.score, each.item.sku))[:_MOST]

    def _offers(self, sku: str, name: str) -> Iterator[tuple[int, str, int]]:
        if sku:
            yield from ((n, "same SKU", 100) for n in self._by_sku.get(sku, ()))
            loosely = self._by_loose_sku.get(sku.casefold(), ())
            yield from ((n, "same SKU but for case", 95) for n in loosely)
        yield from ((n, "same name", 100) for n in self._by_name.get(match_key(name), ()))
        yield from ((n, "similar name", score) for n, score in self._similar(name))

    def _similar(self, name: str) -> Iterator[tuple[int, int]]:
        wanted = utils.default_process(name)
        if not wanted:
            return
        near = {number: self._names[number] for number in self._with_common_words(wanted)}
        if near:
            found = process.extract(
                wanted, near, scorer=fuzz.token_set_ratio, limit=_MOST, score_cutoff=_ENOUGH
            )
            yield from ((number, min(int(score), 94)) for _, score, number in found)
        else:
            best = process.extract(
                wanted, self._names, scorer=fuzz.ratio, limit=_MOST, score_cutoff=_ENOUGH_ALONE
            )
            yield from ((number, min(int(score), 94)) for _, score, number in best)

    def _with_common_words(self, wanted: str) -> list[int]:
        """Return the items to compare closely: thousands may share a word as common as `mug`."""
        found: dict[int, None] = {}
        postings = (self._by_word[word] for word in set(wanted.split()) if word in self._by_word)
        for numbers in sorted(postings, key=len):
            found.update(dict.fromkeys(numbers[:_COMPARED]))
            if len(found) >= _COMPARED:
                break
        return list(found)

    @cached_property
    def _by_sku(self) -> _Index:
        return _indexed([match_key(item.sku)] for item in self._items)

    @cached_property
    def _by_loose_sku(self) -> _Index:
        return _indexed([match_key(item.sku).casefold()] for item in self._items)

    @cached_property
    def _by_name(self) -> _Index:
        return _indexed([match_key(item.name)] for item in self._items)

    @cached_property
    def _by_word(self) -> _Index:
        return _indexed(set(name.split()) for name in self._names)

    @cached_property
    def _names(self) -> list[str]:
        return [utils.default_process(item.name) for item in self._items]


def _indexed(keys: Iterator[list[str]] | Iterator[set[str]]) -> _Index:
    index: _Index = {}
    for number, each in enumerate(keys):
        for key in each:
            index.setdefault(key, []).append(number)
    return index
