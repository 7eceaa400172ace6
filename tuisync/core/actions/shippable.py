"""Whether an order can be shipped now, and how: checked before anything is stored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from tuisync.core import lookup
from tuisync.core.actions.order_lines import line_of_sku
from tuisync.core.errors import Conflict, PartialShipment, UsageError
from tuisync.core.models import Order, marketplace_of
from tuisync.core.orders.merge import parcel_code
from tuisync.core.orders.tracking import Tracking, checked_tracking
from tuisync.core.remote import Capabilities
from tuisync.core.store.port import Reader
from tuisync.core.workspace import Workspace


class Shippable(NamedTuple):
    """An order that can be shipped as asked.

    Attributes:
        order: As it is now.
        units: What leaves, per line id.
        to_send: What the shop would be told of the parcel.
    """

    order: Order
    units: dict[str, int]
    to_send: Tracking


def shippable(
    reader: Reader,
    workspace: Workspace,
    order: str,
    *,
    carrier: str | None,
    tracking: str | None,
    lines: Mapping[str, int] | None = None,
    tell: bool = True,
) -> Shippable:
    """Return what shipping an order so would do; nothing is stored.

    Raises:
        NotFound: As `ship_order`, and so are the others.
        Conflict: As there.
        PartialShipment: As there.
        UsageError: As there.
    """
    found = lookup.order(reader, order)
    can = workspace.marketplaces.describe(marketplace_of(found.id)).capabilities
    if not tell:
        can = msgspec.structs.replace(can, tracking_required=False, tracking_pair=False)
    _check_shippable(found)
    units = _units(reader, found, lines)
    _check_partial(can, found, units)
    if tell:
        _check_new_parcel(found, tracking)
    return Shippable(found, units, checked_tracking(can, carrier, tracking))


def _check_shippable(order: Order) -> None:
    if order.shipped:
        refused = any(each.push == "failed" for each in order.shipments)
        raise Conflict(
            f"Order {order.number} is shipped already.",
            hint="The shop refused it: `--carrier` and `--tracking` correct that." * refused,
        )
    if order.cancelled:
        raise Conflict(f"Order {order.number} was cancelled at the shop.")
    if not order.visible:
        raise Conflict(f"Order {order.number} is not paid yet.")
    if order.gate == "needs_decision":
        raise Conflict(
            f"Order {order.number} needs a decision. {order.doubt}".rstrip(),
            hint=f"`tuisync orders decide {order.id} confirmed`, or `fulfilled`, or `void`.",
        )
    if order.gate == "frozen":
        raise Conflict(
            f"Order {order.number} is frozen: a line of it has no item.",
            hint="Link its listings first: `tuisync links --state unconfirmed`.",
        )


def _units(reader: Reader, order: Order, lines: Mapping[str, int] | None) -> dict[str, int]:
    """Return units to ship per line id."""
    if lines is None:
        return {line.id: line.to_ship for line in order.lines}
    units: dict[str, int] = {}
    for sku, count in lines.items():
        line = line_of_sku(reader, order, sku)
        if not 0 < count <= line.to_ship:
            left = line.to_ship
            raise UsageError(f"{count} of {sku} cannot be shipped; {left} are left to ship.")
        units[line.id] = count
    return units


def is_whole(order: Order, units: Mapping[str, int]) -> bool:
    """Return whether these units are all of an order. Pure."""
    return all(units.get(line.id, 0) == line.quantity for line in order.lines)


def _check_partial(can: Capabilities, order: Order, units: Mapping[str, int]) -> None:
    if can.partial_shipments or is_whole(order, units):
        return
    raise PartialShipment(
        "This marketplace takes one shipment with one tracking number for the whole order.",
        hint="Ship all of its lines together.",
    )


def _check_new_parcel(order: Order, tracking: str | None) -> None:
    """Refuse a second parcel of one number: the shop would take it for the one it has."""
    code = parcel_code(tracking)
    if code and any(parcel_code(each.tracking) == code for each in order.shipments):
        raise Conflict(
            f"Order {order.number} has a parcel with that tracking number already.",
            hint="Is it in that parcel, too? `--no-tell` ships it without telling the shop.",
        )
