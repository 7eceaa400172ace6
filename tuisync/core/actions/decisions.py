"""What the user decides about one order: what it is, and which item a line of it is."""

from __future__ import annotations

import msgspec

from tuisync.core import lookup
from tuisync.core.actions.order_lines import line_of
from tuisync.core.errors import Conflict
from tuisync.core.models import Decision, Order, OrderLine, OrderStatus
from tuisync.core.orders.repoint import Repointing
from tuisync.core.orders.settle import Settlement
from tuisync.core.store.port import Transaction
from tuisync.core.views.objects import OrderView
from tuisync.core.views.orders import order_view
from tuisync.core.workspace import Workspace


def decide_order(workspace: Workspace, order: str, status: OrderStatus) -> OrderView:
    """Say what an order is that the shop left in doubt.

    It holds until the shop says something else that is in doubt; once the shop says what it
    is, the shop is followed. Nothing is sent to the shop.

    Args:
        workspace: Where.
        order: The order's id or number.
        status: `confirmed`: take it as it is; `fulfilled`: it has left; `void`: it will not
            be sent, and what is reserved for it is freed.

    Raises:
        NotFound: No such order.
        Conflict: It waits for no decision.
    """
    with workspace.store.transaction() as tx:
        found = lookup.order(tx, order)
        if found.gate != "needs_decision":
            raise Conflict(
                f"Order {found.number} waits for no decision.",
                hint="`tuisync orders list --gate needs_decision` lists those that do.",
            )
        decided = found.but(decision=Decision(doubt=found.doubt, status=status))
        settled = Settlement(tx, workspace).settle(_as_decided(decided))
        return order_view(tx, settled.id)


def _as_decided(order: Order) -> Order:
    match order.decided:
        case "void":
            return order.but(cancelled=True)
        case "fulfilled" if not order.shipped:
            lines = tuple(
                msgspec.structs.replace(line, shipped=max(line.shipped, line.quantity))
                for line in order.lines
            )
            return order.but(fulfilment="shipped", lines=lines)
    return order


def map_line(workspace: Workspace, order: str, line: str, sku: str | None) -> OrderView:
    """Give a line of one order its item, or say that it needs none; other orders stay as they are.

    Units of an open order are reserved in the same transaction, and the order thaws if this
    was its last open line. An order that has left takes nothing from the shelf any more.

    Args:
        workspace: Where.
        order: The order's id or number.
        line: The line's id, or the shop's SKU if one line only has it.
        sku: The item's SKU; None for no item.

    Raises:
        NotFound: No such order or item.
        UsageError: No such line.
        Conflict: The line has an item by its listing's link, or the item is retired.
    """
    with workspace.store.transaction() as tx:
        found = lookup.order(tx, order)
        chosen = line_of(found, line)
        item = lookup.item_in_use(tx, sku).id if sku is not None else None
        _check_mappable(chosen)
        settled = _remapped(tx, workspace, found, chosen, item)
        return order_view(tx, settled.id)


def _check_mappable(line: OrderLine) -> None:
    if line.chosen or (line.item is None and not line.no_item):
        return
    if line.no_item:
        raise Conflict(
            "The listing variant of this line is ignored, so it needs no item.",
            hint=f"Link the variant: `tuisync link {line.variant} SKU`.",
        )
    raise Conflict(
        "This line has its item by the link of its listing variant.",
        hint=f"Correct the link: `tuisync link {line.variant} SKU --repoint open`.",
    )


def _remapped(
    tx: Transaction, workspace: Workspace, order: Order, line: OrderLine, item: str | None
) -> Order:
    first = line.item is None
    if not first:
        Repointing(tx, workspace).move(order, [line], item)
    changed = msgspec.structs.replace(
        line,
        item=item,
        no_item=item is None,
        chosen=True,
        history=line.history or (first and order.shipped),
    )
    lines = tuple(changed if each.id == line.id else each for each in order.lines)
    return Settlement(tx, workspace).settle(order.but(lines=lines))
