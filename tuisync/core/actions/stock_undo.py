"""Taking an item's last adjustment or transfer back: the ledger moves as much the other way."""

from __future__ import annotations

from tuisync.core import lookup
from tuisync.core.errors import Conflict
from tuisync.core.models import Movement, MovementKind
from tuisync.core.outbox import Outbox
from tuisync.core.stock.ledger import Ledger
from tuisync.core.store import schema
from tuisync.core.store.port import Reader
from tuisync.core.views.items import item_view
from tuisync.core.views.objects import ItemView
from tuisync.core.workspace import Workspace

_TAKEN_BACK, _DONE_AGAIN = "taken back: ", "done again: "
_OPPOSITE: dict[MovementKind, MovementKind] = {
    "adjust": "adjust",
    "transfer_in": "transfer_out",
    "transfer_out": "transfer_in",
}


def last_moves(reader: Reader, sku: str) -> list[Movement]:
    """Return an item's last adjustment, or both sides of its last transfer; empty if there is none.

    Raises:
        NotFound: There is no such item.
        Conflict: It is retired.
    """
    item = lookup.item_in_use(reader, sku)
    found = [
        each
        for each in reader.find(schema.MOVEMENTS, "item", item.id)
        if each.kind in _OPPOSITE and each.delta
    ]
    found.sort(key=lambda each: each.id)
    if not found or found[-1].kind == "adjust":
        return found[-1:]
    # The sides of a transfer are written one right after the other, some microseconds apart.
    return found[-2:] if _is_transfer(*found[-2:]) else []


def _is_transfer(*moves: Movement) -> bool:
    """Return whether these are what left one warehouse and came to another."""
    kinds = {each.kind for each in moves}
    causes = {each.cause for each in moves}
    whole = kinds == {"transfer_in", "transfer_out"} and len(causes) == 1
    return whole and sum(each.delta for each in moves) == 0


def take_back_stock(workspace: Workspace, sku: str) -> ItemView:
    """Take an item's last adjustment or transfer back; done twice, it is as it was.

    Nothing is taken out of the ledger: as much is moved the other way, and every shop that sells
    the item is owed the new number.

    Raises:
        NotFound: There is no such item.
        Conflict: Nothing was adjusted or transferred, or on hand would fall below zero.
    """
    with workspace.store.transaction() as tx:
        moves = last_moves(tx, sku)
        if not moves:
            raise Conflict(f"Nothing of {sku} was adjusted or transferred yet.")
        cause = _cause(moves[0].cause)
        ledger = Ledger(tx, workspace.clock)
        for move in sorted(moves, key=lambda each: each.delta, reverse=True):
            ledger.move(
                move.item,
                move.warehouse,
                -move.delta,
                _OPPOSITE[move.kind],
                cause,
                may_go_below_zero=False,
            )
        Outbox(tx, workspace).item_changed(moves[0].item, cause)
        return item_view(tx, sku)


def _cause(cause: str) -> str:
    if cause.startswith(_TAKEN_BACK):
        return _DONE_AGAIN + cause.removeprefix(_TAKEN_BACK)
    return _TAKEN_BACK + cause.removeprefix(_DONE_AGAIN)
