"""Telling a shop of a shipment, once: the buyer is e-mailed each time it is told."""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import dataclass
from datetime import timedelta

from tuisync.core.actions.shipments import mark_shipment
from tuisync.core.errors import AuthorizationRequired, NotPermitted, TuisyncError
from tuisync.core.inbox.failures import fault_of
from tuisync.core.models import Integration, Order, OutboxEntry, Shipment, ShipmentPush
from tuisync.core.orders.merge import merge_shipments
from tuisync.core.orders.telling import why_by_hand, withheld
from tuisync.core.orders.tracking import parcel_said
from tuisync.core.outcome import Taken
from tuisync.core.remote import FetchRequest, RemoteOrder, ShipmentNotice, ShipmentResult
from tuisync.core.shop import Shop
from tuisync.core.store import schema
from tuisync.core.sync.entries import EntryBook
from tuisync.core.sync.push_log import PushLog
from tuisync.core.sync.runs import Row
from tuisync.core.workspace import Workspace

BETWEEN_LOOKS = timedelta(minutes=2)
"""Between the two readings that must both miss the shipment before it is sent again."""

_CANCELLED = "The order was cancelled at the shop before it was told of the shipment."
_DIFFERS = "It was marked as shipped at the shop with another tracking number; nothing was sent."


@dataclass
class ParcelPush:
    """Sends one integration's owed shipments."""

    shop: Shop
    workspace: Workspace
    integration: Integration
    log: PushLog

    async def send(self, entry: OutboxEntry) -> None:
        """Send what one entry owes and move it on.

        Raises:
            AuthorizationRequired: The integration needs a sign-in.
            MarketplaceError: The shop could not be read, so nothing was sent.
        """
        book = EntryBook(self.workspace)
        order = self.workspace.store.get(schema.ORDERS, entry.target)
        parcel = _parcel(order, entry)
        if order is None or parcel is None:
            book.superseded(entry, "The shipment is not here any more.")
        elif parcel.push == "sent":
            book.applied(entry)
        elif order.cancelled:
            self._mark(order, parcel, "none", _CANCELLED)
            book.superseded(entry, _CANCELLED)
        elif entry.state == "unknown":
            await self._look(entry, order, parcel)
        else:
            await self._send(entry, order, parcel)

    async def _send(self, entry: OutboxEntry, order: Order, parcel: Shipment) -> None:
        by_hand = why_by_hand(self.workspace.store, order)
        if by_hand:
            self._leave_to_user(entry, order, parcel, by_hand)
            return
        begun = EntryBook(self.workspace).begin(entry)
        if begun is None:
            return
        notice = ShipmentNotice(
            order_id=order.remote_id,
            carrier=parcel.carrier,
            tracking=parcel.tracking,
            shipped_at=parcel.shipped_at,
            lines=dict(parcel.lines),
        )
        try:
            result = await self.shop.handle.push_shipment(self.shop.session, notice)
        except NotPermitted as error:
            self._withheld(error)
            self._leave_to_user(begun, order, parcel, error.message)
        except TuisyncError as error:
            self._failed(begun, order, parcel, error)
            if isinstance(error, AuthorizationRequired):
                raise
        else:
            self._done(begun, order, parcel, result)

    async def _look(self, entry: OutboxEntry, order: Order, parcel: Shipment) -> None:
        """After a lost answer: look twice, minutes apart, before it is sent again."""
        book = EntryBook(self.workspace)
        if await self._shows(order, parcel):
            self._sent(entry, order, parcel, "the shop knew already")
            return
        now = self.workspace.now()
        first = entry.looked_at if entry.looked_at and entry.looked_at <= now else now
        if now - first < BETWEEN_LOOKS:
            book.change(entry, looked_at=first, next_attempt_at=first + BETWEEN_LOOKS)
            return
        await self._send(book.change(entry, looked_at=None), order, parcel)

    async def _shows(self, order: Order, parcel: Shipment) -> bool:
        request = FetchRequest(ids=(order.remote_id,))
        pages = self.shop.handle.fetch_orders(self.shop.session, request)
        async with aclosing(pages) as open_pages:
            async for page in open_pages:
                for record in page.records:
                    if isinstance(record, RemoteOrder) and record.remote_id == order.remote_id:
                        return _is_there(order, parcel, record)
        return False

    def _done(
        self, entry: OutboxEntry, order: Order, parcel: Shipment, result: ShipmentResult
    ) -> None:
        book = EntryBook(self.workspace)
        if result.outcome == "differs":
            if book.rejected(entry, _DIFFERS).state == "rejected":
                self._mark(order, parcel, "failed", _DIFFERS)
                self.note_failed(entry, Taken("failed", _DIFFERS, order.id, fault="decision"))
            return
        words = "told the shop" if result.outcome == "sent" else "the shop knew already"
        self._sent(entry, order, parcel, words)

    def _failed(
        self, entry: OutboxEntry, order: Order, parcel: Shipment, error: TuisyncError
    ) -> None:
        after = EntryBook(self.workspace).failed(entry, error)
        push: dict[str, ShipmentPush] = {"rejected": "failed", "dead": "failed"}
        push["unknown"] = "unknown"
        self._mark(order, parcel, push.get(after.state, "owed"), after.reason)
        self.note_failed(entry, Taken("failed", error.message, None, fault=fault_of(error)))

    def _withheld(self, error: NotPermitted) -> None:
        """Remember that the shop keeps this from our key: nothing more is tried."""
        with self.workspace.store.transaction() as tx:
            current = tx.get(schema.INTEGRATIONS, self.integration.id)
            if current is not None:
                tx.put(schema.INTEGRATIONS, withheld(current, error))

    def _leave_to_user(
        self, entry: OutboxEntry, order: Order, parcel: Shipment, reason: str
    ) -> None:
        """Let a shipment wait for the user to enter it at the shop (E19)."""
        said = f"{parcel_said(parcel)}: mark it at the shop. {reason}"
        row = _row(entry, order, Taken("skipped", said, order.id))
        self._mark(order, parcel, "manual", reason, row)
        EntryBook(self.workspace).superseded(entry, reason)

    def note_failed(self, entry: OutboxEntry, taken: Taken) -> None:
        """Note that the shop could not be told."""
        order = self.workspace.store.get(schema.ORDERS, entry.target)
        if order is not None:
            self.log.note(_row(entry, order, taken._replace(local_id=order.id)))

    def _sent(self, entry: OutboxEntry, order: Order, parcel: Shipment, words: str) -> None:
        """The shop has it; tell so."""
        taken = Taken("updated", f"{parcel_said(parcel)}: {words}", order.id)
        self._mark(order, parcel, "sent", "", _row(entry, order, taken))
        EntryBook(self.workspace).applied(entry)

    def _mark(
        self,
        order: Order,
        parcel: Shipment,
        push: ShipmentPush,
        reason: str,
        told: Row | None = None,
    ) -> None:
        with self.workspace.store.transaction() as tx:
            mark_shipment(tx, order.id, parcel.id, push, reason)
            if told is not None:
                self.log.add(tx, told)


def _row(entry: OutboxEntry, order: Order, taken: Taken) -> Row:
    return Row(order.remote_id, f"Order {order.number}", taken, entry.id)


def _parcel(order: Order | None, entry: OutboxEntry) -> Shipment | None:
    shipments = order.shipments if order else ()
    return next((each for each in shipments if each.id == entry.shipment), None)


def _is_there(order: Order, parcel: Shipment, remote: RemoteOrder) -> bool:
    """Return whether a shipment is among the shop's parcels: its code, or shipped without one."""
    if remote.shipped and not parcel.tracking:
        return True
    merged = merge_shipments(order.shipments, remote)
    return any(each.id == parcel.id and each.push == "sent" for each in merged)
