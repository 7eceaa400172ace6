"""Several parcels at once: each is checked before any of them leaves."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from tuisync.core.actions.orders import ship_order
from tuisync.core.actions.shippable import shippable
from tuisync.core.errors import StoreError, TuisyncError
from tuisync.core.models import Order
from tuisync.core.orders.telling import why_by_hand
from tuisync.core.orders.tracking import Tracking
from tuisync.core.store import schema
from tuisync.core.store.port import Reader
from tuisync.core.views.objects import OrderView
from tuisync.core.workspace import Workspace

UNTRACKED = "-"
"""Written instead of a number: this parcel has no carrier either."""


class Parcel(NamedTuple):
    """All that is left of an order, in one parcel; carrier and number may be missing."""

    order: str
    carrier: str | None = None
    tracking: str | None = None

    @classmethod
    def written(cls, order: str, carrier: str, number: str) -> Parcel:
        """Return a parcel as people write it, with nothing or `UNTRACKED` for no number."""
        return cls(order) if number == UNTRACKED else cls(order, carrier or None, number or None)


class ReadyParcel(NamedTuple):
    """A parcel that can leave now.

    Attributes:
        parcel: As it was asked for.
        number: The order's number.
        buyer: The buyer's name, or empty.
        to_send: Exactly what the shop is told of it.
        by_hand: The user tells the shop; it e-mails nobody before that.
    """

    parcel: Parcel
    number: str
    buyer: str
    to_send: Tracking
    by_hand: bool

    @property
    def said(self) -> str:
        """What the shop is told of it, in words."""
        return self.to_send.said or "without a tracking number"


class RefusedParcel(NamedTuple):
    """A parcel that cannot leave so, and why.

    Attributes:
        mendable: Another carrier or number would do; else the order cannot be shipped at all.
    """

    parcel: Parcel
    error: TuisyncError
    mendable: bool = True


def ready_parcel(reader: Reader, workspace: Workspace, parcel: Parcel) -> ReadyParcel:
    """Return what shipping a parcel would do; nothing is stored.

    Raises:
        NotFound: As `ship_order`, and so are the others.
        Conflict: As there.
        UsageError: As there.
    """
    found = shippable(
        reader, workspace, parcel.order, carrier=parcel.carrier, tracking=parcel.tracking
    )
    order = found.order
    by_hand = bool(why_by_hand(reader, order))
    return ReadyParcel(parcel, order.number, buyer(reader, order), found.to_send, by_hand)


def buyer(reader: Reader, order: Order) -> str:
    """Return the name of an order's buyer, or nothing."""
    contact = reader.get(schema.CONTACTS, order.contact) if order.contact else None
    return contact.name if contact else ""


def check_parcels(
    workspace: Workspace, parcels: Iterable[Parcel]
) -> tuple[list[ReadyParcel], list[RefusedParcel]]:
    """Return the parcels that can leave now, and those that cannot."""
    ready: list[ReadyParcel] = []
    refused: list[RefusedParcel] = []
    for parcel in parcels:
        try:
            ready.append(ready_parcel(workspace.store, workspace, parcel))
        except StoreError:
            raise
        except TuisyncError as error:
            mendable = _can_leave(workspace, parcel.order)
            refused.append(RefusedParcel(parcel, error, mendable=mendable))
    return ready, refused


def _can_leave(workspace: Workspace, order: str) -> bool:
    """Tell whether an order can be shipped, whatever the shop is told of it."""
    try:
        shippable(workspace.store, workspace, order, carrier=None, tracking=None, tell=False)
    except StoreError:
        raise
    except TuisyncError:
        return False
    return True


def ship_parcel(workspace: Workspace, parcel: Parcel) -> OrderView:
    """Ship all that is left of an order, see `ship_order`.

    Raises:
        NotFound: As `ship_order`, and so are the others.
        Conflict: As there.
        UsageError: As there.
    """
    return ship_order(workspace, parcel.order, carrier=parcel.carrier, tracking=parcel.tracking)


def ship_parcels(
    workspace: Workspace, parcels: Iterable[Parcel]
) -> tuple[list[OrderView], list[RefusedParcel]]:
    """Ship each parcel by itself, as `ship_parcel` does; one that is refused keeps none back."""
    shipped: list[OrderView] = []
    refused: list[RefusedParcel] = []
    for parcel in parcels:
        try:
            shipped.append(ship_parcel(workspace, parcel))
        except StoreError:
            raise
        except TuisyncError as error:
            refused.append(RefusedParcel(parcel, error))
    return shipped, refused
