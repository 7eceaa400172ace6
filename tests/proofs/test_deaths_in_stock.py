"""P01: no push is lost and none is stale, wherever the process dies."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import stock_lives
from afterlife import played
from rig import Rig
from tuisync.core.actions.items import adjust_stock


@pytest.mark.timeout(7200)
def test_p01_killed_at_every_marked_point_every_shop_ends_up_right(
    tmp_path: Path, request: pytest.FixtureRequest, record_property: Callable[[str, object], None]
) -> None:
    seeds = range(1, 21) if request.config.getoption("--full") else [1]
    points: set[str] = set()
    deaths = accepted = 0
    for seed in seeds:
        report = played(stock_lives.__file__, tmp_path / str(seed), 1000, seed)
        _check(report)
        points |= set(report["points"])
        deaths += report["deaths"]
        accepted += sum(map(len, report["versions"].values()))
    record_property(
        "P01",
        f"{1000 * len(seeds)} changes on 3 shops: killed {deaths} times at {len(points)} points, "
        f"{accepted} numbers accepted, none lost, none stale",
    )


def _check(report: dict[str, Any]) -> None:
    assert len(report["points"]) >= 40
    assert report["theirs"] == report["ours"], "every shop shows our number"
    for versions in report["versions"].values():
        assert versions == sorted(versions), "no number was accepted after a newer one"
    assert report["live"] == [], "nothing is owed, in flight or unknown any more"
    assert report["faults"] == [], "the ledger adds up"
    assert report["orders"] == report["sold"] > 0
    assert max(report["e_mails"]) == 1, "no buyer was told twice"


async def test_p01_a_unit_sold_and_one_restocked_send_the_corrective_write() -> None:
    rig = Rig()
    mug = rig.shop.list_item("Mug", 10, sku="MUG")
    await rig.stocked()

    adjust_stock(rig.workspace, "MUG", by=1, reason="restocked")
    await rig.work()
    rig.clock.advance(minutes=1)
    rig.shop.sell(mug.remote_id)
    await rig.sync("orders")
    assert rig.shop.quantity(mug.remote_id) == 10

    adjust_stock(rig.workspace, "MUG", by=1, reason="restocked")
    await rig.work()

    assert rig.shop.quantity(mug.remote_id) == 11, "the same number as before the sale, again"
    assert [call.request.variants[0].wanted for call in rig.fake.calls_of("push_stock")] == [11, 11]  # type: ignore[union-attr]  # stock changes
    assert rig.entry(mug.remote_id).state == "applied"
