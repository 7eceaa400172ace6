"""What everything that fills a shop needs at hand."""

from __future__ import annotations

import random
from dataclasses import dataclass

from tuisync_etsy.sandbox.domain.ids import Ids
from tuisync_etsy.sandbox.domain.shop import Shop


@dataclass(frozen=True, slots=True)
class Bench:
    """A shop to fill, the time it is, and where ids and chance come from."""

    shop: Shop
    now: int
    ids: Ids
    rng: random.Random
