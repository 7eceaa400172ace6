"""Buyers become contacts: by buyer id, by e-mail, else by name."""

from __future__ import annotations

import pytest

from rig import Rig
from tuisync.core.actions.links import ignore_variant
from tuisync.core.remote import RemoteBuyer
from tuisync.core.store import schema
from tuisync.core.views.contacts import contact_views
from tuisync.core.views.orders import order_view
from tuisync.testing import a_buyer


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
