"""The heads of documents tell the same keys as the documents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import pytest

from store.samples import NOON, counter, item, movement, order
from tuisync.core.models import (
    Balance,
    Commitment,
    Contact,
    Document,
    Failure,
    Former,
    Integration,
    Item,
    Link,
    Listing,
    Movement,
    Order,
    OutboxEntry,
    RecordPage,
    SyncRun,
    Warehouse,
)
from tuisync.core.store.heads import head_decoder, keys_of, may_be_shared
from tuisync.core.store.schema import COLLECTIONS, ITEMS, Collection

_KINDS: list[Sequence[Document]] = [
    [item(1, Size="S"), item(2, sku="Two “2”")],
    [movement(1), movement(2).but(order="etsy:1:7")],
    [
        order(1),
        order(2, shipped=True),
        order(3).but(cancelled=True, contact="c", gate="frozen"),
        order(4).but(lines=(order(4).lines[0].__class__(id="1", title="x", quantity=1),)),
        order(5).but(
            lines=(msgspec.structs.replace(order(5).lines[0], variant=None, listing_id="7"),)
        ),
    ],
    [
        Commitment(id="c1", order="o", line="1", item="i", warehouse="w", quantity=1),
        Commitment(
            id="c2", order="o", line="2", item="i", warehouse="w", quantity=1, state="consumed"
        ),
    ],
    [
        Contact(id="c1", name="Ann"),
        Contact(id="c2", name="B", email_key="b@x", name_key="b", buyer_keys=("etsy:1", "x:2")),
    ],
    [Former(id="r/1", run="r"), Former(id="r/cursor", run="r")],
    [RecordPage(id="r/1", run="r", page=1, records=())],
    [
        SyncRun(
            id="r",
            batch="b",
            integration="etsy:1",
            module="orders",
            trigger="manual",
            queued_at=NOON,
            status="failed",
        )
    ],
    [
        OutboxEntry(
            id=f"stock:{state}",
            integration="etsy:1",
            kind="stock",
            target="etsy:1:7",
            state=state,
            created_at=NOON,
            updated_at=NOON,
        )
        for state in ("queued", "applied")
    ],
    [Warehouse(id="w", name="Main")],
    [Balance(id="i@w", item="i", warehouse="w", on_hand=3)],
    [
        Link(
            id="etsy:1:7:",
            integration="etsy:1",
            listing="etsy:1:7",
            key="",
            item="i",
            state="linked",
        ),
        Link(id="etsy:1:8:", integration="etsy:1", listing="etsy:1:8", key=""),
    ],
    [
        Listing(
            id="etsy:1:7",
            integration="etsy:1",
            listing_id="7",
            title="Mug",
            state="active",
            variants=(),
            read_at=NOON,
        )
    ],
    [
        Integration(
            id="etsy:1",
            name="etsy",
            marketplace="etsy",
            account_id="1",
            shop_id="1",
            shop_name="Mugs",
            currency="USD",
            connected_at=NOON,
        )
    ],
    [counter(1)],
    [
        Failure(
            id=id_,
            integration="etsy:1",
            module="items",
            fault="rejected",
            reason="No.",
            remote_id=remote,
            first_at=NOON,
            last_at=NOON,
        )
        for id_, remote in (("run:etsy:1/items", None), ("item:etsy:1:7", "7"), ("item:x", ""))
    ],
]
SAMPLES = {type(documents[0]): documents for documents in _KINDS}


INDEXED = [each for each in COLLECTIONS if each.indexes]


@pytest.mark.parametrize("collection", INDEXED, ids=lambda each: str(each.name))
def test_heads_tell_the_same_keys_as_whole_documents(collection: Collection[Any]) -> None:
    for document in SAMPLES[collection.model]:
        for index, keys in collection.indexes.items():
            found = keys_of(collection, index)(msgspec.json.encode(document))
            assert found == set(keys(document))


def test_a_head_leaves_the_rest_undecoded() -> None:
    head = head_decoder(ITEMS)(msgspec.json.encode(item(1, Size="S")))
    assert (head.sku, head.name) == ("SKU-1", "Mug")
    assert not hasattr(head, "attributes")


def test_an_index_on_a_field_that_was_not_declared_is_an_error() -> None:
    by_group: Collection[Any] = Collection(
        "items", ITEMS.model, {"group": lambda each: (each.group,)}, reads=("sku",)
    )
    with pytest.raises(AttributeError):
        keys_of(by_group, "group")(msgspec.json.encode(item(1)))


@pytest.mark.parametrize("model", [Balance, Commitment, Contact, Link, Movement])
def test_what_nobody_can_change_may_be_shared(model: Any) -> None:
    assert may_be_shared(model)


@pytest.mark.parametrize("model", [Item, Listing, Integration, OutboxEntry, Order])
def test_what_has_a_dict_in_it_is_read_anew_each_time(model: Any) -> None:
    assert not may_be_shared(model)
