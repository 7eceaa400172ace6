"""Buyers become contacts: by buyer id, by e-mail, else by name."""

from __future__ import annotations

import msgspec
import pytest

from rig import Rig
from tuisync.core.actions.contacts import split_contact
from tuisync.core.actions.links import ignore_variant
from tuisync.core.errors import Conflict
from tuisync.core.remote import Address, RemoteBuyer
from tuisync.core.store import schema
from tuisync.core.views.contacts import contact_views
from tuisync.core.views.orders import order_view
from tuisync.testing import a_buyer

ELSEWHERE = Address(first_line="2 Other Street", city="Paris", country="FR")


async def contacts_after(*buyers: RemoteBuyer) -> tuple[Rig, list[str | None]]:
    """Sell to each of them in turn; return the rig and each order's contact."""
    rig = Rig()
    mug = rig.shop.list_item("Mug", 99)
    await rig.connected()
    ignore_variant(rig.workspace, rig.link(mug.remote_id).id)
    found = []
    for buyer in buyers:
        order = rig.shop.sell(mug.remote_id, buyer=buyer)
        await rig.sync("orders")
        found.append(order_view(rig.store, order.number).contact.id)
    return rig, found


async def test_s30_a_new_buyer_becomes_a_contact_once() -> None:
    buyer = a_buyer("Ada", email="Ada@example.org", buyer_id="1")
    rig, (first, second) = await contacts_after(buyer, buyer)

    assert first == second
    [contact] = rig.store.all(schema.CONTACTS)
    assert (contact.name, contact.email) == ("Ada", "Ada@example.org")
    assert contact.address == buyer.address
    assert contact_views(rig.store)[0].orders == 2


@pytest.mark.parametrize(
    ("one", "other", "matched_by"),
    [
        (a_buyer("Ada", buyer_id="1"), a_buyer("Eve", email="e@x.org", buyer_id="1"), "buyer_id"),
        (
            a_buyer("Ada", email="ada@x.org", buyer_id=None),
            a_buyer("A. L.", email=" ADA@x.org ", buyer_id="9"),
            "email",
        ),
        (
            a_buyer("Ada  Lovelace", email="ada@x.org", buyer_id="1"),
            a_buyer("ada lovelace", email=None, buyer_id=None),
            "name",
        ),
    ],
)
async def test_s31_a_buyer_is_found_by(
    one: RemoteBuyer, other: RemoteBuyer, matched_by: str
) -> None:
    rig, (first, second) = await contacts_after(one, other)

    assert first == second
    [view] = contact_views(rig.store)
    assert view.matched_by == matched_by
    assert view.weak is (matched_by == "name")


async def test_s31_email_present_but_unknown_makes_a_new_contact() -> None:
    one = a_buyer("Ada", email="ada@x.org", buyer_id=None)
    rig, (first, second) = await contacts_after(one, a_buyer("Ada", email="b@x.org", buyer_id=None))

    assert first != second
    assert [view.matched_by for view in contact_views(rig.store)] == [None, None]


async def test_s31_the_buyer_id_is_matched_before_the_email() -> None:
    _, found = await contacts_after(
        a_buyer("Ada", email="ada@x.org", buyer_id="1"),
        a_buyer("Bob", email="bob@x.org", buyer_id="2"),
        a_buyer("Ada", email="bob@x.org", buyer_id="1"),
    )
    assert found[2] == found[0]


async def test_e18_a_contact_needs_neither_address_nor_email() -> None:
    rig, _ = await contacts_after(RemoteBuyer(name="Ada"))
    [contact] = rig.store.all(schema.CONTACTS)
    assert (contact.name, contact.email, contact.address) == ("Ada", None, None)


async def test_e18_an_order_that_tells_nothing_of_its_buyer_has_no_contact() -> None:
    rig, found = await contacts_after(RemoteBuyer(), RemoteBuyer(name="  ", email=" "))
    assert found == [None, None]
    assert list(rig.store.all(schema.CONTACTS)) == []


async def test_a_nameless_buyer_is_called_by_what_is_known() -> None:
    rig, _ = await contacts_after(
        RemoteBuyer(email="ada@x.org"), RemoteBuyer(buyer_id="7", name=" ")
    )
    assert [view.name for view in contact_views(rig.store)] == ["ada@x.org", "Buyer 7"]


async def test_an_unpaid_order_makes_no_contact() -> None:
    rig = Rig()
    mug = rig.shop.list_item("Mug", 9)
    rig.shop.sell(mug.remote_id, paid=False)
    await rig.connected()
    assert contact_views(rig.store) == []


async def test_s31_two_people_of_one_name_are_told_apart_for_good() -> None:
    known = a_buyer("Ada", email="ada@x.org", buyer_id="1")
    stranger = msgspec.structs.replace(a_buyer("Ada", email=None, buyer_id="2"), address=ELSEWHERE)
    rig, (first, second) = await contacts_after(known, stranger)
    assert first == second
    number = next(o.number for o in rig.store.all(schema.ORDERS) if o.matched_by == "name")
    mug = next(iter(rig.shop.listings))
    rig.shop.sell(mug, buyer=stranger)
    await rig.sync("orders")

    own = split_contact(rig.workspace, number)

    assert (own.name, own.email, own.orders, own.weak) == ("Ada", None, 2, False)
    assert own.id != first
    left, made = rig.store.get(schema.CONTACTS, first or ""), rig.store.get(schema.CONTACTS, own.id)
    assert left is not None
    assert made is not None
    assert (left.weak, left.buyer_keys, left.address) == (False, ("fake:1",), known.address)
    assert (made.buyer_keys, made.address) == (("fake:2",), ELSEWHERE)

    rig.shop.sell(mug, buyer=stranger)
    rig.shop.sell(mug, buyer=known)
    await rig.sync("orders")
    counts = {each.id: each.orders for each in contact_views(rig.store)}
    assert counts == {first: 2, own.id: 3}


async def test_s31_only_a_match_by_name_can_be_taken_apart() -> None:
    known = a_buyer("Ada", email="ada@x.org", buyer_id="1")
    rig, _ = await contacts_after(known, known)

    for order in rig.store.all(schema.ORDERS):
        with pytest.raises(Conflict, match="not matched by name alone"):
            split_contact(rig.workspace, order.id)


async def test_s31_a_name_that_two_people_have_matches_neither() -> None:
    nameless = a_buyer("Ada", email=None, buyer_id=None)
    rig, (first, second, third) = await contacts_after(
        a_buyer("Ada", email="a@x.org", buyer_id="1"),
        a_buyer("Ada", email="b@x.org", buyer_id="2"),
        nameless,
    )

    assert len({first, second, third}) == 3
    assert not any(each.weak for each in rig.store.all(schema.CONTACTS))
