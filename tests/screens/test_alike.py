"""A row of the inbox that stands for many leads to exactly those, in the place they are in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from plan_stage import staged, two_busy_shops
from pottery import ETSY, pottery
from stage import stage
from tuisync.core.inbox import gather
from tuisync.core.models import Link, Order
from tuisync.core.store import schema
from tuisync.core.store.port import Transaction
from tuisync.screens.failed_records import FailedRecords

if TYPE_CHECKING:
    from tuisync.core.models.listings import LinkState, ListingState

MUG = f"{ETSY}:1412000001"


@dataclass(frozen=True)
class Kind:
    """Rows of one kind.

    Attributes:
        make: Makes some more of them; returns the keys of all there are.
        does: What mends them.
        place: Where they are.
        pill: What they are called there.
    """

    make: Callable[[Transaction], set[str]]
    does: str
    place: str
    pill: str


def _links(tx: Transaction, state: LinkState) -> list[Link]:
    """Return two links of different listings in that state."""
    found = {each.listing: each for each in tx.find(schema.LINKS, "state", state)}
    return [each for each in found.values() if each.integration == ETSY][:2]


def _conflicts(tx: Transaction) -> set[str]:
    for link in _links(tx, "unconfirmed"):
        tx.put(schema.LINKS, link.but(state="conflict", reason="Two items fit."))
    return {each.id for each in tx.find(schema.LINKS, "state", "conflict")}


def _broken(tx: Transaction, state: ListingState) -> set[str]:
    links = _links(tx, "linked")
    for link in links:
        listing = tx.get(schema.LISTINGS, link.listing)
        assert listing is not None
        tx.put(schema.LISTINGS, listing.but(state=state))
        tx.put(schema.LINKS, link.but(state="broken"))
    return {each.id for each in links}


def _relinked(tx: Transaction) -> set[str]:
    made = set()
    for order in _orders(tx):
        line = order.lines[0]
        link = tx.get(schema.LINKS, line.variant or "")
        assert link is not None
        other = next(each.id for each in tx.all(schema.ITEMS) if each.id != link.item)
        tx.put(schema.LINKS, link.but(former=(other,)))
        tx.put(schema.ORDERS, order.but(lines=(replace(line, item=other),)))
        made.add(link.id)
    return made


def _pushes(tx: Transaction) -> set[str]:
    refused = tx.get(schema.OUTBOX, f"stock:{ETSY}:1412000006")
    assert refused is not None
    twin = refused.but(id=f"stock:{MUG}", target=MUG)
    tx.put(schema.OUTBOX, twin)
    tx.put(schema.OUTBOX, twin.but(id=f"stock:{ETSY}:1412000002", reason="Another reason."))
    return {refused.id, twin.id}


def _records(tx: Transaction) -> set[str]:
    failure = tx.get(schema.FAILURES, f"item:{ETSY}:1412000061")
    assert failure is not None
    tx.put(schema.FAILURES, failure.but(id=f"item:{ETSY}:77", remote_id="77"))
    return {"1412000061", "77"}


def _orders(tx: Transaction) -> list[Order]:
    """Return two open orders of different listings."""
    found = {each.lines[0].variant: each for each in tx.all(schema.ORDERS) if each.open}
    return [each for each in found.values() if each.lines[0].item and each.integration == ETSY][:2]


def _unknown(tx: Transaction) -> set[str]:
    orders = _orders(tx)
    for order in orders:
        line = replace(order.lines[0], item=None, variant=None)
        tx.put(schema.ORDERS, order.but(gate="frozen", lines=(line,)))
    return {each.id for each in orders}


def _by_hand(tx: Transaction) -> set[str]:
    sent = [each for each in tx.all(schema.ORDERS) if each.shipments and each.integration == ETSY]
    for order in sent[:2]:
        parcel = replace(order.shipments[0], push="manual")
        tx.put(schema.ORDERS, order.but(shipments=(parcel,)))
    return {each.id for each in sent[:2]}


KINDS = {
    "conflict": Kind(_conflicts, "map", "mapping", "etsy: in conflict"),
    "gone": Kind(lambda tx: _broken(tx, "removed"), "let_go", "mapping", "etsy: gone"),
    "changed": Kind(lambda tx: _broken(tx, "active"), "sync", "mapping", "etsy: changed"),
    "relinked": Kind(_relinked, "map", "mapping", "etsy: orders elsewhere"),
    "pushes": Kind(_pushes, "send_again", "outbox", "etsy: not sent"),
    "records": Kind(_records, "resync", "inbox", "etsy: not taken in"),
    "frozen": Kind(_unknown, "decide", "orders", "etsy: no listing"),
    "by-hand": Kind(_by_hand, "ship_there", "orders", "etsy: to mark there"),
}


@pytest.mark.parametrize("name", KINDS)
async def test_p08_a_row_of_many_leads_to_exactly_those(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(gather, "MANY", 1)
    made, kind = pottery(tmp_path), KINDS[name]
    with made.workspace.store.transaction() as tx:
        keys = kind.make(tx)
    async with stage(made, size=(120, 40)) as on:
        await on.press("5")
        [row] = [row for row in on.table().rows if row.entry.id.startswith(f"{name}:{ETSY}")]
        assert row.entry.fix.does == kind.does
        on.table().go_to(row.entry.id)
        await on.settle()
        assert "enter lists them" in " ".join(on.text.split())
        await on.press("enter")

        assert on.app.current_mode == kind.place
        assert on.shows(f"[{kind.pill} {len(keys)}]")
        table = on.table()
        assert {table.rows.key(place) for place in range(len(table.rows))} == keys


async def test_p08_many_numbers_changed_at_a_shop_lead_to_exactly_those(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gather, "MANY", 1)
    rig = await two_busy_shops()
    bowl, cup = (
        each for each in rig.shop.listings.values() if each.title in {"Oatmeal bowl", "Cup"}
    )
    rig.shop.set_quantity(bowl.remote_id, 15)
    rig.shop.set_quantity(cup.remote_id, 15)
    rig.clock.advance(minutes=1)
    await rig.sync()
    async with staged(rig, tmp_path, size=(120, 40)) as on:
        await on.press("5", "slash", *"numbers", "enter", "enter")

        assert on.app.current_mode == "plan"
        assert on.shows("[fake: changed there 3]")
        assert {row.title for row in on.table().rows} == {"Oatmeal bowl", "Cup", "Milk jug"}


async def test_what_came_in_leaves_the_list_of_what_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gather, "MANY", 1)
    made = pottery(tmp_path)
    store = made.workspace.store
    with store.transaction() as tx:
        _records(tx)
    async with stage(made, size=(120, 40)) as on:
        await on.press("5", "slash", *"listings", "enter", "enter")
        assert isinstance(on.app.screen, FailedRecords)
        for left in (f"item:{ETSY}:77", f"item:{ETSY}:1412000061"):
            with store.transaction() as tx:
                tx.delete(schema.FAILURES, left)
            await on.until(lambda gone=left: gone.rpartition(":")[2] not in on.text)  # type: ignore[misc]

        assert on.shows("[etsy: not taken in 0]", "Nothing of this is left")
