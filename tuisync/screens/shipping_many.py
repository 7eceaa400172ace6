"""Shipping several orders at once, each of them whole and without a tracking number."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from tuisync.core.actions.orders import ship_order
from tuisync.core.errors import StoreError, TuisyncError
from tuisync.core.models import marketplace_of
from tuisync.core.views.orders import order_view
from tuisync.screens.dialogs.confirm import Confirm
from tuisync.screens.shipping import is_by_hand
from tuisync.widgets.plain import counted, cut, plain

if TYPE_CHECKING:
    from tuisync.core.views.objects import OrderView
    from tuisync.core.views.order_list import OrderEntry
    from tuisync.core.workspace import Workspace
    from tuisync.screens.shell import Severity, Shell

_NAMED = 8
"""Orders named in the question."""


class _Shipped(NamedTuple):
    """What became of orders: how many are shipped, by whom told, and why the others are not."""

    done: int
    by_hand: int
    refused: tuple[str, ...]


def ask_ship_many(shell: Shell, marked: Sequence[OrderEntry], then: Callable[[], None]) -> None:
    """Say which buyers are told, ask, then ship the orders that can be.

    Args:
        shell: The app.
        marked: The orders' entries in the list.
        then: Called before they are shipped.
    """
    ready = [each.id for each in marked if each.status == "confirmed" and each.gate == "ready"]
    unready = len(marked) - len(ready)
    shell.act(
        lambda: _without_number(shell.workspace, ready),
        lambda orders: _ask(shell, orders, unready, len(ready) - len(orders), then),
    )


def _without_number(workspace: Workspace, ids: Iterable[str]) -> list[OrderView]:
    """Return the orders whose marketplace takes a parcel without a tracking number."""
    free = (each for each in ids if not _needs_number(workspace, each))
    return [order_view(workspace.store, each) for each in free]


def _ask(
    shell: Shell,
    orders: Sequence[OrderView],
    unready: int,
    numbered: int,
    then: Callable[[], None],
) -> None:
    if not orders:
        shell.say(_NEED_NUMBERS if numbered else _NONE_READY, "warning")
        return

    def ship() -> None:
        then()
        shell.act(lambda: _ship(shell.workspace, orders), lambda done: shell.say(*_told(done)))

    by_hand = sum(is_by_hand(shell.workspace.store, each.id) for each in orders)
    text = "\n".join(_about(orders, unready, numbered, by_hand))
    asked = Confirm(f"Ship {counted(len(orders), 'order')}?", text, yes="Ship")
    shell.push_screen(asked, lambda sure: ship() if sure else None)


_NONE_READY = "None of those marked can be shipped now."
_NEED_NUMBERS = "Their shop wants a tracking number for each parcel: ship them one by one."


def _needs_number(workspace: Workspace, order: str) -> bool:
    try:
        can = workspace.marketplaces.describe(marketplace_of(order)).capabilities
    except TuisyncError:
        return True
    return can.tracking_required


def _about(orders: Sequence[OrderView], unready: int, numbered: int, by_hand: int) -> Iterator[str]:
    for order in orders[:_NAMED]:
        yield f"{order.number}  {cut(plain(order.contact.name or 'the buyer'), 40)}"
    if len(orders) > _NAMED:
        yield f"and {len(orders) - _NAMED:,} more"
    yield "All that is on them leaves, without a tracking number."
    if told := len(orders) - by_hand:
        buyer = "Its buyer gets" if len(orders) == 1 else "Each buyer gets"
        yield f"{f'{told:,} buyers get' if by_hand else buyer} an e-mail from the shop."
    if by_hand:
        yield f"{by_hand:,} you mark at the shop yourself."
    if unready:
        yield f"{unready:,} of those marked cannot be shipped now and stay as they are."
    if numbered:
        yield f"{numbered:,} need a tracking number, so they stay as they are."


def _ship(workspace: Workspace, orders: Sequence[OrderView]) -> _Shipped:
    shipped, refused = [], []
    for order in orders:
        try:
            shipped.append(ship_order(workspace, order.id, carrier=None, tracking=None))
        except StoreError:
            raise
        except TuisyncError as error:
            refused.append(error.message)
    by_hand = sum(each.shipments[-1].push == "manual" for each in shipped)
    return _Shipped(len(shipped), by_hand, tuple(refused))


def _told(shipped: _Shipped) -> tuple[str, Severity]:
    """Return what became of them, as sentences."""
    told = f"{counted(shipped.done, 'order')} shipped"
    if shipped.done > shipped.by_hand:
        told += "; the shops are told next"
    if shipped.by_hand:
        told += f"; {shipped.by_hand:,} you mark at the shop yourself"
    if not shipped.refused:
        return f"{told}.", "information"
    return f"{told}. {len(shipped.refused):,} not: {shipped.refused[0]}", "warning"
