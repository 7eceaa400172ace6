"""Sales orders and contacts, as the user sees them."""

from __future__ import annotations

from datetime import datetime

from tuisync.core.models import Gate, MatchedBy, Money, OrderStatus, Payment, ShipmentPush
from tuisync.core.views.objects.base import View


class OrderContactView(View, frozen=True, kw_only=True):
    """The buyer of an order."""

    id: str | None
    name: str | None
    email: str | None


class AddressView(View, frozen=True, kw_only=True):
    """A postal address; every part may be unknown."""

    first_line: str | None
    second_line: str | None
    city: str | None
    region: str | None
    postcode: str | None
    country: str | None

    @property
    def lines(self) -> list[str]:
        """What is known of it, as it is written on a parcel."""
        town = " ".join(part for part in (self.postcode, self.city, self.region) if part)
        return [part for part in (self.first_line, self.second_line, town, self.country) if part]


class OrderLineView(View, frozen=True, kw_only=True):
    """A line: `sku` is the shop's, `item` our SKU.

    `no_item` says that none is needed, `chosen` that this was decided for this order alone; of
    the units shipped, `returned` are back and `lost` are known not to come back; `options` is
    what the buyer chose and wrote, or what the listing's variant is where the shop did not tell.
    """

    id: str
    variant: str | None
    sku: str | None
    item: str | None
    title: str
    quantity: int
    shipped: int
    unit_price: Money | None
    no_item: bool
    chosen: bool
    returned: int
    lost: int
    options: dict[str, str]

    @property
    def name(self) -> str:
        """What is to be packed: `Art Print - 11x14, Oak`."""
        chosen = ", ".join(self.options.values())
        return f"{self.title} - {chosen}" if chosen else self.title


class CommentView(View, frozen=True, kw_only=True):
    """A remark on an order."""

    text: str
    at: datetime
    by: str


class ShipmentView(View, frozen=True, kw_only=True):
    """A parcel and whether the shop knows; `carrier_name` is what people call the carrier."""

    id: str
    carrier: str | None
    carrier_name: str | None
    tracking: str | None
    shipped_at: datetime | None
    push: ShipmentPush
    reason: str

    @property
    def said(self) -> str:
        """Carrier and tracking number, in words for people; empty where there is neither."""
        return " ".join(part for part in (self.carrier_name, self.tracking) if part)


class ReturnView(View, frozen=True, kw_only=True):
    """What was said of units that had been sent; `warehouse` is null where they are lost.

    `units` are units per id of a line.
    """

    at: datetime
    warehouse: str | None
    units: dict[str, int]


class OrderView(View, frozen=True, kw_only=True):
    """One sales order.

    `doubt` is why the user has to decide what it is; `asks_return` is true while it was not said
    whether goods came back, `returns` what was said of that; `matched_by` is how this order found
    its contact; `address` is where it goes, null where the shop does not tell.
    """

    id: str
    number: str
    integration: str
    remote_id: str
    status: OrderStatus
    gate: Gate
    frozen: bool
    payment: Payment
    fulfilment: str
    warehouse: str
    placed_at: datetime
    contact: OrderContactView
    address: AddressView | None
    matched_by: MatchedBy | None
    doubt: str
    asks_return: bool
    lines: list[OrderLineView]
    total: Money | None
    comments: list[CommentView]
    shipments: list[ShipmentView]
    returns: list[ReturnView]


class ContactView(View, frozen=True, kw_only=True):
    """A customer; `orders` counts their sales orders."""

    id: str
    name: str
    email: str | None
    address: AddressView | None
    orders: int
    matched_by: MatchedBy | None
    weak: bool
