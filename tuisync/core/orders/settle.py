"""Settling an order: its lines find their items, stock follows, and the gate is set.

Run whenever the order or a link its lines depend on changed; running it again changes
nothing. Orders with a line nobody has mapped are kept whole and frozen, and their mapped lines
take their stock effect all the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import msgspec

from tuisync.core.models import (
    Commitment,
    Gate,
    Link,
    Listing,
    ListingVariant,
    Order,
    OrderLine,
    match_key,
    record_id,
    variant_id,
)
from tuisync.core.outbox import Outbox
from tuisync.core.stock.effects import Effect, LineFacts, stock_effect
from tuisync.core.stock.ledger import Ledger
from tuisync.core.stock.numbers import takes_sales
from tuisync.core.store import schema
from tuisync.core.store.port import Transaction
from tuisync.core.workspace import Workspace

_EVEN: frozenset[Effect] = frozenset({"consume", "open_and_commit"})
"""Effects after which as many units are available as before."""


def resolve_variant(listing: Listing, line: OrderLine) -> ListingVariant | None:
    """Return the variant a line sold, or None when the shop does not tell. Pure.

    By key; else the only variant there is, unless both name options; else the only one all of
    whose options are among the line's (a line names every option, a variant only those it is
    counted by); else the only one whose SKU is the line's.
    """
    keyed = [each for each in listing.variants if each.key == line.variant_key]
    if keyed:
        return keyed[0]
    first = listing.variants[0]
    if len(listing.variants) == 1 and not (line.variant_key and first.key):
        return first
    named = set((line.variant_key or "").split(","))
    within = [each for each in listing.variants if set(each.key.split(",")) <= named]
    if len(within) == 1:
        return within[0]
    wanted = match_key(line.sku or "")
    by_sku = [each for each in listing.variants if wanted and match_key(each.sku or "") == wanted]
    return by_sku[0] if len(by_sku) == 1 else None


@dataclass(frozen=True)
class Settlement:
    """Settles orders in one transaction."""

    tx: Transaction
    workspace: Workspace

    def settle(self, order: Order, *, moved: set[str] | None = None) -> Order:
        """Give the order its items, stock effects and gate; store and return it.

        Args:
            order: The order as merged.
            moved: Takes the ids of items whose numbers moved, and leaves it to the caller to
                owe the shops the news; None owes it here.
        """
        placed = order.but(lines=tuple(self._place(order, line) for line in order.lines))
        touched: set[str] = set()
        lines = tuple(
            self._apply(placed, line, line.item, touched)
            if line.item is not None and not line.history
            else line
            for line in placed.lines
        )
        self._release_dropped(placed, touched)
        settled = placed.but(gate=_gate(placed), lines=lines)
        self.tx.put(schema.ORDERS, settled)
        if moved is not None:
            moved |= touched
            return settled
        outbox = Outbox(self.tx, self.workspace)
        sold_by = {
            record_id(order.integration, line.listing_id) for line in order.lines if line.listing_id
        }
        for item in sorted(touched):
            outbox.item_changed(item, f"order {order.number}", sale=True, sold_by=sold_by)
        return settled

    def resettle(self, listing: str, variant: str, moved: set[str] | None = None) -> None:
        """Settle again every order that has, or may have, a line of that variant: it thaws."""
        waiting = self.tx.find(schema.ORDERS, "unresolved", listing)
        for order in [*waiting, *self.tx.find(schema.ORDERS, "variant", variant)]:
            current = self.tx.get(schema.ORDERS, order.id) or order
            self.settle(current, moved=moved)

    def _place(self, order: Order, line: OrderLine) -> OrderLine:
        variant = line.variant or self._variant(order, line)
        link = self.tx.get(schema.LINKS, variant) if variant else None
        if line.chosen or (line.no_item and (order.shipped or line.shipped)):
            # The user's word holds; and what left as no item's is none's afterwards.
            return msgspec.structs.replace(line, variant=variant)
        linked = link if link is not None and takes_sales(link) else None
        item = line.item or (linked.item if linked else None)
        ignored = line.no_item or (link is not None and link.state == "ignored")
        return msgspec.structs.replace(
            line,
            variant=variant,
            item=item,
            no_item=item is None and ignored,
            history=line.history
            or (line.item is None and linked is not None and _is_history(order, line, linked)),
        )

    def _variant(self, order: Order, line: OrderLine) -> str | None:
        if line.listing_id is None:
            return None
        listing = self.tx.get(schema.LISTINGS, record_id(order.integration, line.listing_id))
        if listing is None:
            return None
        found = resolve_variant(listing, line)
        if found is not None:
            return listing.variant_id(found)
        former = variant_id(listing.id, line.variant_key or "")
        return former if self.tx.get(schema.LINKS, former) is not None else None

    def _apply(self, order: Order, line: OrderLine, item: str, touched: set[str]) -> OrderLine:
        """Carry out what the line does to stock now; returns it with what has left since."""
        id_ = f"{order.id}/{line.id}"
        known = self.tx.get(schema.COMMITMENTS, id_)
        link = self.tx.get(schema.LINKS, line.variant) if line.variant else None
        remaining = line.quantity - (line.left if order.shipped else line.shipped)
        effect = stock_effect(
            LineFacts(
                quantity=remaining,
                placed_at=_counts_at(order, line, link),
                shipped=order.shipped,
                # What was imported and has left took its stock along, whatever came after that.
                cancelled=order.cancelled and not (order.shipped and order.visible),
                baseline_at=_baseline(link, item),
                opening=link is not None and link.opening,
                commitment=known,
            )
        )
        if effect == "none":
            return line
        commitment = known or Commitment(
            id=id_,
            order=order.id,
            line=line.id,
            item=item,
            warehouse=order.warehouse,
            quantity=remaining,
        )
        self._carry_out(effect, order, commitment, remaining)
        if effect not in _EVEN:
            touched.add(commitment.item)
        gone = {"ship": remaining, "consume": commitment.quantity}.get(effect, 0)
        return msgspec.structs.replace(line, left=line.left + gone)

    def _carry_out(
        self, effect: Effect, order: Order, commitment: Commitment, remaining: int
    ) -> None:
        ledger = Ledger(self.tx, self.workspace.clock)
        cause = f"order {order.number}"
        wanted = commitment.but(quantity=remaining)
        steps: dict[Effect, Callable[[], None]] = {
            "commit": lambda: ledger.commit(wanted),
            "open_and_commit": lambda: self._open_and_commit(ledger, order, wanted),
            "ship": lambda: ledger.ship(wanted, f"{cause} shipped"),
            "consume": lambda: ledger.consume(commitment, f"{cause} shipped"),
            "release": lambda: ledger.release(commitment),
        }
        steps[effect]()

    def _open_and_commit(self, ledger: Ledger, order: Order, commitment: Commitment) -> None:
        ledger.move(
            commitment.item,
            commitment.warehouse,
            commitment.quantity,
            "opening",
            f"order {order.number}, sold before the opening count and still to be shipped",
            order=order.id,
        )
        ledger.commit(commitment)

    def _release_dropped(self, order: Order, touched: set[str]) -> None:
        """Free what lines held that the shop took off the order."""
        lines = {line.id for line in order.lines}
        for commitment in self.tx.find(schema.COMMITMENTS, "order", order.id):
            if commitment.state == "open" and commitment.line not in lines:
                Ledger(self.tx, self.workspace.clock).release(commitment)
                touched.add(commitment.item)


def _is_history(order: Order, line: OrderLine, link: Link) -> bool:
    """Tell whether the order had left when its link begins to count: the shelf is net of it.

    It is remembered on the line, for the link may be taken apart, and its baseline with it.
    """
    baseline = link.baseline_at
    return order.shipped and baseline is not None and _counts_at(order, line, link) < baseline


def _counts_at(order: Order, line: OrderLine, link: Link | None) -> datetime:
    """Return when a line went out of what a link begins with.

    A shop's number is net of what was sold, a shelf that was counted of what has left.
    """
    sold_at = line.added_at or order.placed_at
    if link is None or link.opening or not order.shipped:
        return sold_at
    parcels = [each for each in order.shipments if not each.lines or line.id in each.lines]
    return max([sold_at, *(each.shipped_at for each in parcels if each.shipped_at)])


def _baseline(link: Link | None, item: str) -> datetime | None:
    return link.baseline_at if link is not None and link.item == item else None


def _gate(order: Order) -> Gate:
    if order.doubt and order.decided is None:
        return "needs_decision"
    unmapped = any(line.item is None and not line.no_item for line in order.lines)
    return "frozen" if unmapped and order.open else "ready"
