"""A shop in memory: what its buyers and its seller do there, seen from outside.

The plug-in's side of it is `tuisync.testing.marketplace`. Values are the ones a plug-in hands
up, replaced whole when they change, so a test may also put anything into the dictionaries.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import count

import msgspec

from tuisync.core.clock import Clock
from tuisync.core.remote import (
    ListingState,
    ListingVariant,
    RemoteBuyer,
    RemoteLine,
    RemoteListing,
    RemoteOrder,
    RemoteShipment,
)
from tuisync.testing.builders import a_line, a_listing, an_order, shape_of


class OutOfStock(ValueError):  # named like the program's own errors
    """A buyer wants more than the shop shows, or what is not for sale."""


class FakeShop:
    """One shop: its listings and orders, and what happened to it.

    Attributes:
        owner: The user who owns it.
        members: Users who only work for it.
        listings: Per listing id, what the shop shows.
        orders: Per order id, what the shop knows.
        emails: Order ids, one for each e-mail a buyer got about a shipment.
        renewals: Listing ids, one for each renewal the seller paid for.
        unreadable: Per record id, why the plug-in cannot make sense of it.
        hides_cancellations: What is cancelled or refunded, whole or in part, does not appear
            among the changed ones.
        told: Per order id, what was last handed out of it.
        zero_stock: A listing may show zero; else it sells out and goes off sale.
        on_vacation: The seller closed the shop for a while; nobody can buy.
    """

    def __init__(
        self,
        shop_id: str,
        *,
        clock: Clock,
        owner: str = "user-1",
        name: str = "",
        currency: str = "USD",
        zero_stock: bool = True,
    ) -> None:
        self.shop_id = shop_id
        self.name = name or f"Shop {shop_id}"
        self.currency = currency
        self.owner = owner
        self.members: set[str] = set()
        self.clock = clock
        self.zero_stock = zero_stock
        self.listings: dict[str, RemoteListing] = {}
        self.orders: dict[str, RemoteOrder] = {}
        self.emails: list[str] = []
        self.renewals: list[str] = []
        self.unreadable: dict[str, str] = {}
        self.hides_cancellations = False
        self.told: dict[str, RemoteOrder] = {}
        self.on_vacation = False
        self.parcels: dict[str, Counter[str]] = {}
        self._late: dict[str, datetime] = {}
        self._revisions: dict[str, int] = {}
        self._revision = count(1)
        self._numbers = count(1001)

    # What the seller does

    def list_item(
        self,
        title: str = "Blue mug",
        quantity: int = 5,
        *,
        sku: str | None = None,
        variants: Iterable[ListingVariant] | None = None,
        state: ListingState = "active",
    ) -> RemoteListing:
        """Put up a listing; returns it with its new id."""
        listing = a_listing(
            title, quantity, remote_id=self._number(), sku=sku, variants=variants, state=state
        )
        return self.put_listing(listing)

    def put_listing(self, listing: RemoteListing) -> RemoteListing:
        """Add or replace a listing as given, changed now."""
        changed = msgspec.structs.replace(listing, modified_at=self.clock())
        self.listings[listing.remote_id] = changed
        self.touch(listing.remote_id)
        return changed

    def edit_listing(self, listing_id: str, **changes: object) -> RemoteListing:
        """Change a listing's fields: its title, its state."""
        return self.put_listing(msgspec.structs.replace(self.listings[listing_id], **changes))

    def set_quantity(self, listing_id: str, quantity: int, key: str = "") -> RemoteListing:
        """Set the number of one variant by hand."""
        return self.set_quantities(listing_id, {key: quantity})

    def set_quantities(self, listing_id: str, numbers: Mapping[str, int]) -> RemoteListing:
        """Set the numbers of some variants; the listing sells out where zero is no number."""
        listing = self.listings[listing_id]
        variants = tuple(
            msgspec.structs.replace(v, quantity=numbers.get(v.key, v.quantity))
            for v in listing.variants
        )
        state = listing.state
        if state == "active" and not self.zero_stock and not any(v.quantity for v in variants):
            state = "sold_out"
        return self.edit_listing(listing_id, variants=variants, state=state)

    def reshape(self, listing_id: str, variants: Iterable[ListingVariant]) -> RemoteListing:
        """Rebuild a listing's variations: its fingerprint changes."""
        parts = tuple(variants)
        return self.edit_listing(listing_id, variants=parts, fingerprint=shape_of(parts))

    def remove_listing(self, listing_id: str) -> None:
        """Delete a listing: the shop does not know it any more."""
        del self.listings[listing_id]

    def pay(self, order_id: str) -> RemoteOrder:
        """Let the payment of an unpaid order arrive."""
        return self._edit_order(order_id, payment="paid", paid_at=self.clock(), status="Paid")

    def ship(
        self, order_id: str, carrier: str | None = None, tracking: str | None = None
    ) -> RemoteOrder:
        """Mark an order as shipped, with a parcel; its buyer gets an e-mail."""
        parcel = RemoteShipment(
            remote_id=self._number(), carrier=carrier, tracking=tracking, shipped_at=self.clock()
        )
        shipments = (*self.orders[order_id].shipments, parcel)
        self.emails.append(order_id)
        return self._edit_order(order_id, shipped=True, status="Completed", shipments=shipments)

    def ship_part(self, order_id: str, parcel: RemoteShipment, units: Mapping[str, int]) -> None:
        """Add a parcel with some of the units; the last one makes the order shipped."""
        sent = self.parcels.setdefault(order_id, Counter())
        sent.update(units)
        order = self.orders[order_id]
        done = all(sent[line.remote_id] >= line.quantity for line in order.lines)
        self.emails.append(order_id)
        self._edit_order(
            order_id,
            shipments=(*order.shipments, parcel),
            shipped=done,
            status="Completed" if done else order.status,
        )

    def cancel(self, order_id: str, *, restock: bool = False) -> RemoteOrder:
        """Cancel an order; `restock` gives its units back to the listings."""
        order = self.orders[order_id]
        if restock:
            for line in order.lines:
                self._take(line.listing_id or "", line.variant_key or "", -line.quantity)
        return self._hidden_edit(order_id, cancelled=True, status="Canceled")

    def cancel_part(self, order_id: str, units: Mapping[str, int]) -> RemoteOrder:
        """Take units off an order's lines, by line id; the listings get nothing back."""
        lines = (
            msgspec.structs.replace(line, quantity=line.quantity - units.get(line.remote_id, 0))
            for line in self.orders[order_id].lines
        )
        return self._hidden_edit(order_id, lines=tuple(line for line in lines if line.quantity))

    def refund(self, order_id: str, *, partly: bool = False) -> RemoteOrder:
        """Give money back; units are not touched."""
        payment = "partially_refunded" if partly else "refunded"
        return self._hidden_edit(order_id, payment=payment)

    # What buyers do

    def sell(
        self,
        listing_id: str,
        quantity: int = 1,
        *,
        key: str = "",
        buyer: RemoteBuyer | None = None,
        paid: bool = True,
        visible_at: datetime | None = None,
    ) -> RemoteOrder:
        """Sell units of one variant; returns the order. See `checkout`."""
        basket = {(listing_id, key): quantity}
        return self.checkout(basket, buyer=buyer, paid=paid, visible_at=visible_at)

    def checkout(
        self,
        basket: Mapping[tuple[str, str], int],
        *,
        buyer: RemoteBuyer | None = None,
        paid: bool = True,
        visible_at: datetime | None = None,
    ) -> RemoteOrder:
        """Sell a basket of `(listing id, variant key): units`; the numbers go down at once.

        Args:
            basket: What is bought.
            buyer: Who buys; somebody if not given.
            paid: The payment is there already.
            visible_at: The order can be fetched from then on only.

        Raises:
            OutOfStock: The shop does not show that many.
        """
        for (listing_id, key), units in basket.items():
            self._refuse_unavailable(listing_id, key, units)
        for (listing_id, key), units in basket.items():
            self._take(listing_id, key, units)
        order = an_order(
            *(self._line(listing_id, key, units) for (listing_id, key), units in basket.items()),
            remote_id=self._number(),
            placed_at=self.clock(),
            payment="paid" if paid else "unpaid",
            buyer=buyer,
        )
        if visible_at is not None:
            self._late[order.remote_id] = visible_at
        return self.put_order(order)

    def put_order(self, order: RemoteOrder) -> RemoteOrder:
        """Add or replace an order as given; no number changes."""
        self.orders[order.remote_id] = order
        self.touch(order.remote_id)
        return order

    # What can be seen

    def quantity(self, listing_id: str, key: str = "") -> int:
        """Return the number the shop shows for a variant."""
        return self._variant(listing_id, key).quantity

    def touch(self, record_id: str) -> None:
        """Make a listing or order appear among the changed ones again."""
        self._revisions[record_id] = next(self._revision)

    def revision(self, record_id: str) -> int:
        """Return the number of a record's newest change; they grow over the whole shop."""
        return self._revisions.get(record_id, 0)

    def visible_orders(self) -> dict[str, RemoteOrder]:
        """Return the orders that can be fetched now; one that was late counts as changed now."""
        for order_id, since in list(self._late.items()):
            if self.clock() >= since:
                del self._late[order_id]
                self.touch(order_id)
        return {key: order for key, order in self.orders.items() if key not in self._late}

    def _number(self) -> str:
        return str(next(self._numbers))

    def _edit_order(self, order_id: str, **changes: object) -> RemoteOrder:
        order = self.orders[order_id]
        return self.put_order(msgspec.structs.replace(order, modified_at=self.clock(), **changes))

    def _hidden_edit(self, order_id: str, **changes: object) -> RemoteOrder:
        """Change an order, without a word where the shop hides cancellations."""
        if not self.hides_cancellations:
            return self._edit_order(order_id, **changes)
        self.orders[order_id] = msgspec.structs.replace(self.orders[order_id], **changes)
        return self.orders[order_id]

    def _variant(self, listing_id: str, key: str) -> ListingVariant:
        return next(v for v in self.listings[listing_id].variants if v.key == key)

    def _refuse_unavailable(self, listing_id: str, key: str, units: int) -> None:
        listing = self.listings[listing_id]
        if listing.state != "active" or self.quantity(listing_id, key) < units:
            raise OutOfStock(f"{listing.title}: {units} wanted, {self.quantity(listing_id, key)}")

    def _take(self, listing_id: str, key: str, units: int) -> None:
        self.set_quantities(listing_id, {key: self.quantity(listing_id, key) - units})

    def _line(self, listing_id: str, key: str, units: int) -> RemoteLine:
        variant = self._variant(listing_id, key)
        price = variant.price
        return a_line(
            listing_id,
            units,
            remote_id=self._number(),
            variant_key=key,
            title=self.listings[listing_id].title,
            sku=variant.sku,
            price=str(price.amount) if price else "1.00",
            currency=self.currency,
        )
