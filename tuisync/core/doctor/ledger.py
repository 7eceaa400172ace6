"""What must always hold in the store. Each check is a function of one moment of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping

from tuisync.core.models import LIVE, Commitment, Order
from tuisync.core.store import schema
from tuisync.core.store.port import Reader
from tuisync.core.views.objects import CheckView

_NAMED = 3
"""Faults that a message names; the others are counted."""


def on_hand(reader: Reader) -> CheckView:
    """On hand is the sum of movements, in every warehouse."""
    moved: Counter[str] = Counter()
    for movement in reader.all(schema.MOVEMENTS):
        moved[f"{movement.item}@{movement.warehouse}"] += movement.delta
    kept = {each.id: each.on_hand for each in reader.all(schema.BALANCES)}
    wrong = _differing(reader, kept, moved, "moved")
    return _verdict("on hand", wrong, "It is the sum of movements, for every item.")


def committed(reader: Reader) -> CheckView:
    """Committed is the sum of open commitments, in every warehouse."""
    held: Counter[str] = Counter()
    for commitment in _open(reader):
        held[f"{commitment.item}@{commitment.warehouse}"] += commitment.quantity
    kept = {each.id: each.committed for each in reader.all(schema.BALANCES)}
    wrong = _differing(reader, kept, held, "open")
    return _verdict("committed", wrong, "It is the sum of open commitments, for every item.")


def commitments(reader: Reader) -> CheckView:
    """What is void or shipped reserves nothing."""
    wrong = []
    for commitment in _open(reader):
        order = reader.get(schema.ORDERS, commitment.order)
        if order is None:
            wrong.append(f"{commitment.order} is reserved for, and is not there")
        elif not order.open:
            wrong.append(f"order {order.number} is {order.status} and reserves stock")
    return _verdict("commitments", wrong, "Only open orders reserve stock.")


def orders(reader: Reader) -> CheckView:
    """There is one order per order of a shop."""
    seen = Counter(f"{each.integration}/{each.remote_id}" for each in reader.all(schema.ORDERS))
    wrong = [f"{key} is there {count} times" for key, count in seen.items() if count > 1]
    return _verdict("orders", wrong, "Each order of a shop is there once.")


def order_lines(reader: Reader) -> CheckView:
    """Every order is whole: it has lines, each once, and what is reserved belongs to one."""
    wrong = [
        f"order {order.number} {fault}"
        for order in reader.all(schema.ORDERS)
        if (fault := _fault(reader, order))
    ]
    return _verdict("order lines", wrong, "Every order has all its lines.")


def outbox(reader: Reader) -> CheckView:
    """At most one push is owed per listing or shipment."""
    live = Counter(
        (entry.kind, entry.integration, entry.shipment or "", entry.target)
        for entry in reader.all(schema.OUTBOX)
        if entry.state in LIVE
    )
    wrong = [f"{key[-1]} is owed {count} pushes" for key, count in live.items() if count > 1]
    return _verdict("outbox", wrong, "No push is owed twice.")


def retired(reader: Reader) -> CheckView:
    """Of a retired item nothing is there, nothing is reserved, and no listing is linked to it."""
    held = {each.item for each in reader.all(schema.BALANCES) if each.on_hand or each.committed}
    wrong = [
        f"{item.sku} is retired and {what}"
        for item in reader.find(schema.ITEMS, "retired", "retired")
        for what, so in (
            ("has stock", item.id in held),
            ("is linked to a listing", bool(reader.ids(schema.LINKS, "item", item.id))),
        )
        if so
    ]
    return _verdict("retired items", wrong, "What is retired has no stock and no listing.")


CHECKS: Collection[Callable[[Reader], CheckView]] = (
    on_hand,
    committed,
    commitments,
    orders,
    order_lines,
    outbox,
    retired,
)
"""All of them."""


def _verdict(check: str, wrong: list[str], fine: str) -> CheckView:
    """Return the finding: what is wrong, the first few named, or that all is well."""
    if not wrong:
        return CheckView(check=check, ok=True, message=fine)
    more = len(wrong) - _NAMED
    named = "; ".join(wrong[:_NAMED]) + (f"; and {more} more" if more > 0 else "")
    return CheckView(check=check, ok=False, message=f"{named}.")


def _differing(
    reader: Reader, kept: Mapping[str, int], summed: Counter[str], what: str
) -> list[str]:
    """Return in words where a number that is kept is not the sum it should be."""
    return [
        f"{_sku(reader, id_)}: {kept.get(id_, 0)} kept, {summed[id_]} {what}"
        for id_ in sorted(summed.keys() | kept.keys())
        if kept.get(id_, 0) != summed[id_]
    ]


def _open(reader: Reader) -> Iterator[Commitment]:
    return (each for each in reader.all(schema.COMMITMENTS) if each.state == "open")


def _fault(reader: Reader, order: Order) -> str:
    ids = [line.id for line in order.lines]
    if not ids:
        return "has no lines"
    if len(set(ids)) != len(ids):
        return "has a line twice"
    reserved = {
        each.line
        for each in reader.find(schema.COMMITMENTS, "order", order.id)
        if each.state != "released"  # the shop may take a line off that was not sent yet
    }
    return "lacks a line that stock was reserved for" if reserved - set(ids) else ""


def _sku(reader: Reader, balance_id: str) -> str:
    """Return the SKU of an `<item id>@<warehouse id>`, or that when there is no such item."""
    item = reader.get(schema.ITEMS, balance_id.partition("@")[0])
    return balance_id if item is None else item.sku
