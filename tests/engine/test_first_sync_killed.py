"""A first sync that is killed on its way goes on where it was, and reads nothing twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from kills import Killed, kill_at
from rig import Rig
from tuisync.core.store import schema
from tuisync.core.sync.recovery import recover
from tuisync.core.sync.runs import RunBook
from tuisync.core.views.history import run_detail
from tuisync.testing import FakeMarketplace, ManualClock, marketplace
from tuisync.testing.walk import Leg, walk_listings, walk_orders

LISTINGS, ORDERS, PAGE = 2_000, 5_000, 100


def a_large_shop() -> Rig:
    rig = Rig(fake=FakeMarketplace(clock=ManualClock(), page_size=PAGE))
    listings = [rig.shop.list_item(f"Item {n}", 99, sku=f"SKU-{n}") for n in range(LISTINGS)]
    for number in range(ORDERS):
        rig.shop.sell(listings[number % LISTINGS].remote_id)
    return rig


def count_what_the_shop_serves(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Count how often the shop handed out each record."""
    served: Counter[str] = Counter()

    def counting(walk: object) -> object:
        def walked(*arguments: object) -> Iterator[Leg[object]]:  # type: ignore[type-var]  # whatever it walks
            assert callable(walk)
            for leg in walk(*arguments):
                served.update(each.remote_id for each in leg.records)
                yield leg

        return walked

    monkeypatch.setattr(marketplace, "walk_listings", counting(walk_listings))
    monkeypatch.setattr(marketplace, "walk_orders", counting(walk_orders))
    return served


@pytest.mark.parametrize(("page", "module"), [(8, "items"), (20 + 20, "orders")])
async def test_s25_killed_at_40_percent_it_goes_on_without_reading_a_finished_page_again(
    monkeypatch: pytest.MonkeyPatch, page: int, module: str
) -> None:
    rig = a_large_shop()
    served = count_what_the_shop_serves(monkeypatch)
    rig.connect()
    with monkeypatch.context() as patch:
        kill_at(patch, RunBook, "add_page", call=page, after=True)
        with pytest.raises(Killed):
            await rig.work()
    recover(rig.workspace)
    stored = {record.remote_id for each in rig.store.all(schema.RECORDS) for record in each.records}
    [interrupted] = rig.runs(module)
    whole = LISTINGS if module == "items" else ORDERS
    assert interrupted.status == "interrupted"
    assert 0.35 <= interrupted.done / whole < 0.4, "the page at hand was not stored"

    await rig.work()

    assert {key: served[key] for key in stored if served[key] != 1} == {}
    assert max(served.values()) == 2, "only the page at hand came twice"
    for name, count in (("items", LISTINGS), ("orders", ORDERS)):
        [run] = rig.runs(name)
        assert (run.status, run.done, run.expected) == ("succeeded", count, count)
        records = run_detail(rig.store, run.id).records
        assert len({record.remote_id for record in records}) == len(records) == count
    assert rig.store.count(schema.ORDERS) == ORDERS
