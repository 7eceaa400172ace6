"""Texts, numbers and shapes no honest shop sends."""

from __future__ import annotations

import asyncio
import json

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rig import Rig
from tuisync.core.actions.creation import create_items, unconfirmed_variants
from tuisync.core.actions.integrations import configure_integration
from tuisync.core.actions.items import add_item, adjust_stock, edit_item, transfer_stock
from tuisync.core.actions.links import link_variant
from tuisync.core.actions.orders import ship_order
from tuisync.core.actions.plans import make_plan
from tuisync.core.actions.warehouses import add_warehouse
from tuisync.core.errors import TuisyncError, UsageError
from tuisync.core.models import Address
from tuisync.core.remote import ListingVariant, RemoteBuyer, RemoteOrder, RemoteShipment
from tuisync.core.store import schema
from tuisync.core.views.contacts import contact_views
from tuisync.core.views.history import run_detail
from tuisync.core.views.items import item_views
from tuisync.core.views.links import link_views
from tuisync.core.views.orders import order_view, order_views
from tuisync.core.views.outbox import outbox_views
from tuisync.core.views.status import status_view
from tuisync.core.views.why import why_view
from tuisync.testing import a_line, a_listing, a_variant, an_order

NASTY = [
    "\x1b[2J\x1b]0;owned\x07title",
    "\u202egnp.exe",
    "[red]markup[/red] [@click=app.quit]x[/]",
    '=HYPERLINK("http://x")',
    "a\nb\tc\x00d",
    "\ud800 lone",
    "zero\u200bwidth\u2066iso",
    "\U000e0041tag",
    "'; DROP TABLE orders; --",
    "x" * 100_000,
    "",
    "   ",
    "fake:100:1001:Size=S",
    "../../etc/passwd",
]


def everything_can_be_shown(rig: Rig) -> None:
    """Every view is made and is printable JSON without a control character."""
    views: list[object] = [
        *link_views(rig.store),
        *item_views(rig.store),
        *order_views(rig.store),
        *contact_views(rig.store),
        *outbox_views(rig.store),
        *(run_detail(rig.store, run.id) for run in rig.runs()),
        make_plan(rig.workspace),
        status_view(rig.store, rig.clock.now),
        *(why_view(rig.workspace, item.sku) for item in rig.store.all(schema.ITEMS)),
    ]
    for view in views:
        told = json.loads(msgspec.json.encode(view))
        for text in texts_in(told):
            assert not any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 for c in text), repr(text[:80])
            assert "\u202e" not in text


def texts_in(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for pair in value.items() for each in pair for text in texts_in(each)]
    if isinstance(value, list):
        return [text for each in value for text in texts_in(each)]
    return [value] if isinstance(value, str) else []


@pytest.mark.parametrize("nasty", NASTY, ids=lambda text: ascii(text[:12]))
async def test_hostile_text_in_every_field_is_shown_and_nothing_more(nasty: str) -> None:
    rig = Rig()
    variant = ListingVariant(key=nasty, quantity=5, sku=nasty, options={nasty or "Size": nasty})
    rig.shop.put_listing(
        msgspec.structs.replace(a_listing(nasty, variants=[variant]), url=nasty, fingerprint=nasty)
    )
    rig.shop.list_item("An honest mug", 3, sku="HONEST")
    buyer = RemoteBuyer(
        buyer_id=nasty,
        name=nasty,
        email=nasty,
        address=Address(first_line=nasty, city=nasty, country=nasty),
    )
    line = a_line("1001", 1, variant_key=variant.key, title=nasty, sku=nasty)
    parcel = RemoteShipment(remote_id=nasty, carrier=nasty, tracking=nasty)
    order = msgspec.structs.replace(
        an_order(line, remote_id="77", buyer=buyer), number=nasty, status=nasty, shipments=(parcel,)
    )
    rig.shop.put_order(order)
    await rig.connected()
    for link in link_views(rig.store, state="unconfirmed"):
        try:
            create_items(rig.workspace, [link.variant])
        except TuisyncError:
            continue
    rig.clock.advance(minutes=1)
    await rig.sync()

    everything_can_be_shown(rig)
    assert "HONEST" in {view.sku for view in item_views(rig.store)}
    for run in rig.runs():
        assert run.done == len(run_detail(rig.store, run.id).records)


