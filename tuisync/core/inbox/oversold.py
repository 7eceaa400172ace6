"""Items of which more was sold than there is, with the orders that cannot be served."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from tuisync.core.inbox.rows import Fix, InboxRow, some
from tuisync.core.models import Balance, Item, Order
from tuisync.core.stock.ledger import balances
from tuisync.core.stock.numbers import for_sale
from tuisync.core.store import schema
from tuisync.core.store.port import Reader

_MOST = 50
"""Orders of one item that are looked at, the newest first."""


def oversold(reader: Reader, now: datetime) -> Iterator[InboxRow]:
    """Yield a row per item of which units are missing."""
    del now  # units are missing until they are counted, bought or not owed any more
    short = reader.find(schema.BALANCES, "short", "short")
    for item_id in dict.fromkeys(each.item for each in short):
        item = reader.get(schema.ITEMS, item_id)
        missing = _missing(reader, item_id)
        if item is not None and missing > 0:
            yield _row(reader, item, missing)


def _missing(reader: Reader, item: str) -> int:
    """Return how many units more were sold than there are, where any shop sells them from.

    A warehouse that owes more than it holds is none of that while another one makes up for
    it, unless a shop sells from it alone. Fewer than none on a shelf is always wrong.
    """
    mapped = {each.warehouse for each in reader.all(schema.INTEGRATIONS)} - {None}
    places: tuple[str | None, ...] = (None, *sorted(str(each) for each in mapped))
    owed = max(-for_sale(reader, item, place) for place in places)
    held: Sequence[Balance] = [balance for _, balance in balances(reader, item)]
    return max(owed, max((-each.on_hand for each in held), default=0))


def _row(reader: Reader, item: Item, missing: int) -> InboxRow:
    concerned = _orders(reader, item.id, missing)
    numbers = [order.number for order in concerned]
    named = f": {'orders' if len(numbers) > 1 else 'order'} {some(numbers)}" if numbers else ""
    shops = {order.integration for order in concerned}
    return InboxRow(
        id=f"oversell:{item.id}",
        kind="oversell",
        integration=next(iter(shops)) if len(shops) == 1 else None,
        subject=f"{item.sku} {item.name}",
        message=f"{missing:,} more {'were' if missing > 1 else 'was'} sold than there"
        f" {'are' if missing > 1 else 'is'}{named}.",
        hint=f"Count it: `tuisync items adjust {item.sku} --to N --reason TEXT`;"
        " or tell the buyer and cancel at the shop.",
        fix=Fix("count", (item.sku,)),
        count=missing,
        first_at=concerned[-1].placed_at if concerned else None,
        last_at=concerned[0].placed_at if concerned else None,
    )


def _orders(reader: Reader, item: str, missing: int) -> list[Order]:
    """Return the newest orders that together took the missing units, the newest first.

    Those not sent yet; where all was sent, those that left the shelf last.
    """
    held = reader.find(schema.COMMITMENTS, "open_item", item)
    units = {each.order: each.quantity for each in held}
    if not units:
        sent = reader.find(schema.MOVEMENTS, "item", item)
        left = [each for each in sent if each.order and each.kind == "ship"][-_MOST:]
        units = {str(each.order): -each.delta for each in left}
    found = [reader.get(schema.ORDERS, id_) for id_ in units]
    newest = sorted((each for each in found if each), key=lambda o: o.placed_at, reverse=True)
    taken: list[Order] = []
    for order in newest[:_MOST]:
        taken.append(order)
        missing -= units[order.id]
        if missing <= 0:
            break
    return taken
