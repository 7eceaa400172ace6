"""Sales orders, as users see them."""

from __future__ import annotations

from functools import cache, partial

from tuisync.core import lookup
from tuisync.core.errors import NotFound
from tuisync.core.models import Order, OrderLine, Period, Return, Shipment
from tuisync.core.store import schema
from tuisync.core.store.heads import head_reader
from tuisync.core.store.port import FullReader, Reader
from tuisync.core.views.contacts import address_view
from tuisync.core.views.integrations import integration_name
from tuisync.core.views.objects import (
    CommentView,
    OrderContactView,
    OrderLineView,
    OrderView,
    ReturnView,
    ShipmentView,
)
from tuisync.core.views.organization import warehouse_name

_CHOSEN_BY = (
    "visible",
    "placed_at",
    "integration",
    "cancelled",
    "fulfilment",
    "gate",
    "payment",
)
"""The fields of an order that say whether and where it stands in a list."""


def order_views(
    reader: FullReader,
    *,
    status: str | None = None,
    gate: str | None = None,
    integration: str | None = None,
    period: Period | None = None,
    limit: int | None = None,
) -> list[OrderView]:
    """Return sales orders, newest first.

    Args:
        reader: Where they are.
        status: Only those with it.
        gate: Only those with it. `needs_decision` gives all that wait for the user's, also one
            that is no sales order, because nobody pays for it.
        integration: Only those of the shop of that name.
        period: Only those placed then.
        limit: So many at most; only these are read whole.

    Raises:
        UnknownIntegration: There is none of that name.
    """
    shop = lookup.integration(reader, integration).id if integration else None
    head = head_reader(Order, _CHOSEN_BY)
    found = [
        (each.placed_at, id_)
        for id_, encoded in reader.encoded(schema.ORDERS).items()
        if ((each := head(encoded)).visible or (gate == "needs_decision" and each.undecided))
        and status in {None, each.status}
        and gate in {None, each.gate}
        and shop in {None, each.integration}
        and (period is None or period.start <= each.placed_at < period.end)
    ]
    found.sort(reverse=True)
    names = _Names(reader)
    orders = (reader.get(schema.ORDERS, id_) for _, id_ in found[:limit])
    return [_view(names, order) for order in orders if order is not None]


def order_view(reader: Reader, id_: str) -> OrderView:
    """Return the sales order with that id or number, or one that is no sales order and asks.

    Raises:
        NotFound: There is none, or it only moves stock, being unpaid or not wanted.
    """
    order = lookup.order(reader, id_)
    if not (order.visible or order.doubt):
        raise NotFound(f"Order {order.number} is not a sales order (yet): see its last sync.")
    return _view(_Names(reader), order)


class _Names:
    """What shops, warehouses and items are called; each is looked up once."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.shop = cache(partial(integration_name, reader))
        self.warehouse = cache(partial(warehouse_name, reader))
        self.sku = cache(self._sku)
        self.options = cache(self._options)

    def _sku(self, id_: str) -> str | None:
        item = self.reader.get(schema.ITEMS, id_)
        return item.sku if item else None

    def _options(self, variant: str) -> dict[str, str]:
        """Return the options of a listing's variant, as far as it has siblings."""
        link = self.reader.get(schema.LINKS, variant)
        found = lookup.variant(self.reader, link) if link else None
        if found is None or len(found[0].variants) == 1:
            return {}
        return dict(found[1].options)


def _view(names: _Names, order: Order) -> OrderView:
    contact = names.reader.get(schema.CONTACTS, order.contact) if order.contact else None
    return OrderView(
        id=order.id,
        number=order.number,
        integration=names.shop(order.integration),
        remote_id=order.remote_id,
        status=order.status,
        gate=order.gate,
        frozen=order.gate == "frozen",
        payment=order.payment,
        fulfilment=order.fulfilment,
        warehouse=names.warehouse(order.warehouse) or order.warehouse,
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
        lines=[_line(names, each) for each in order.lines],
        total=order.total,
        comments=[CommentView(text=c.text, at=c.at, by=c.by) for c in order.comments],
        shipments=[_shipment(each) for each in order.shipments],
        returns=[_return(names, each) for each in order.returns],
    )


def _line(names: _Names, line: OrderLine) -> OrderLineView:
    return OrderLineView(
        id=line.id,
        variant=line.variant,
        sku=line.sku,
        item=names.sku(line.item) if line.item else None,
        title=line.title,
        options=line.options or (names.options(line.variant) if line.variant else {}),
        quantity=line.quantity,
        shipped=line.shipped,
        unit_price=line.unit_price,
        no_item=line.no_item,
        chosen=line.chosen,
        returned=line.returned,
        lost=line.lost,
    )


def _return(names: _Names, said: Return) -> ReturnView:
    back = said.warehouse
    place = back and (names.warehouse(back) or back)
    return ReturnView(at=said.at, warehouse=place, units=dict(said.units))


def _shipment(shipment: Shipment) -> ShipmentView:
    return ShipmentView(
        id=shipment.id,
        carrier=shipment.carrier,
        carrier_name=shipment.carrier_name or shipment.carrier,
        tracking=shipment.tracking,
        shipped_at=shipment.shipped_at,
        push=shipment.push,
        reason=shipment.reason,
    )
