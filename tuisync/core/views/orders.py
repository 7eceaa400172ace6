"""Sales orders, as users see them."""

from __future__ import annotations

from tuisync.core import lookup
from tuisync.core.errors import NotFound
from tuisync.core.models import Order, OrderLine, Shipment
from tuisync.core.store import schema
from tuisync.core.store.port import Reader
from tuisync.core.views.contacts import address_view
from tuisync.core.views.integrations import integration_name
from tuisync.core.views.objects import (
    CommentView,
    OrderContactView,
    OrderLineView,
    OrderView,
    ShipmentView,
)
from tuisync.core.views.organization import warehouse_name


def order_views(
    reader: Reader,
    *,
    status: str | None = None,
    gate: str | None = None,
    integration: str | None = None,
) -> list[OrderView]:
    """Return sales orders, newest first.

    Raises:
        UnknownIntegration: There is none of that name.
    """
    chosen = lookup.integration(reader, integration).id if integration else None
    found = [
        each
        for each in reader.all(schema.ORDERS)
        if each.visible
        and status in {None, each.status}
        and gate in {None, each.gate}
        and chosen in {None, each.integration}
    ]
    found.sort(key=lambda each: (each.placed_at, each.id), reverse=True)
    return [_view(reader, each) for each in found]


def order_view(reader: Reader, id_: str) -> OrderView:
    """Return the sales order with that id or number, or one that is no sales order and asks.

    Raises:
        NotFound: There is none, or it only moves stock, being unpaid or not wanted.
    """
    order = lookup.order(reader, id_)
    if not (order.visible or order.doubt):
        raise NotFound(f"Order {order.number} is not a sales order (yet): see its last sync.")
    return _view(reader, order)


def _view(reader: Reader, order: Order) -> OrderView:
    contact = reader.get(schema.CONTACTS, order.contact) if order.contact else None
    return OrderView(
        id=order.id,
        number=order.number,
        integration=integration_name(reader, order.integration),
        remote_id=order.remote_id,
        status=order.status,
        gate=order.gate,
        frozen=order.gate == "frozen",
        payment=order.payment,
        fulfilment=order.fulfilment,
        warehouse=warehouse_name(reader, order.warehouse) or order.warehouse,
        placed_at=order.placed_at,
        contact=OrderContactView(
            id=order.contact,
            name=contact.name if contact else None,
            email=contact.email if contact else None,
        ),
        address=address_view(order.address or (contact.address if contact else None)),
        matched_by=order.matched_by,
        doubt=order.doubt if order.gate == "needs_decision" else "",
        asks_return=order.asks_return,
        lines=[_line(reader, each) for each in order.lines],
        total=order.total,
        comments=[CommentView(text=c.text, at=c.at, by=c.by) for c in order.comments],
        shipments=[_shipment(each) for each in order.shipments],
    )


def _line(reader: Reader, line: OrderLine) -> OrderLineView:
    item = reader.get(schema.ITEMS, line.item) if line.item else None
    return OrderLineView(
        id=line.id,
        variant=line.variant,
        sku=line.sku,
        item=item.sku if item else None,
        title=line.title,
        quantity=line.quantity,
        shipped=line.shipped,
        unit_price=line.unit_price,
        no_item=line.no_item,
        chosen=line.chosen,
        returned=line.returned,
        lost=line.lost,
    )


def _shipment(shipment: Shipment) -> ShipmentView:
    return ShipmentView(
        id=shipment.id,
        carrier=shipment.carrier,
        tracking=shipment.tracking,
        shipped_at=shipment.shipped_at,
        push=shipment.push,
        reason=shipment.reason,
    )
