"""A sign-in that nothing uses is kept alive; one that died is told, and never by mistake."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rig import Rig
from tuisync.core.actions.integrations import disable_integration, enable_integration
from tuisync.core.actions.items import add_item, adjust_stock
from tuisync.core.applying import push_owed
from tuisync.core.engine import Engine
from tuisync.core.errors import AuthorizationRequired, TransientError
from tuisync.core.models import Integration
from tuisync.core.store import schema
from tuisync.core.sync.lines import fall_asleep
from tuisync.core.sync.schedule import RENEW_WITHIN, renewal_is_due
from tuisync.core.views.integrations import integration_view

DAY = 24 * 60


def _renewals(rig: Rig) -> int:
    return len(rig.fake.calls_of("renew"))


async def test_e11_an_integration_that_is_switched_off_keeps_its_sign_in(
    caplog: pytest.LogCaptureFixture,
) -> None:
    rig = Rig()
    await rig.connected()
    disable_integration(rig.workspace, "fake")
    before = len(rig.fake.calls)

    for _ in range(365):
        rig.clock.advance(minutes=DAY)
        await rig.work()

    assert rig.integration().status == "inactive"
    assert 4 <= _renewals(rig) <= 6  # every two months
    assert len(rig.fake.calls) - before == _renewals(rig)  # and no other call at all
    enable_integration(rig.workspace, "fake")
    (items, orders) = await rig.sync()
    assert (items.status, orders.status) == ("succeeded", "succeeded")
    assert not caplog.records


async def test_e11_the_countdown_to_the_end_of_the_sign_in_is_shown() -> None:
    rig = Rig()
    await rig.connected()
    first = integration_view(rig.store, "fake").sign_in_ends_at
    assert first is not None
    assert first - rig.clock() == timedelta(days=90)

    rig.clock.advance(minutes=DAY)
    await rig.sync()

    assert integration_view(rig.store, "fake").sign_in_ends_at == rig.clock() + timedelta(days=90)


async def test_e11_a_renewal_that_fails_is_tried_once_a_day() -> None:
    rig = Rig()
    await rig.connected()
    disable_integration(rig.workspace, "fake")
    rig.clock.advance(minutes=61 * DAY)
    rig.fake.raises("renew", TransientError("The sign-in service does not answer."), times=3)

    for _ in range(4):
        for _ in range(24):
            await rig.work()
            rig.clock.advance(minutes=60)

    assert _renewals(rig) == 4
    assert rig.integration().sign_in_ends_at == rig.clock() + timedelta(days=90, hours=-24)


async def test_e11_a_renewal_that_is_refused_leaves_it_switched_off_and_says_so() -> None:
    rig = Rig()
    await rig.connected()
    disable_integration(rig.workspace, "fake")
    rig.clock.advance(minutes=61 * DAY)
    rig.fake.identity.revoke("user-1")

    await rig.work()

    shop = rig.integration()
    assert (shop.status, shop.sign_in_ends_at) == ("inactive", rig.clock())


async def test_e11_the_engine_renews_by_itself() -> None:
    rig = Rig()
    integration = await rig.connected()
    disable_integration(rig.workspace, "fake")
    rig.clock.advance(minutes=61 * DAY)
    engine = Engine(rig.workspace, rig.shops, "tui")

    assert engine._has_work(rig.integration())
    command = Engine(rig.workspace, rig.shops, "cli", schedules=False)
    assert not command._has_work(rig.integration())
    await rig.work()
    assert not engine._has_work(rig.integration())
    assert integration.id == "fake:100"


@pytest.mark.parametrize(
    ("days_left", "tried_days_ago", "status", "due"),
    [
        (31, None, "active", False),
        (30, None, "active", True),
        (30, None, "inactive", True),
        (-5, None, "inactive", True),
        (5, None, "needs_reauth", False),
        (5, 0, "inactive", False),
        (5, 1, "inactive", True),
        (5, -2, "inactive", True),  # the clock was set back since
    ],
)
async def test_e11_when_a_renewal_is_due(
    days_left: int, tried_days_ago: int | None, status: str, *, due: bool
) -> None:
    rig = Rig()
    now = rig.clock()
    tried = None if tried_days_ago is None else now - timedelta(days=tried_days_ago)
    shop = rig.connect(sync=False).but(
        status=status, sign_in_ends_at=now + timedelta(days=days_left), renewal_tried_at=tried
    )
    assert renewal_is_due(shop, now) is due
    assert not renewal_is_due(shop.but(sign_in_ends_at=None), now)
    assert timedelta(days=30) == RENEW_WITHIN


class _Newer:
    """Shops of which somebody signed in anew."""

    def __init__(self, rig: Rig, generation: int) -> None:
        self.open = rig.shops.open
        self._generation = generation

    def generation(self, _integration_id: str) -> int:
        return self._generation


async def test_e11_a_refusal_of_an_older_pair_does_not_put_a_new_sign_in_to_sleep() -> None:
    rig = Rig()
    add_item(rig.workspace, sku="MUG", name="Mug", stock=5)
    mug = rig.shop.list_item("Mug", 5, sku="MUG")
    integration: Integration = await rig.connected()
    refused = AuthorizationRequired("The refresh token is revoked.")
    refused.generation = 1
    adjust_stock(rig.workspace, "MUG", by=1, reason="found")
    with rig.store.transaction() as tx:
        tx.put(schema.OUTBOX, rig.entry(mug.remote_id).but(state="paused"))

    fall_asleep(_Newer(rig, 2), rig.workspace, integration, refused)
    assert rig.integration().status == "active"
    assert rig.entry(mug.remote_id).state == "queued"

    fall_asleep(_Newer(rig, 1), rig.workspace, integration, refused)
    assert rig.integration().status == "needs_reauth"
    assert rig.integration().status_reason == "The refresh token is revoked."
    assert rig.entry(mug.remote_id).state == "paused"


async def test_a_push_ends_where_the_sign_in_ends_while_an_answer_is_looked_for() -> None:
    rig = Rig()
    rig.shop.list_item("Mug", 9, sku="MUG")
    await rig.stocked()
    rig.fake.drops_answer("push_stock")
    adjust_stock(rig.workspace, "MUG", by=-1, reason="lost")
    await rig.work()
    rig.clock.advance(minutes=5)
    rig.fake.raises("fetch_orders", AuthorizationRequired("Nobody is signed in."))

    report = await push_owed(rig.workspace, rig.wait)

    assert [change.reason for change in report.failed] == ["The answer was lost."]
    assert rig.integration().status == "needs_reauth"
