"""Taking one remote order into the store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from tuisync.core.models import (
    Integration,
    Level,
    Listing,
    ListingVariant,
    Order,
    OrderLine,
    Organization,
    record_id,
)
from tuisync.core.orders.contacts import buyer_key, take_contact
from tuisync.core.orders.merge import is_sales_order, merge_order, new_order
from tuisync.core.orders.settle import Settlement, resolve_variant
from tuisync.core.outcome import Taken
from tuisync.core.remote import RemoteOrder
from tuisync.core.stock.beliefs import PATIENCE, explained
from tuisync.core.store import schema
from tuisync.core.store.port import Transaction
from tuisync.core.workspace import Workspace

_GONE = "The shop does not know it any more."
GONE_DOUBT = "The shop does not know it any more: please decide."
"""Why the user decides about an open order that the shop does not know."""

_NEVER_PAID = "The shop does not know it any more, and it was never paid: nothing is kept for it."

UNPAID_FOR = timedelta(days=14)
"""After which the user decides whether units are kept any longer for an order nobody paid."""

_UNPAID = "It has not been paid for two weeks, and its units are kept: please decide."


@dataclass(frozen=True)
class OrderImport:
    """Takes remote orders into the store, in one transaction.

    Attributes:
        organization: For the preference which orders are sales orders.
        warehouse: Id of the warehouse new orders take.
        paid_comment: The comment a paid order gets.
    """

    tx: Transaction
    workspace: Workspace
    integration: Integration
    organization: Organization
    warehouse: str
    paid_comment: str

    def take(self, remote: RemoteOrder) -> Taken:
        """Import the order, or update it; a second sight changes nothing."""
        known = self.tx.get(schema.ORDERS, record_id(self.integration.id, remote.remote_id))
        if known is not None and _is_older(remote, known):
            return Taken("unchanged", "The shop told an older state of it.", known.id, news=False)
        before = known or new_order(
            remote, integration=self.integration.id, warehouse=self.warehouse
        )
        merged = merge_order(
            before,
            remote,
            paid_comment=self.paid_comment,
            now=self.workspace.now(),
            doubt=_doubt(remote, self.organization.base_currency, self.workspace.now()),
        )
        visible, reason = is_sales_order(before, remote, self.organization.order_sync)
        merged = self._with_contact(merged.but(visible=visible), remote)
        if known is None:
            self._shop_sold(merged)
        after = self._settled(known, merged)
        return _taken(known, after, reason)._replace(news=known != after)

    def gone(self, remote_id: str) -> Taken:
        """Note that the shop does not know an order.

        A shop may overlook an order for a while. One we hold as open, with units kept for it, is
        left to the user when the shop still does not know it ten minutes later: to void it by
        ourselves would sell the units again, and to say nothing would keep them for good. One
        that was never paid ends there: no user sees it, and nobody waits for its goods.
        """
        id_ = record_id(self.integration.id, remote_id)
        known = self.tx.get(schema.ORDERS, id_)
        if known is None or not known.open:
            return Taken("failed", _GONE, id_ if known else None)
        if known.doubt == GONE_DOUBT:
            return Taken("unchanged", GONE_DOUBT, id_, news=False)
        if not self._was_gone(remote_id):
            return Taken("failed", _GONE, id_, fault="transient")
        settlement = Settlement(self.tx, self.workspace)
        if not known.visible:
            settlement.settle(known.but(cancelled=True))
            return Taken("updated", _NEVER_PAID, id_)
        settlement.settle(known.but(doubt=GONE_DOUBT))
        return Taken("updated", GONE_DOUBT, id_)

    def _was_gone(self, remote_id: str) -> bool:
        """Tell whether the shop did not know it a while ago either."""
        now = self.workspace.now()
        failures = self.tx.find(schema.FAILURES, "record", f"{self.integration.id}/orders")
        return any(
            each.remote_id == remote_id
            and each.reason == _GONE
            # A first time in the future means that the clock was set back since.
            and not timedelta() <= now - each.first_at < PATIENCE
            for each in failures
        )

    def _settled(self, known: Order | None, merged: Order) -> Order:
        settlement = Settlement(self.tx, self.workspace)
        if known is None:
            after = settlement.settle(merged)
            return self._without_question(after) if after.asks_return else after
        if merged.shipped and known.open:
            # It may have been changed before it was sent: what left is what it was then.
            merged = _placed_as(settlement.settle(_still_open(known, merged)), merged)
        return settlement.settle(merged)

    def _without_question(self, order: Order) -> Order:
        """Ask nothing about history: of that, nothing has left the shelf as it is counted."""
        left = any(line.item and not line.history and line.away > 0 for line in order.lines)
        if order.visible and left:
            return order
        self.tx.put(schema.ORDERS, order.but(asks_return=False))
        return order.but(asks_return=False)

    def _with_contact(self, order: Order, remote: RemoteOrder) -> Order:
        if not order.visible:
            return order
        order = order.but(address=remote.buyer.address or order.address)
        if order.contact is not None:
            return order
        marketplace = self.integration.marketplace
        contact, how = take_contact(self.tx, self.workspace, marketplace, remote.buyer)
        key = buyer_key(marketplace, remote.buyer)
        return order.but(contact=contact, matched_by=how, buyer_key=key)

    def _shop_sold(self, order: Order) -> None:
        """Take from the shop's number, as we know it, what it sold after we read it.

        What it sold before is why a number may have been lower than we believed.
        """
        if order.cancelled:
            return
        for line in order.lines:
            listing = self._listing(order, line)
            sold = resolve_variant(listing, line) if listing else None
            if listing is None or sold is None:
                continue
            if order.placed_at > listing.read_at:
                self.tx.put(schema.LISTINGS, _less(listing, sold, line))
            else:
                self._explain(listing.variant_id(sold), line, order.placed_at)
            self._lower_level(listing.variant_id(sold), line, order.placed_at)

    def _listing(self, order: Order, line: OrderLine) -> Listing | None:
        if line.listing_id is None:
            return None
        return self.tx.get(schema.LISTINGS, record_id(order.integration, line.listing_id))

    def _explain(self, variant: str, line: OrderLine, placed_at: datetime) -> None:
        link = self.tx.get(schema.LINKS, variant)
        if link is not None and link.shortfall is not None:
            left = explained(link.shortfall, line.quantity, placed_at)
            self.tx.put(schema.LINKS, link.but(shortfall=left))

    def _lower_level(self, variant: str, line: OrderLine, placed_at: datetime) -> None:
        """Take a sale from the number at which both sides were level: it is no drift."""
        link = self.tx.get(schema.LINKS, variant)
        if link is not None and link.level is not None and placed_at > link.level.at:
            lower = Level(max(0, link.level.number - line.quantity), link.level.at)
            back = link.gives_back
            less = None if back is None else max(0, back - line.quantity)
            self.tx.put(schema.LINKS, link.but(level=lower, gives_back=less))


def _less(listing: Listing, sold: ListingVariant, line: OrderLine) -> Listing:
    return listing.but(
        variants=tuple(
            msgspec.structs.replace(each, quantity=max(0, each.quantity - line.quantity))
            if each.key == sold.key
            else each
            for each in listing.variants
        )
    )


def _is_older(remote: RemoteOrder, known: Order) -> bool:
    """Tell whether the shop's news is older than what we know; where it tells when."""
    if remote.modified_at is None or known.modified_at is None:
        return False
    return remote.modified_at < known.modified_at