@pytest.mark.parametrize("nasty", NASTY, ids=lambda text: ascii(text[:12]))
async def test_hostile_ids_fail_alone_or_are_taken(nasty: str) -> None:
    rig = Rig()
    rig.shop.put_listing(msgspec.structs.replace(a_listing(sku="NASTY"), remote_id=nasty))
    rig.shop.list_item("Honest", 3, sku="HONEST")
    rig.shop.put_order(an_order(a_line(nasty, remote_id=nasty), remote_id=nasty))
    rig.shop.put_order(an_order(remote_id="honest-order"))

    await rig.connected()

    everything_can_be_shown(rig)
    assert rig.order("honest-order").lines
    assert {run.status for run in rig.runs()} <= {"succeeded", "partial"}


@pytest.mark.parametrize("quantity", [0, 10**12, 2**63 - 1, 2**63, 10**30, -1])
async def test_absurd_quantities_break_nothing(quantity: int) -> None:
    rig = Rig()
    rig.shop.put_listing(a_listing("Absurd", quantity, remote_id="1001", sku="ABSURD"))
    rig.shop.list_item("Honest", 3, sku="HONEST")
    line = a_line("1001", quantity, remote_id="1")
    rig.shop.put_order(an_order(line, remote_id="77"))
    rig.clock.advance(minutes=1)
    await rig.connected()
    create_items(rig.workspace, unconfirmed_variants(rig.store))
    rig.clock.advance(minutes=1)
    await rig.sync()

    everything_can_be_shown(rig)
    assert rig.stock("HONEST") == (3, 0, 3)


async def test_a_line_of_no_units_reserves_nothing_and_does_not_freeze_the_rest() -> None:
    rig = Rig()
    mug = rig.shop.list_item("Mug", 9, sku="MUG")
    await rig.stocked()
    lines = [a_line(mug.remote_id, count, remote_id=str(count)) for count in (0, 2)]
    order = rig.shop.put_order(an_order(*lines, remote_id="77", placed_at=rig.clock.now))
    await rig.sync("orders")

    assert rig.stock("MUG") == (9, 2, 7)
    ship_order(rig.workspace, order.number, carrier="ups", tracking="1")
    assert rig.stock("MUG") == (7, 0, 7)


async def test_lines_with_one_id_fail_that_order_alone() -> None:
    rig = Rig()
    mug = rig.shop.list_item("Mug", 9, sku="MUG")
    await rig.stocked()
    twice = [a_line(mug.remote_id, 1, remote_id="1")] * 2
    rig.shop.put_order(an_order(*twice, remote_id="66", placed_at=rig.clock.now))
    rig.shop.sell(mug.remote_id, 1)

    [run] = await rig.sync("orders")

    assert (run.counts.failed, run.counts.created) == (1, 1)


async def test_line_ids_of_two_orders_may_be_the_same() -> None:
    rig = Rig()
    mug = rig.shop.list_item("Mug", 9, sku="MUG")
    await rig.stocked()
    for number in ("66", "77"):
        line = a_line(mug.remote_id, 2, remote_id="1")
        rig.shop.put_order(an_order(line, remote_id=number, placed_at=rig.clock.now))
    await rig.sync("orders")
    assert rig.stock("MUG") == (9, 4, 5)


async def test_an_order_that_is_placed_again_at_another_time_changes_no_stock() -> None:
    rig = Rig()
    mug = rig.shop.list_item("Mug", 9, sku="MUG")
    await rig.stocked()
    order = rig.shop.sell(mug.remote_id, 2)
    await rig.sync("orders")
    for hours in (-72, 72):
        placed = order.placed_at.replace(hour=(order.placed_at.hour + hours) % 24)
        rig.shop.put_order(msgspec.structs.replace(order, placed_at=placed))
        await rig.sync("orders")
    assert rig.stock("MUG") == (9, 2, 7)


async def test_an_order_without_lines_is_kept() -> None:
    rig = Rig()
    await rig.connected()
    order = msgspec.structs.replace(an_order(remote_id="77"), lines=(), total=None)
    rig.shop.put_order(order)
    await rig.sync("orders")
    assert order_view(rig.store, "77").lines == []


async def test_a_shop_that_swaps_its_variants_keys_moves_numbers_not_links() -> None:
    rig = Rig()
    tee = rig.shop.list_item(
        "Tee", variants=[a_variant(2, key="a", sku="A"), a_variant(5, key="b", sku="B")]
    )
    await rig.stocked()
    swapped = (a_variant(2, key="b", sku="A"), a_variant(5, key="a", sku="B"))
    rig.shop.edit_listing(tee.remote_id, variants=swapped)
    for _ in range(4):
        await rig.sync()
        rig.clock.advance(minutes=11)

    assert rig.shop.quantity(tee.remote_id, "a") == rig.stock("A")[2] == 2
    assert rig.shop.quantity(tee.remote_id, "b") == rig.stock("B")[2] == 5


