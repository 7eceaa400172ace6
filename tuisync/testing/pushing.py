"""What a fake shop does with a push: compare, refuse or write, as real shops do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from tuisync.core.errors import RejectedError, RemoteNotFound, ShapeChanged, StockChanged
from tuisync.core.remote import (
    Capabilities,
    RemoteListing,
    RemoteOrder,
    RemoteShipment,
    ShipmentNotice,
    ShipmentResult,
    StockChange,
    StockResult,
)
from tuisync.testing.shop import FakeShop


def check_stock(shop: FakeShop, change: StockChange, can: Capabilities) -> None:
    """Read the listing and refuse what cannot be written; nothing is written here.

    Raises:
        RemoteNotFound, ShapeChanged, StockChanged, RejectedError: As in `push_stock`.
    """
    listing = _listing(shop, change.listing_id)
    _refuse_other_shape(listing, change)
    found = shown(listing, paused_by_us=change.paused_by_us)
    if any(found[variant.key] != variant.believed for variant in change.variants):
        raise StockChanged(found)
    _refuse_state(listing, change)
    highest = max((variant.wanted for variant in change.variants), default=0)
    if can.max_quantity is not None and highest > can.max_quantity:
        raise RejectedError(f"A quantity cannot be greater than {can.max_quantity}.")


def write_stock(shop: FakeShop, change: StockChange, can: Capabilities) -> StockResult:
    """Write the numbers, absolutely, whatever happened since they were read."""
    listing = shop.listings[change.listing_id]
    numbers = shown(listing, paused_by_us=change.paused_by_us)
    numbers.update({variant.key: variant.wanted for variant in change.variants})
    pause = not any(numbers.values()) and not can.zero_stock
    if pause:
        listing = shop.edit_listing(listing.remote_id, state="inactive")
    else:
        if listing.state == "sold_out":
            shop.renewals.append(listing.remote_id)
        shop.edit_listing(listing.remote_id, state="active")
        listing = shop.set_quantities(listing.remote_id, numbers)
    return StockResult(
        quantities=numbers,
        state=listing.state,
        served_at=shop.clock(),
        paused_by_us=pause,
        fingerprint=listing.fingerprint,
    )


def shown(listing: RemoteListing, *, paused_by_us: bool) -> dict[str, int]:
    """Return the numbers a listing shows; nothing while we hold it paused, or it is sold out."""
    unseen = listing.state == "sold_out" or (paused_by_us and listing.state == "inactive")
    return {variant.key: 0 if unseen else variant.quantity for variant in listing.variants}


def look_up_shipment(
    shop: FakeShop, notice: ShipmentNotice, can: Capabilities
) -> ShipmentResult | None:
    """Read the order: return the outcome if nothing is to be sent, else None.

    Raises:
        RemoteNotFound, RejectedError: As in `push_shipment`.
    """
    order = shop.orders.get(notice.order_id)
    if order is None:
        raise RemoteNotFound(f"There is no order {notice.order_id}.")
    for parcel in order.shipments:
        if _same(parcel.tracking, notice.tracking) if notice.tracking else order.shipped:
            return _result("already", parcel)
    if order.shipments and (order.shipped or not can.partial_shipments):
        return _result("differs", order.shipments[-1])
    _refuse_shipment(order, notice, can)
    return None


def send_shipment(shop: FakeShop, notice: ShipmentNotice) -> ShipmentResult:
    """Add the parcel; its buyer gets an e-mail, each time."""
    order = shop.orders[notice.order_id]
    sent = shop.parcels.get(notice.order_id, Counter())
    rest = {line.remote_id: line.quantity - sent[line.remote_id] for line in order.lines}
    parcel = RemoteShipment(
        remote_id=f"{notice.order_id}-{len(order.shipments) + 1}",
        carrier=notice.carrier,
        tracking=notice.tracking,
        shipped_at=notice.shipped_at or shop.clock(),
    )
    shop.ship_part(notice.order_id, parcel, notice.lines or rest)
    return _result("sent", parcel)


def _listing(shop: FakeShop, listing_id: str) -> RemoteListing:
    listing = shop.listings.get(listing_id)
    if listing is None:
        raise RemoteNotFound(f"There is no listing {listing_id}.")
    return listing


def _refuse_other_shape(listing: RemoteListing, change: StockChange) -> None:
    keys = {variant.key for variant in listing.variants}
    known = not change.fingerprint or change.fingerprint == listing.fingerprint
    if not known or any(variant.key not in keys for variant in change.variants):
        raise ShapeChanged("The listing's variations are not the ones the numbers are for.")


def _refuse_state(listing: RemoteListing, change: StockChange) -> None:
    match listing.state:
        case "active":
            return
        case "inactive" if change.paused_by_us:
            return
        case "sold_out" if change.renew_sold_out:
            return
        case "sold_out":
            raise RejectedError("The listing is sold out; putting it up again costs a fee.")
        case state:
            raise RejectedError(f"The listing is not for sale ({state}).")


def _refuse_shipment(order: RemoteOrder, notice: ShipmentNotice, can: Capabilities) -> None:
    if order.cancelled:
        raise RejectedError("The order is cancelled.")
    if can.tracking_required and not (notice.carrier and notice.tracking):
        raise RejectedError("A carrier and a tracking number are needed.")
    if can.tracking_pair and bool(notice.carrier) != bool(notice.tracking):
        raise RejectedError("A carrier and a tracking number go together.")
    codes = {carrier.code for carrier in can.carriers}
    if codes and notice.carrier not in {None, *codes}:
        raise RejectedError(f"The carrier {notice.carrier} is not known.")
    if not can.partial_shipments and not _is_whole(order, notice.lines):
        raise RejectedError("An order is shipped as a whole.")


def _is_whole(order: RemoteOrder, units: Mapping[str, int]) -> bool:
    return not units or all(units.get(line.remote_id, 0) == line.quantity for line in order.lines)


def _same(one: str | None, other: str) -> bool:
    return one is not None and one.strip().casefold() == other.strip().casefold()


def _result(outcome: str, parcel: RemoteShipment) -> ShipmentResult:
    return ShipmentResult(
        outcome=outcome,  # type: ignore[arg-type]  # one of the three, by the callers above
        remote_id=parcel.remote_id,
        carrier=parcel.carrier,
        tracking=parcel.tracking,
    )
