"""P01, P02 at the command line: commands that die at every marked point; see `typed_lives`.

`pytest --full tests/cli` makes 1,000 stock changes; the suite makes fewer.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import typed_lives
from afterlife import played

ORDERS = 200


@pytest.mark.timeout(3600)
def test_p01_s36_commands_killed_at_every_marked_point_leave_every_shop_right(
    tmp_path: Path, request: pytest.FixtureRequest, record_property: Callable[[str, object], None]
) -> None:
    changes = 1_000 if request.config.getoption("--full") else 30

    report = played(typed_lives.__file__, "stock", tmp_path, changes)

    assert len(report["points"]) >= 40
    assert report["theirs"] == {sku: [ours] * 3 for sku, ours in report["ours"].items()}
    for versions in report["versions"].values():
        assert versions == sorted(versions), "no number was accepted after a newer one"
    assert report["live"] == report["planned"] == [], "nothing is owed any more"
    assert report["faults"] == [], "the ledger adds up"
    assert report["orders"] == report["sold"] > 0
    assert max(report["e_mails"]) <= 1, "no buyer was told twice"
    record_property(
        "P01 (commands)",
        f"{changes} changes on 3 shops: killed {report['deaths']} times at "
        f"{len(report['points'])} points, none lost, none stale",
    )


@pytest.mark.timeout(600)
def test_p02_an_import_killed_at_every_marked_point_brings_each_order_once(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    told = played(typed_lives.__file__, "orders", tmp_path, ORDERS)

    for report in told["reports"]:
        assert report["orders"] == report["distinct"] == report["paid"] == ORDERS
        assert report["created"] == ORDERS, "no record was counted twice"
        assert report["right"], "committed is the sum of open lines"
        assert report["contacts"] == report["addresses"] == 20, "no buyer is there twice"
        assert report["faults"] == []
    assert len(told["points"]) >= 15
    record_property(
        "P02 (commands)",
        f"{ORDERS} orders, imported {len(told['reports'])} times, killed {told['deaths']} times "
        f"at {len(told['points'])} points: none lost, none twice",
    )
