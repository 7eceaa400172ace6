"""P12 by command line: 300 calls a day, and what was sold goes out all the same.

`pytest --full tests/cli` lives two days; the suite lives half a day. With 2,000 links it is
shown by the plug-in's own tests.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from math import ceil
from typing import Any

import httpx
import pytest

import tuisync_etsy
from on_etsy import OnEtsy, at_etsy
from tuisync.core.plugins.host import PluginHost
from tuisync.core.plugins.session import PACES

PER_DAY = 300
TOO_MANY = 429
HALF_AN_HOUR = 1_800
A_DAY = 25 * 3_600
_A_SALE = 0.3
_ALSO_AT_THE_FAIR = 12


class Town:
    """A shop at the sandbox, which counts calls, and one at a fair, which does not."""

    def __init__(self, etsy: OnEtsy) -> None:
        self.etsy = etsy
        self.terminal = etsy.terminal
        self.terminal.fakes = {}
        self.fair = self.terminal.joined("fair")
        self.terminal.host = PluginHost.of(etsy=tuisync_etsy, fair=self.fair)
        items = [each for each in self.terminal.json("items") if each["available"] > 5]
        for item in items[:_ALSO_AT_THE_FAIR]:
            self.fair.shop.list_item(item["name"], item["available"], sku=item["sku"])
        for name in ("etsy", "fair"):
            self.terminal.ok("integration", "set", name, "interval=30")
        etsy.control("limits", per_second=1_000)
        for pause in (HALF_AN_HOUR, HALF_AN_HOUR, A_DAY, A_DAY):
            self.tick(pause)
        etsy.control("limits", per_day=PER_DAY)

    def tick(self, seconds: int = HALF_AN_HOUR) -> None:
        """Let time pass for all, and the engine do what is due."""
        self.etsy.control("clock", advance=seconds)
        self.terminal.clock.advance(seconds=seconds)
        PACES._known.clear()  # a process of its own knows no pace yet
        self.terminal("daemon", "--once")

    def look(self, what: str) -> Any:
        """Return what the sandbox tells of itself."""
        base = self.etsy.shop.options["base_url"].rstrip("/")
        return httpx.get(f"{base}/sandbox/{what}", timeout=30).json()

    def used(self) -> int:
        """Return the calls the sandbox has counted for a day."""
        count: int = self.look("state")["requests"]["today"]
        return count

    def behind(self) -> list[str]:
        """Return what does not show our number."""
        return [each["title"] for each in self.terminal.json("plan")["changes"]]


@pytest.fixture
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Both shops in step, two days after they were connected; then the limit begins to count."""
    with at_etsy(tmp_path_factory.mktemp("short"), "3919") as etsy:
        yield Town(etsy)


@pytest.mark.timeout(600)
def test_p12_every_sale_goes_out_walks_shrink_and_the_view_tells_what_the_shop_counts(
    town: Town, request: pytest.FixtureRequest
) -> None:
    rng = random.Random(12)  # noqa: S311  # to be repeated exactly
    listed, sold = list(town.fair.shop.listings), 0
    for _ in range(96 if request.config.getoption("--full") else 24):
        if rng.random() < _A_SALE:
            town.fair.shop.sell(rng.choice(listed))
            sold += 1
        town.tick()

        assert town.behind() == [], "what was sold elsewhere is shown here at once"
        budget = town.terminal.json("integration", "show", "etsy")["budget"]
        used = town.used()
        assert (budget["used_today"], budget["remaining_today"]) == (used, PER_DAY - used)
        assert used <= PER_DAY

    assert sold > 4
    scheduled = Counter(
        (run["module"], run["status"])
        for run in town.terminal.json("history", "-i", "etsy")
        if run["trigger"] == "scheduled"
    )
    assert scheduled["items", "skipped"] > 3, "walks over the listings shrink"
    assert scheduled["orders", "succeeded"] > 10
    assert not [call for call in town.look("requests")["requests"] if call["status"] == TOO_MANY]
    card = town.terminal.ok("integration", "show", "etsy").out
    assert f"Left          {PER_DAY - town.used()}\n" in card


def test_p12_a_shop_that_asks_for_quiet_is_called_again_to_the_second(town: Town) -> None:
    town.etsy.control("limits", spend=PER_DAY - town.used())
    town.fair.shop.sell(next(iter(town.fair.shop.listings)))
    town.tick()
    assert len(town.behind()) == 1
    quiet = town.terminal.json("integration", "show", "etsy")["budget"]["quiet_until"]
    assert quiet is not None
    calls = town.look("state")["requests"]["total"]
    wait = seconds_until(town, quiet)

    town.tick(wait - 1)
    assert town.look("state")["requests"]["total"] == calls, "not a call before that second"
    assert len(town.behind()) == 1

    town.tick(1)
    assert town.look("state")["requests"]["total"] > calls
    assert town.behind() == []


def seconds_until(town: Town, time: str) -> int:
    """Return how many whole seconds it takes until it is then, by our clock."""
    return ceil((datetime.fromisoformat(time) - town.terminal.clock.now).total_seconds())
