"""The outbox goes on telling what a shop took, whatever is owed since."""

from __future__ import annotations

from rig import Rig
from tuisync.core.actions.integrations import configure_integration
from tuisync.core.actions.items import adjust_stock
from tuisync.core.actions.orders import ship_order
from tuisync.core.actions.organization import configure_organization
from tuisync.core.actions.plans import make_plan
from tuisync.core.applying import apply_plan
from tuisync.core.models import OutboxKind, OutboxState
from tuisync.core.store import schema
from tuisync.core.views.integrations import integration_view
from tuisync.core.views.objects import OutboxView, SentView
from tuisync.core.views.outbox import outbox_views


def _entry(rig: Rig, kind: OutboxKind = "stock") -> OutboxView:
    (view,) = (each for each in outbox_views(rig.store) if each.kind == kind)
    return view


async def _sent(rig: Rig) -> str:
    mug = rig.shop.list_item("Mug", 5, sku="MUG")
    await rig.stocked()
    adjust_stock(rig.workspace, "MUG", by=2, reason="found")
    await rig.work()
    return f"fake:100:{mug.remote_id}"


async def test_a_number_that_was_sent_is_told() -> None:
    rig = Rig()
    variant = await _sent(rig)

    view = _entry(rig)

    assert (view.state, view.sent) == ("applied", [SentView(variant=variant, old=5, new=7)])
    assert view.sent_at is not None


async def test_it_is_still_told_while_another_is_owed_or_held() -> None:
    rig = Rig()
    variant = await _sent(rig)
    at = _entry(rig).sent_at
    rig.clock.advance(minutes=5)
    adjust_stock(rig.workspace, "MUG", by=1, reason="found")
    view = _entry(rig)
    assert (view.state, view.sent_at) == ("queued", at)
    assert view.sent == [SentView(variant=variant, old=5, new=7)]
    configure_organization(rig.workspace, {"first_push": "review"})
    configure_integration(rig.workspace, "fake", {"buffer": "3"})

    assert (_entry(rig).state, _entry(rig).sent_at) == ("held", at)
    plan = make_plan(rig.workspace)
    await apply_plan(rig.workspace, rig.wait, plan.id)

    assert _entry(rig).sent == [SentView(variant=variant, old=7, new=5)]


async def test_a_parcel_the_shop_knows_is_told() -> None:
    rig = Rig()
    variant = await _sent(rig)
    order = rig.shop.sell(variant.rpartition(":")[2]).remote_id
    await rig.sync()
    ship_order(rig.workspace, f"fake:100:{order}", carrier="dhl", tracking="JD1")
    assert _entry(rig, "shipment").sent == []

    await rig.work()

    assert _entry(rig, "shipment").sent == [
        SentView(variant=None, old=None, new="dhl JD1", parcel="DHL JD1")
    ]


async def test_what_is_owed_held_and_refused_is_counted_apart() -> None:
    rig = Rig()
    variant = await _sent(rig)
    known = rig.store.get(schema.OUTBOX, f"stock:{variant}")
    assert known is not None
    owed: tuple[tuple[OutboxKind, OutboxState], ...] = (
        ("stock", "held"),
        ("stock", "held"),
        ("shipment", "queued"),
        ("stock", "rejected"),
        ("shipment", "dead"),
    )
    with rig.store.transaction() as tx:
        for number, (kind, state) in enumerate(owed):
            tx.put(schema.OUTBOX, known.but(id=f"{kind}:{number}", kind=kind, state=state))

    counts = integration_view(rig.store, "fake").counts

    assert (counts.owed_pushes, counts.owed_shipments, counts.held_pushes) == (3, 1, 2)
    assert (counts.refused_pushes, counts.refused_shipments) == (2, 1)
