"""Keeping what a decision about links writes, and taking the last one back.

Everything goes back to the byte, unless something later counts on it: then nothing does. The
ledger is only added to: what a decision moved is moved back. Numbers that others changed since
keep what the others did.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from tuisync.core.errors import NotFound
from tuisync.core.models import LIVE, Balance, Link
from tuisync.core.models.decisions import Choice, Touched
from tuisync.core.orders.settle import Settlement
from tuisync.core.outbox import Outbox
from tuisync.core.stock.ledger import Ledger
from tuisync.core.store import schema
from tuisync.core.store.port import Reader, Transaction
from tuisync.core.store.schema import Collection, D
from tuisync.core.undo.copies import BY_NAME, decoded, text_of
from tuisync.core.undo.counting import check_unchanged, decided
from tuisync.core.workspace import Workspace

KEPT = 50
"""Decisions that can be taken back, the last one first."""

KEPT_FOR = timedelta(days=1)
"""How long; what was decided longer ago is history."""

_MOST = 3_000
"""Documents of one decision. One about more cannot be taken back, nor what was before it."""


@dataclass
class Recorder:
    """A transaction that keeps what stood where it writes."""

    tx: Transaction
    _before: dict[tuple[str, str], str | None] = field(default_factory=dict)
    _movements: list[str] = field(default_factory=list)

    def get(self, collection: Collection[D], id_: str) -> D | None:
        """Return the document with that id, or None."""
        return self.tx.get(collection, id_)

    def find(self, collection: Collection[D], index: str, key: str) -> list[D]:
        """Return the documents under that key of an index."""
        return self.tx.find(collection, index, key)

    def ids(self, collection: Collection[D], index: str, key: str) -> tuple[str, ...]:
        """Return the ids under that key of an index."""
        return self.tx.ids(collection, index, key)

    def count(self, collection: Collection[D], index: str | None = None, key: str = "") -> int:
        """Return how many documents there are."""
        return self.tx.count(collection, index, key)

    def all(self, collection: Collection[D]) -> Iterator[D]:
        """Iterate over all documents."""
        return self.tx.all(collection)

    def put(self, collection: Collection[D], document: D) -> None:
        """Keep what stands there, then add or replace the document."""
        self._keep(collection, document.id)
        self.tx.put(collection, document)

    def delete(self, collection: Collection[D], id_: str) -> None:
        """Keep what stands there, then remove it."""
        self._keep(collection, id_)
        self.tx.delete(collection, id_)

    def _keep(self, collection: Collection[D], id_: str) -> None:
        if collection.name == schema.MOVEMENTS.name:
            self._movements.append(id_)
        elif (collection.name, id_) not in self._before:
            self._before[collection.name, id_] = text_of(self.tx, collection, id_)

    def touched(self) -> tuple[Touched, ...]:
        """Return what was written and is otherwise than before."""
        pairs = (
            Touched(name, id_, before, text_of(self.tx, BY_NAME[name], id_))
            for (name, id_), before in self._before.items()
        )
        return tuple(each for each in pairs if each.before != each.after)

    @property
    def movements(self) -> tuple[str, ...]:
        """Ids of what was added to the ledger."""
        return tuple(self._movements)


@contextmanager
def choosing(workspace: Workspace, words: str) -> Iterator[Transaction]:
    """Open a transaction in which a decision is made that can be taken back.

    Args:
        workspace: Where.
        words: What is decided, in words.
    """
    with workspace.store.transaction() as tx:
        recorder = Recorder(tx)
        yield recorder
        touched = recorder.touched()
        if not touched:
            return
        if len(touched) > _MOST:
            _forget(tx, workspace, but=0)
            return
        _forget(tx, workspace, but=KEPT - 1)
        choice = Choice(
            id=workspace.new_id(),
            at=workspace.now(),
            words=words,
            touched=touched,
            movements=recorder.movements,
        )
        tx.put(schema.CHOICES, choice)


def forget_old_choices(workspace: Workspace) -> None:
    """Let go of what cannot be taken back any more: it holds copies of orders."""
    if any(_is_old(each, workspace) for each in workspace.store.all(schema.CHOICES)):
        with workspace.store.transaction() as tx:
            _forget(tx, workspace, but=KEPT)


def _forget(tx: Transaction, workspace: Workspace, *, but: int) -> None:
    known = sorted(tx.all(schema.CHOICES), key=lambda each: each.id, reverse=True)
    for place, each in enumerate(known):
        if place >= but or _is_old(each, workspace):
            tx.delete(schema.CHOICES, each.id)


def _is_old(choice: Choice, workspace: Workspace) -> bool:
    return not timedelta() <= workspace.now() - choice.at <= KEPT_FOR


def last_choice(reader: Reader, workspace: Workspace) -> Choice | None:
    """Return the decision that would be taken back next, or None."""
    young = (each for each in reader.all(schema.CHOICES) if not _is_old(each, workspace))
    return max(young, key=lambda each: each.id, default=None)


def take_back_choice(workspace: Workspace) -> Choice:
    """Take the last decision about links back, and return it.

    Raises:
        NotFound: There is none.
        Conflict: Something of it was changed since; nothing is taken back.
    """
    with workspace.store.transaction() as tx:
        choice = last_choice(tx, workspace)
        if choice is None:
            raise NotFound(
                "There is no decision about links to take back.",
                hint="They are kept for a day: `tuisync unlink` takes an older link apart.",
            )
        check_unchanged(tx, choice)
        _TakingBack(tx, workspace, choice).carry_out()
        tx.delete(schema.CHOICES, choice.id)
        return choice


@dataclass(frozen=True)
class _TakingBack:
    tx: Transaction
    workspace: Workspace
    choice: Choice

    def carry_out(self) -> None:
        items = self._move_back()
        links: list[Link] = []
        for each in self.choice.touched:
            match each.collection:
                case schema.BALANCES.name:
                    items.add(self._balance(each))
                case schema.OUTBOX.name:
                    self._outbox(each)
                case schema.LINKS.name:
                    self._link(each)
                    links += filter(None, [self.tx.get(schema.LINKS, each.id)])
                case _:
                    self._put_back(each)
        for link in links:  # orders that came in meanwhile find their items
            Settlement(self.tx, self.workspace).resettle(link.listing, link.id, items)
        self._owe(items)

    def _owe(self, items: set[str]) -> None:
        """Owe what is wrong now where nothing is owed; what is owed is computed when it is sent."""
        listings = {link.listing for i in items for link in self.tx.find(schema.LINKS, "item", i)}
        entries = {id_: self.tx.get(schema.OUTBOX, f"stock:{id_}") for id_ in listings}
        settled = sorted(i for i, entry in entries.items() if not entry or entry.state not in LIVE)
        Outbox(self.tx, self.workspace).listings_changed(settled, "a decision was taken back")

    def _move_back(self) -> set[str]:
        ledger = Ledger(self.tx, self.workspace.clock)
        items = set()
        for id_ in self.choice.movements:
            movement = self.tx.get(schema.MOVEMENTS, id_)
            if movement is not None:
                cause = f"taken back: {movement.cause}"
                ledger.move(
                    movement.item,
                    movement.warehouse,
                    -movement.delta,
                    movement.kind,
                    cause,
                    order=movement.order,
                )
                items.add(movement.item)
        return items

    def _balance(self, each: Touched) -> str:
        """Take what the decision reserved off the sums; what it moved is moved back already."""
        before, after = (decoded(schema.BALANCES, text) for text in (each.before, each.after))
        known = self.tx.get(schema.BALANCES, each.id)
        if known is None or after is None:
            return each.id.partition("@")[0]
        reserved = after.committed - (before.committed if before else 0)
        left = known.but(committed=known.committed - reserved)
        if before is None and left == Balance(id=left.id, item=left.item, warehouse=left.warehouse):
            self.tx.delete(schema.BALANCES, each.id)
        else:
            self.tx.put(schema.BALANCES, left)
        return left.item

    def _outbox(self, each: Touched) -> None:
        """Put an owed push back, unless it was sent meanwhile: then it is computed anew."""
        if text_of(self.tx, schema.OUTBOX, each.id) == each.after:
            self._put_back(each)

    def _link(self, each: Touched) -> None:
        """Put a link's decision back; what its shop confirmed meanwhile stays known."""
        known, before = self.tx.get(schema.LINKS, each.id), decoded(schema.LINKS, each.before)
        if known is None or before is None or text_of(self.tx, schema.LINKS, each.id) == each.after:
            self._put_back(each)
        else:
            self.tx.put(schema.LINKS, known.but(**decided(before)))

    def _put_back(self, each: Touched) -> None:
        collection = BY_NAME[each.collection]
        before = decoded(collection, each.before)
        if before is None:
            self.tx.delete(collection, each.id)
        else:
            self.tx.put(collection, before)