def says_more(
    known: Order, remote: RemoteOrder, base_currency: str, paid_comment: str, now: datetime
) -> bool:
    """Return whether a shop says anything of an order that we do not hold. Pure."""
    if _is_older(remote, known):
        return False
    doubt = _doubt(remote, base_currency, now)
    at = remote.paid_at or remote.placed_at
    return merge_order(known, remote, paid_comment=paid_comment, now=at, doubt=doubt) != known


def _doubt(remote: RemoteOrder, base_currency: str, now: datetime) -> str:
    """Return why the user has to decide about an order; empty when there is no doubt (E17)."""
    if not remote.recognised:
        return f"The shop calls it `{remote.status}`: please decide."
    if remote.total is not None and remote.total.currency != base_currency:
        currency = remote.total.currency
        return f"It is in {currency}, not in {base_currency}: please decide."
    waits = remote.payment == "unpaid" and not remote.cancelled and not remote.shipped
    return _UNPAID if waits and now - remote.placed_at >= UNPAID_FOR else ""


def _still_open(known: Order, merged: Order) -> Order:
    """Return the order with its new lines, as it was before it was sent."""
    sent = {line.id: line.shipped for line in known.lines}
    lines = tuple(
        msgspec.structs.replace(line, shipped=sent.get(line.id, 0)) for line in merged.lines
    )
    return merged.but(lines=lines, fulfilment=known.fulfilment, cancelled=False)


def _placed_as(opened: Order, merged: Order) -> Order:
    """Return the order with its lines where they were found while it was open."""
    lines = tuple(
        msgspec.structs.replace(
            line,
            variant=found.variant,
            item=found.item,
            no_item=found.no_item,
            history=found.history,
        )
        for line, found in zip(merged.lines, opened.lines, strict=True)
    )
    return merged.but(lines=lines)


def _taken(known: Order | None, after: Order, hidden: str) -> Taken:
    doubt = after.doubt if after.gate == "needs_decision" else ""
    if not after.visible:
        return Taken("skipped", hidden, None)
    if after.gate == "frozen":
        return Taken("frozen", _unmapped(after.lines), after.id)
    if known is None or not known.visible:
        return Taken("created", doubt, after.id)
    return Taken("unchanged" if known == after else "updated", doubt, after.id)


def _unmapped(lines: Sequence[OrderLine]) -> str:
    titles = [line.title for line in lines if line.item is None and not line.no_item]
    more = f" and {len(titles) - 1} more" if len(titles) > 1 else ""
    return f"No item is linked to “{titles[0]}”{more} yet."
