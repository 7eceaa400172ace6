"""What a plan says, what it costs to make, and what makes it out of date."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest

from rig import Rig
from tuisync.core.actions.integrations import configure_integration
from tuisync.core.actions.items import adjust_stock
from tuisync.core.actions.plans import make_plan, planned_changes
from tuisync.core.applying import apply_plan
from tuisync.core.errors import PlanStale
from tuisync.core.models import Money
from tuisync.core.planned import plan_lines, review_lines
from tuisync.core.remote import Capabilities
from tuisync.core.store import schema
from tuisync.core.store.port import Reader
from tuisync.testing import FakeMarketplace, ManualClock, a_variant

FEE = Money(Decimal("0.20"), "USD")


@dataclass
class _Counting:
    """Counts what is read."""

    reader: Reader
    reads: int = 0

    def get(self, *arguments: Any) -> Any:
        self.reads += 1
        return self.reader.get(*arguments)

    def find(self, *arguments: Any) -> Any:
        found = self.reader.find(*arguments)
        self.reads += 1 + len(found)
        return found

    def ids(self, *arguments: Any) -> Any:
        self.reads += 1
        return self.reader.ids(*arguments)

    def count(self, *arguments: Any) -> int:
        self.reads += 1
        return self.reader.count(*arguments)

    def all(self, *arguments: Any) -> Iterator[Any]:
        for each in self.reader.all(*arguments):
            self.reads += 1
            yield each


async def _cost(links: int) -> int:
    rig = Rig()
    for number in range(links):
        rig.shop.list_item(f"Mug {number}", 10, sku=f"M{number}")
    await rig.stocked()
    configure_integration(rig.workspace, "fake", {"stock_sync": "off"})
    for number in range(links):
        adjust_stock(rig.workspace, f"M{number}", by=1, reason="counted")
    configure_integration(rig.workspace, "fake", {"stock_sync": "on"})
    counting = _Counting(rig.store)
    assert len(planned_changes(counting, rig.workspace)) == links
    return counting.reads


async def test_p05_a_plan_reads_a_handful_of_documents_per_link() -> None:
    few, many = await _cost(20), await _cost(60)

    assert (many - few) / 40 <= 9
    assert many <= few * 3


async def test_e6_a_plan_says_that_a_number_is_cut_to_the_shops_highest() -> None:
    rig = Rig(
        fake=FakeMarketplace(clock=ManualClock(), capabilities=Capabilities(max_quantity=999))
    )
    mug = rig.shop.list_item("Mug", 10, sku="MUG").remote_id
    await rig.stocked()
    adjust_stock(rig.workspace, "MUG", to=1_200, reason="a pallet")

    [change] = make_plan(rig.workspace).changes

    assert change.new == 999
    assert change.reason == "a pallet; 1,200 available, highest 999: 999"
    await rig.work()
    assert rig.shop.quantity(mug) == 999
    assert make_plan(rig.workspace).changes == []


async def test_a_plan_says_which_rules_cut_a_number() -> None:
    rig = Rig()
    rig.shop.list_item("Mug", 10, sku="MUG")
    await rig.stocked()
    configure_integration(rig.workspace, "fake", {"buffer": "1", "max": "6", "hide_at": "2"})

    [change] = make_plan(rig.workspace).changes

    assert change.reason == "a stock rule was changed; 10 available, buffer 1: 9, max 6: 6"


async def _sold_out(**settings: str) -> tuple[Rig, str]:
    can = Capabilities(zero_stock=False, renewal_fee=FEE)
    rig = Rig(fake=FakeMarketplace(clock=ManualClock(), capabilities=can))
    mug = rig.shop.list_item("Mug", 2, sku="MUG").remote_id
    await rig.stocked()
    configure_integration(rig.workspace, "fake", settings or {"renew_sold_out": "no"})
    rig.shop.sell(mug, 2)
    await rig.sync()
    adjust_stock(rig.workspace, "MUG", by=5, reason="found")
    return rig, mug


async def test_p07_e3_the_plan_names_the_fee_before_it_is_spent() -> None:
    rig, mug = await _sold_out(renew_sold_out="yes")

    [change] = make_plan(rig.workspace).changes

    assert change.fee == FEE
    assert change.reason == (
        "found; the listing sold out at the shop: renewing it costs a fee of 0.20 USD"
    )
    await apply_plan(rig.workspace, rig.wait)
    assert rig.shop.renewals == [mug]


async def test_p07_e3_the_plan_says_that_a_fee_is_not_allowed() -> None:
    rig, _ = await _sold_out()

    [change] = make_plan(rig.workspace).changes

    assert change.fee is None
    assert change.reason.endswith("costs a fee of 0.20 USD and is not allowed (renew_sold_out)")


async def test_a_listing_that_sold_out_meanwhile_costs_nothing_nobody_agreed_to() -> None:
    can = Capabilities(zero_stock=False, renewal_fee=FEE)
    rig = Rig(fake=FakeMarketplace(clock=ManualClock(), capabilities=can), first_push="review")
    mug = rig.shop.list_item("Mug", 2, sku="MUG").remote_id
    await rig.stocked()
    configure_integration(rig.workspace, "fake", {"renew_sold_out": "yes", "fixed": "9"})
    make_plan(rig.workspace)
    rig.clock.advance(minutes=1)
    rig.shop.edit_listing(mug, state="sold_out")

    with pytest.raises(PlanStale):
        await apply_plan(rig.workspace, rig.wait)

    assert rig.shop.renewals == []


async def test_p05_each_line_says_how_it_stands() -> None:
    rig = Rig(first_push="review")
    mugs = [rig.shop.list_item(f"Mug {n}", 10, sku=f"M{n}").remote_id for n in range(4)]
    await rig.stocked()
    configure_integration(rig.workspace, "fake", {"buffer": "4"})
    adjust_stock(rig.workspace, "M0", by=1, reason="found")
    plan_id = make_plan(rig.workspace).id
    plan = rig.store.get(schema.PLANS, plan_id)
    assert plan is not None
    assert {line.standing for line in plan_lines(rig.workspace, plan)} == {"held"}

    adjust_stock(rig.workspace, "M1", by=-1, reason="broken")
    await apply_plan(rig.workspace, rig.wait, plan_id, only={rig.link(mugs[2]).id})
    lines = plan_lines(rig.workspace, plan)

    assert [line.standing for line in lines] == ["held", "moved", "sent", "held"]
    assert lines[1].reason == "now 10 → 5"
    assert [rig.shop.quantity(mug) for mug in mugs] == [10, 10, 6, 10]


async def test_p14_a_plan_made_after_the_clock_was_set_back_is_the_newest() -> None:
    rig = Rig()
    rig.shop.list_item("Mug", 9, sku="MUG")
    await rig.stocked()
    rig.clock.advance(hours=24 * 365)
    for _ in range(12):
        make_plan(rig.workspace)
    rig.clock.advance(hours=-24 * 365)
    adjust_stock(rig.workspace, "MUG", by=-1, reason="lost")

    plan = make_plan(rig.workspace)

    assert len(plan.changes) == 1
    report = await apply_plan(rig.workspace, rig.wait)
    assert [change.new for change in report.applied] == [8]
    assert rig.store.get(schema.PLANS, plan.id) is not None


async def test_p05_lines_beside_those_that_are_applied_stay_held() -> None:
    rig = Rig(first_push="review")
    sizes = [a_variant(10, sku=sku, options={"Size": sku}) for sku in ("S", "M", "L")]
    tee = rig.shop.list_item("Tee", variants=sizes)
    await rig.stocked()
    configure_integration(rig.workspace, "fake", {"buffer": "3"})
    plan = make_plan(rig.workspace)
    small = rig.link(tee.remote_id, "Size=S").id
    seen: list[dict[str | None, str]] = []

    async def look(done: object) -> None:
        for state in ("queued", "in_flight"):
            entry = rig.entry(tee.remote_id)
            if entry.agreed:
                with rig.store.transaction() as tx:
                    tx.put(schema.OUTBOX, entry.but(state=state))
                lines = review_lines(rig.workspace)
                seen.append({line.change.variant: line.standing for line in lines})
                with rig.store.transaction() as tx:
                    tx.put(schema.OUTBOX, entry)
        await rig.wait(done)  # type: ignore[arg-type]  # as the engine is waited for

    await apply_plan(rig.workspace, look, plan.id, only={small})

    assert [each.pop(small) for each in seen] == ["waiting", "sending"]
    assert [set(each.values()) for each in seen] == [{"held"}] * 2
    assert [line.standing for line in review_lines(rig.workspace)] == ["held"] * 2
