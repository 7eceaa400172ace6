"""Shipping several orders at once, each of them whole, with a tracking number of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from tuisync.core.actions.parcels import ship_parcels
from tuisync.core.models import marketplace_of
from tuisync.core.views.orders import order_view
from tuisync.screens.parcels_form import ParcelsForm
from tuisync.widgets.plain import counted

if TYPE_CHECKING:
    from tuisync.core.actions.parcels import ReadyParcel, RefusedParcel
    from tuisync.core.remote import Marketplace
    from tuisync.core.views.objects import OrderView
    from tuisync.core.views.order_list import OrderEntry
    from tuisync.core.workspace import Workspace
    from tuisync.screens.shell import Severity, Shell


_MOST = 100
"""Orders of one form: more lines take long to come up, and nobody looks through more."""

_NONE = "None of those marked can be shipped now."
_TOO_MANY = f"{{:,}} of those marked can be shipped; {_MOST} at most can be at once."


class _ToShip(NamedTuple):
    """Orders that can be shipped, and the marketplaces they are of."""

    orders: Sequence[OrderView]
    marketplaces: Mapping[str, Marketplace]


def ask_ship_many(shell: Shell, marked: Sequence[OrderEntry], then: Callable[[], None]) -> None:
    """Ask for the numbers, say what is told and to whom, ask, then ship the orders that can be.

    Args:
        shell: The app.
        marked: The orders' entries in the list.
        then: Called before they are shipped.
    """
    ready = [each.id for each in marked if each.status == "confirmed" and each.gate == "ready"]
    if not 0 < len(ready) <= _MOST:
        shell.say(_TOO_MANY.format(len(ready)) if ready else _NONE, "warning")
        return
    unready = len(marked) - len(ready)
    shell.act(
        lambda: _to_ship(shell.workspace, ready),
        lambda found: _ask(shell, found, unready, then),
    )


def _to_ship(workspace: Workspace, ids: Iterable[str]) -> _ToShip:
    orders = [order_view(workspace.store, each) for each in ids]
    names = dict.fromkeys(marketplace_of(each.id) for each in orders)
    return _ToShip(orders, {name: workspace.marketplaces.describe(name) for name in names})


def _ask(shell: Shell, found: _ToShip, unready: int, then: Callable[[], None]) -> None:
    left_out = f"{unready:,} of those marked cannot be shipped now and stay as they are."
    form = ParcelsForm(shell, *found, left_out=left_out if unready else "")

    def ship(parcels: Sequence[ReadyParcel]) -> None:
        then()
        shell.act(
            lambda: ship_parcels(shell.workspace, [each.parcel for each in parcels]),
            lambda done: shell.say(*_told(*done)),
        )

    shell.push_screen(form, lambda checked: ship(checked.ready) if checked else None)


def _told(shipped: Sequence[OrderView], refused: Sequence[RefusedParcel]) -> tuple[str, Severity]:
    """Return what became of them, as sentences."""
    by_hand = sum(each.shipments[-1].push == "manual" for each in shipped)
    told = f"{counted(len(shipped), 'order')} shipped"
    if len(shipped) > by_hand:
        told += "; the shops are told next"
    if by_hand:
        told += f"; {by_hand:,} you mark at the shop yourself"
    if not refused:
        return f"{told}.", "information"
    return f"{told}. {len(refused):,} not: {refused[0].error.message}", "warning"