@pytest.mark.parametrize("number", [10**15, 10**30, -(10**30)])
async def test_the_users_own_absurd_numbers_are_refused_in_words(number: int) -> None:
    rig = Rig()
    rig.shop.list_item("Mug", 9, sku="MUG")
    await rig.stocked()
    add_warehouse(rig.workspace, "Q")
    with pytest.raises(TuisyncError):
        adjust_stock(rig.workspace, "MUG", by=number, reason="typo")
    with pytest.raises(TuisyncError):
        adjust_stock(rig.workspace, "MUG", to=number, reason="typo")
    with pytest.raises(TuisyncError):
        transfer_stock(rig.workspace, "MUG", source="Main", target="Q", by=number)
    with pytest.raises(TuisyncError):
        add_item(rig.workspace, sku="X", name="X", stock=number)
    with pytest.raises(TuisyncError):
        configure_integration(rig.workspace, "fake", {"buffer": str(number)})
    assert rig.stock("MUG") == (9, 0, 9)


@pytest.mark.parametrize("price", ["1e999999", "NaN", "-1", "abc", "", "1" * 50, "0.0000000001"])
def test_absurd_prices_are_refused_in_words(price: str) -> None:
    rig = Rig()
    with pytest.raises(UsageError, match=r"is not a price|has too many digits"):
        add_item(rig.workspace, sku="X", name="X", price=price)


@pytest.mark.parametrize("text", ["", "  ", "a\x1b[2J", "a\nb", "x" * 501, "\ud800", "a\u202eb"])
def test_the_users_own_texts_are_checked(text: str) -> None:
    rig = Rig()
    add_item(rig.workspace, sku="A", name="A")
    with pytest.raises(UsageError):
        add_item(rig.workspace, sku=text, name="X")
    with pytest.raises(UsageError):
        add_item(rig.workspace, sku="X", name=text)
    with pytest.raises(UsageError):
        edit_item(rig.workspace, "A", name=text)
    with pytest.raises(UsageError):
        adjust_stock(rig.workspace, "A", by=1, reason=text)
    with pytest.raises(TuisyncError):
        link_variant(rig.workspace, text, "A")


remote_orders = st.builds(
    lambda count, payment, shipped, cancelled, hours: an_order(
        a_line("1001", count, remote_id="1"),
        remote_id="77",
        placed_at=Rig().clock.now.replace(hour=hours),
        payment=payment,
        shipped=shipped,
        cancelled=cancelled,
    ),
    st.integers(0, 4),
    st.sampled_from(["unpaid", "paid", "partially_refunded", "refunded"]),
    st.booleans(),
    st.booleans(),
    st.integers(0, 23),
)


@given(st.lists(remote_orders, min_size=1, max_size=6), st.booleans())
@settings(max_examples=60, deadline=None)
def test_an_order_that_changes_in_any_way_keeps_the_ledger_whole(
    states: list[RemoteOrder], linked_late: bool
) -> None:
    asyncio.run(an_order_lives(states, linked_late=linked_late))


async def an_order_lives(states: list[RemoteOrder], *, linked_late: bool) -> None:
    rig = Rig()
    rig.shop.list_item("Mug", 50, sku="MUG")
    await rig.connected()
    if not linked_late:
        create_items(rig.workspace, unconfirmed_variants(rig.store))
    rig.clock.advance(hours=24)
    for state in states:
        rig.shop.put_order(state)
        await rig.sync("orders")
    if linked_late:
        create_items(rig.workspace, unconfirmed_variants(rig.store))

    order = rig.order("77")
    on_hand, committed, _ = rig.stock("MUG")
    moved = sum(each.delta for each in rig.store.all(schema.MOVEMENTS))
    assert on_hand == moved
    assert committed == (sum(line.quantity for line in order.lines) if order.open else 0)
    shipped = sum(m.delta for m in rig.store.all(schema.MOVEMENTS) if m.kind == "ship")
    assert shipped in {0, -max(state.lines[0].quantity for state in states)} or shipped < 0
    before = rig.stock("MUG")
    rig.shop.touch("77")
    await rig.sync("orders")
    assert rig.stock("MUG") == before
