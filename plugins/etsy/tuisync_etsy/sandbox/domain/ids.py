"""Numbers like Etsy's: growing, with gaps, many of them beyond 32 bits."""

from __future__ import annotations

import random
from typing import Literal

Kind = Literal[
    "user", "shop", "listing", "product", "offering", "value", "image", "receipt",
    "transaction", "shipment", "profile",
]  # fmt: skip

_FIRST: dict[Kind, int] = {
    "user": 412_300_000,
    "shop": 31_870_000,
    "listing": 1_204_500_000,
    "product": 21_330_000_000,
    "offering": 1_152_000_000_000,
    "value": 1_201_000_000_000,
    "image": 5_230_000_000,
    "receipt": 3_281_000_000,
    "transaction": 4_117_000_000,
    "shipment": 1_090_000_000_000,
    "profile": 1_277_000_000_000,
}


class Ids:
    """Hands out ids; the same seed gives the same ones in the same order."""

    def __init__(self, seed: int) -> None:
        self._steps = random.Random(seed)  # noqa: S311 - believable data, not a secret
        self._last = dict(_FIRST)

    def next(self, kind: Kind) -> int:
        """Return the next id of a kind."""
        self._last[kind] += self._steps.randint(3, 211)
        return self._last[kind]
