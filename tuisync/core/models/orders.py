"""Sales orders, who bought, and what was sent."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from tuisync.core.models.base import Document, Money

OrderStatus = Literal["confirmed", "fulfilled", "void"]
Gate = Literal["ready", "frozen", "needs_decision"]
Payment = Literal["unpaid", "paid", "partially_refunded", "refunded"]
Fulfilment = Literal["unfulfilled", "partially_shipped", "shipped", "delivered", "returned"]
ShipmentPush = Literal["none", "owed", "sent", "failed", "unknown", "manual"]
MatchedBy = Literal["buyer_id", "email", "name"]


class Address(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A postal address; every part may be missing."""

    first_line: str | None = None
    second_line: str | None = None
    city: str | None = None
    region: str | None = None
    postcode: str | None = None
    country: str | None = None


class Contact(Document, frozen=True, kw_only=True):
    """A customer.

    Attributes:
        email: As written by the shop, or None.
        email_key: Trimmed and casefolded, for matching; empty when unknown.
        name_key: Trimmed and casefolded name, for matching.
        buyer_keys: `<marketplace>:<buyer id>` for each marketplace account known to be theirs.
        matched_by: How the newest order found this contact; None when it made it.
        weak: A match was by name only, so that it may be two people.
    """

    name: str
    email: str | None = None
    email_key: str = ""
    name_key: str = ""
    buyer_keys: tuple[str, ...] = ()
    address: Address | None = None
    matched_by: MatchedBy | None = None
    weak: bool = False


class OrderLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of a sales order.

    Attributes:
        id: The shop's id of the line.
        variant: The listing variant's id, or None when the listing is not known.
        sku: The shop's SKU at the time of the sale.
        item: Our item's id, or None while unmapped.
        no_item: The user said that no item stands behind it.
        shipped: Units sent.
        left: Of these, the units that were taken off the shelf in the ledger.
        history: It had left before its item's opening stock was counted; it never moves any.
        chosen: The user named its item, or said there is none, for this order alone.
        returned: Units sent that came back.
        lost: Units sent that will not come back, as the user said.
        added_at: When the shop put it on the order, where that was after it was placed.
        options: What the buyer chose and wrote, as `RemoteLine.options`.
    """

    id: str
    title: str
    quantity: int
    variant: str | None = None
    sku: str | None = None
    item: str | None = None
    no_item: bool = False
    shipped: int = 0
    unit_price: Money | None = None
    listing_id: str | None = None
    variant_key: str | None = None
    history: bool = False
    chosen: bool = False
    returned: int = 0
    lost: int = 0
    left: int = 0
    added_at: datetime | None = None
    options: dict[str, str] = {}

    @property
    def to_ship(self) -> int:
        """Units yet to be sent; none where more was sent than the shop has left on the line."""
        return max(0, self.quantity - self.shipped)

    @property
    def away(self) -> int:
        """Units sent of which nobody said what became of them after that."""
        return self.shipped - self.returned - self.lost


class Comment(msgspec.Struct, frozen=True, kw_only=True):
    """A remark on an order; `by` is `system` or `user`."""

    text: str
    at: datetime
    by: Literal["system", "user"]


class Shipment(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A parcel and whether the shop knows of it.

    Attributes:
        carrier: The marketplace's carrier code as given by the user, or the shop's name for it.
        carrier_name: What people call the carrier; empty where only `carrier` is known.
        lines: Units per order line id; empty means all of them.
        push: Whether the shop has been told.
    """

    id: str
    carrier: str | None = None
    tracking: str | None = None
    shipped_at: datetime | None = None
    push: ShipmentPush = "none"
    reason: str = ""
    lines: dict[str, int] = {}
    carrier_name: str = ""


class Return(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the user said of units that had been sent, and what stood there before.

    Attributes:
        units: Units per order line id.
        warehouse: The id of the warehouse they came back to; None where they are lost.
        asked: Whether the order asked.
        fulfilment: How far the order was.
        unmoved: The ids of the lines that had no item, of which the ledger moved nothing.
    """

    units: dict[str, int]
    at: datetime
    warehouse: str | None = None
    asked: bool = False
    fulfilment: Fulfilment = "shipped"
    unmoved: tuple[str, ...] = ()


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """What the user made of an order that the shop left in doubt.

    Attributes:
        doubt: Why there was a doubt; another doubt is to be decided anew.
        status: What the order is.
    """

    doubt: str
    status: OrderStatus


class Order(Document, frozen=True, kw_only=True):
    """One order of one shop. Its id is `<integration id>:<order id>`.

    Attributes:
        visible: It is a sales order. Orders that only move stock are kept, not shown.
        warehouse: The warehouse's id, fixed at import.
        remote_status: The shop's own word.
        cancelled: The shop cancelled it, or the user decided that it is void.
        doubt: Why the user has to decide what it is, in words; empty when there is no doubt.
        decision: What the user decided.
        asks_return: Money went back, or it was cancelled, after it was sent: did the goods
            come back too?
        returns: What the user said of that, oldest first, but for what was taken back.
        buyer_key: `<marketplace>:<buyer id>` of who bought it; empty when the shop did not tell.
        address: Where it goes.
    """

    integration: str
    remote_id: str
    number: str
    placed_at: datetime
    lines: tuple[OrderLine, ...]
    warehouse: str
    visible: bool = True
    modified_at: datetime | None = None
    gate: Gate = "ready"
    payment: Payment = "unpaid"
    fulfilment: Fulfilment = "unfulfilled"
    cancelled: bool = False
    remote_status: str = ""
    contact: str | None = None
    matched_by: MatchedBy | None = None
    total: Money | None = None
    comments: tuple[Comment, ...] = ()
    shipments: tuple[Shipment, ...] = ()
    doubt: str = ""
    decision: Decision | None = None
    asks_return: bool = False
    returns: tuple[Return, ...] = ()
    buyer_key: str = ""
    address: Address | None = None

    @property
    def decided(self) -> OrderStatus | None:
        """What the user decided that it is; None when there is no doubt or no decision."""
        known = self.decision
        return known.status if known is not None and known.doubt == self.doubt else None

    @property
    def shipped(self) -> bool:
        """All of it has left."""
        return self.fulfilment in {"shipped", "delivered", "returned"}

    @property
    def status(self) -> OrderStatus:
        """The label for lists, derived from the axes."""
        if self.cancelled and not self.shipped:
            return "void"
        return "fulfilled" if self.shipped else "confirmed"

    @property
    def open(self) -> bool:
        """Neither shipped nor cancelled."""
        return not self.shipped and not self.cancelled

    @property
    def undecided(self) -> bool:
        """The user has to decide what it is; of an unpaid one, while units are kept for it."""
        unpaid = self.payment == "unpaid" and self.open
        return self.gate == "needs_decision" and (self.visible or unpaid)
