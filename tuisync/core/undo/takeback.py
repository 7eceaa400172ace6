"""Taking back what some runs made, in one transaction.

The ledger is append-only: a movement is never removed, its opposite is added, so that on hand
is again what it was and both stand there with their reasons. Everything else goes back to what
it was: orders, contacts, links and listings the runs made go, reservations with them, and the
shop is read from where it had been read before, so that nothing it sold is lost.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import msgspec

from tuisync.core.models import (
    Commitment,
    Link,
    MovementKind,
    Order,
    OrderLine,
    Parting,
    record_id,
)
from tuisync.core.orders.settle import Settlement, resolve_variant
from tuisync.core.outbox import Outbox
from tuisync.core.stock.ledger import Ledger, balance_of
from tuisync.core.stock.numbers import shown
from tuisync.core.store import schema
from tuisync.core.store.port import Transaction
from tuisync.core.undo.scope import Scope, links_of, made_later
from tuisync.core.workspace import Workspace

_CAUSE = "a sync was undone"


@dataclass
class TakeBack:
    """One undo being carried out.

    Attributes:
        tx: The transaction all of it happens in.
        workspace: Where.
        scope: What the runs made.
    """

    tx: Transaction
    workspace: Workspace
    scope: Scope
    _items: set[str] = field(default_factory=set, init=False)
    _places: set[tuple[str, str]] = field(default_factory=set, init=False)
    _contacts: set[str] = field(default_factory=set, init=False)
    _owed: set[str] = field(default_factory=set, init=False)

    def carry_out(self) -> None:
        """Take everything back, then owe the shops what they show wrongly because of it."""
        later = made_later(self.tx, self.scope.runs, "orders")
        for id_ in self.scope.orders:
            order = self.tx.get(schema.ORDERS, id_)
            if order is not None:
                self._order(order)
        for contact in sorted(self._contacts):
            self._contact(contact, later)
        links = links_of(self.tx, self.scope)
        self._owed = {link.listing for link in links if self._to_give_back(link) is not None}
        for link in links:
            self._part(link)
        for link in links:
            self._thawed(link)
        for id_ in self.scope.listings:
            self._listing(id_)
        self._cursors()
        self._owe(links)
        for item, warehouse in self._places:
            self._tidy(item, warehouse)
        for run in self.scope.runs:
            self.tx.put(schema.RUNS, run.but(undone_at=self.workspace.now()))

    # -- orders ---------------------------------------------------------------------------

    def _order(self, order: Order) -> None:
        self._reverse_movements(order)
        for commitment in self.tx.find(schema.COMMITMENTS, "order", order.id):
            self._free(commitment)
        for line in order.lines:
            self._give_back(order, line)
        self.tx.delete(schema.ORDERS, order.id)
        if order.contact is not None:
            self._contacts.add(order.contact)

    def _reverse_movements(self, order: Order) -> None:
        moved: Counter[tuple[str, str, MovementKind]] = Counter()
        for movement in self.tx.find(schema.MOVEMENTS, "order", order.id):
            moved[movement.item, movement.warehouse, movement.kind] += movement.delta
        for (item, warehouse, kind), delta in moved.items():
            self._move(order, item, warehouse, -delta, kind)

    def _move(
        self, order: Order, item: str, warehouse: str, delta: int, kind: MovementKind
    ) -> None:
        if delta:
            cause = f"{_CAUSE}: order {order.number}"
            ledger = Ledger(self.tx, self.workspace.clock)
            ledger.move(item, warehouse, delta, kind, cause, order=order.id)
        self._touch(item, warehouse)

    def _free(self, commitment: Commitment) -> None:
        """Remove a reservation; its units are for sale again if it was still open."""
        if commitment.state == "open":
            Ledger(self.tx, self.workspace.clock).release(commitment)
        self.tx.delete(schema.COMMITMENTS, commitment.id)
        self._touch(commitment.item, commitment.warehouse)

    def _touch(self, item: str, warehouse: str) -> None:
        self._items.add(item)
        self._places.add((item, warehouse))

    def _give_back(self, order: Order, line: OrderLine) -> None:
        """Put back onto the shop's number, as we know it, what the order took from it."""
        if order.cancelled or line.listing_id is None:
            return
        listing = self.tx.get(schema.LISTINGS, record_id(order.integration, line.listing_id))
        sold = resolve_variant(listing, line) if listing else None
        if listing is None or sold is None or order.placed_at <= listing.read_at:
            return
        variants = tuple(
            msgspec.structs.replace(each, quantity=each.quantity + line.quantity)
            if each.key == sold.key
            else each
            for each in listing.variants
        )
        self.tx.put(schema.LISTINGS, listing.but(variants=variants))

    def _contact(self, id_: str, later: set[str]) -> None:
        """Remove a contact only these orders made; else give it back what it said before."""
        others = self.tx.find(schema.ORDERS, "contact", id_)
        if not others and id_ > min(run.id for run in self.scope.runs):
            self.tx.delete(schema.CONTACTS, id_)
        elif id_ in self.scope.contacts and not any(order.id in later for order in others):
            self.tx.put(schema.CONTACTS, self.scope.contacts[id_])

    # -- links and listings ---------------------------------------------------------------

    def _part(self, link: Link) -> None:
        """Take a link apart, and remember the pair: it does not come back by itself."""
        self._remember(link)
        before, owed = self.scope.links.get(link.id), link.listing in self._owed
        if before is None and not owed:
            self.tx.delete(schema.LINKS, link.id)
            return
        bare = before or _bare(link)
        back = self._to_give_back(link)
        bare = bare if back is None else bare.but(gives_back=back, level=link.level)
        self.tx.put(schema.LINKS, bare.but(never=link.never))
        if owed:
            return  # what the shop shows was sent by us: that is put right, on the listing as it is
        known = self.scope.known.get(link.listing)
        current = self.tx.get(schema.LISTINGS, link.listing)
        if known is not None and current is not None and current.read_at <= self.scope.ended:
            self.tx.put(schema.LISTINGS, known)

    def _to_give_back(self, link: Link) -> int | None:
        """Return what the shop showed before it was sent numbers through the link, if it was."""
        listing = self.tx.get(schema.LISTINGS, link.listing)
        variants = {each.key: each for each in listing.variants} if listing else {}
        if link.shown_before is None or listing is None or link.key not in variants:
            return None
        same = shown(variants[link.key], listing) == link.shown_before
        return None if same else link.shown_before

    def _remember(self, link: Link) -> None:
        found = self.tx.get(schema.PARTINGS, link.id)
        items = [*(found.items if found else ()), *link.never, *([link.item] if link.item else [])]
        if items:
            pairs = tuple(dict.fromkeys(items))
            self.tx.put(schema.PARTINGS, Parting(id=link.id, items=pairs))

    def _thawed(self, link: Link) -> None:
        """Freeze again the orders that were known before and found an item by that link."""
        own = link.id not in self.scope.links
        for order in self.tx.find(schema.ORDERS, "variant", link.id):
            lines = tuple(self._unplaced(order, line, link, own=own) for line in order.lines)
            Settlement(self.tx, self.workspace).settle(order.but(lines=lines), moved=self._items)

    def _unplaced(self, order: Order, line: OrderLine, link: Link, *, own: bool) -> OrderLine:
        if line.variant != link.id:
            return line
        bare = msgspec.structs.replace(line, variant=None if own else line.variant)
        if link.item is None or line.item != link.item or line.chosen:
            return bare
        commitment = self.tx.get(schema.COMMITMENTS, f"{order.id}/{line.id}")
        if commitment is not None:
            if commitment.state == "consumed":
                units = commitment.quantity
                self._move(order, commitment.item, commitment.warehouse, units, "ship")
            self._free(commitment)
        return msgspec.structs.replace(bare, item=None, history=False)

    def _listing(self, id_: str) -> None:
        if id_ in self._owed:
            return
        self.tx.delete(schema.LISTINGS, id_)
        self._forget_entry(f"stock:{id_}")

    def _cursors(self) -> None:
        for cursor in self.scope.cursors.values():
            if cursor.position is None and cursor.read_from is None:
                self.tx.delete(schema.CURSORS, cursor.id)
            else:
                self.tx.put(schema.CURSORS, cursor)

    # -- what follows ---------------------------------------------------------------------

    def _owe(self, links: list[Link]) -> None:
        """Owe the shops what they show wrongly now; it waits for the plan like a new link."""
        items = self._items | {link.item for link in links if link.item is not None}
        listings = {
            link.listing for item in items for link in self.tx.find(schema.LINKS, "item", item)
        }
        listings |= {link.listing for link in links}
        Outbox(self.tx, self.workspace).listings_changed(sorted(listings), _CAUSE, hold=True)
        for id_ in listings:
            self._forget_entry(f"stock:{id_}")

    def _forget_entry(self, id_: str) -> None:
        """Remove a push that only the runs owed, that was never tried, and is owed no more."""
        entry = self.tx.get(schema.OUTBOX, id_)
        if entry is None or entry.created_at < self.scope.began or entry.attempts:
            return
        if entry.state == "superseded" or self._is_gone(entry.target):
            self.tx.delete(schema.OUTBOX, id_)

    def _is_gone(self, listing: str) -> bool:
        return self.tx.get(schema.LISTINGS, listing) is None

    def _tidy(self, item: str, warehouse: str) -> None:
        """Remove sums of nothing: as if nothing had ever happened there."""
        balance = balance_of(self.tx, item, warehouse)
        if balance.on_hand or balance.committed:
            return
        moved = self.tx.find(schema.MOVEMENTS, "item", item)
        if not any(movement.warehouse == warehouse for movement in moved):
            self.tx.delete(schema.BALANCES, balance.id)


def _bare(link: Link) -> Link:
    """Return a link as it is when its listing has just become known."""
    return Link(id=link.id, integration=link.integration, listing=link.listing, key=link.key)
