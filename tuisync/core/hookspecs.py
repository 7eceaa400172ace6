"""The hooks a marketplace plug-in implements.

A plug-in is a module (or object) under an entry point of the group `tuisync.plugins`; the
entry point's name is the marketplace's id. It imports from the package root only:

    from tuisync import hookimpl

    @hookimpl
    def marketplace(): ...

The core calls one plug-in by name through a typed handle, never all of them. Implementations
take the arguments by name, may take fewer than the specification has, and give none a default.
They raise the errors of `tuisync.core.errors` (exported from the root); whatever else they
raise is turned into one at the border.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable
from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from tuisync.core.remote import (
        Authorization,
        FetchRequest,
        ItemsPage,
        Marketplace,
        OrdersPage,
        ShipmentNotice,
        ShipmentResult,
        StockChange,
        StockResult,
    )
    from tuisync.core.session import Prompt, Session

PROJECT = "tuisync"
"""The project name of the markers and the plug-in manager."""

ENTRY_POINT_GROUP = "tuisync.plugins"
"""Where plug-ins are found."""

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def marketplace() -> Marketplace:  # type: ignore[empty-body]
    """Describe the marketplace. Called often; makes no call and imports nothing heavy."""


@hookspec
def authorize(session: Session, prompt: Prompt) -> Awaitable[Authorization]:  # type: ignore[empty-body]
    """Sign the seller in and return tokens, account and the shop that account owns.

    A coroutine function. `session.account` is None and `session.credentials` is empty.

    Raises:
        ConsentDenied: The seller refused.
        WrongState: The answer belongs to another attempt.
        SignInTimeout: Nobody finished it in time (raised by the prompt).
        NoOwnedShop: The account owns no shop; shops it only works for do not count (S05).
        BadKey: The application's key is refused.
    """


@hookspec
def renew(session: Session) -> Awaitable[None]:  # type: ignore[empty-body]
    """Renew the sign-in, so that one nobody uses does not run out.

    A coroutine function; may be left out where a sign-in never ends. It trades the tokens
    through `session.credentials.refresh` and makes no other call.

    Raises:
        AuthorizationRequired: The sign-in is dead.
    """


@hookspec
def fetch_items(session: Session, request: FetchRequest) -> AsyncIterator[ItemsPage]:  # type: ignore[empty-body]
    """Yield the shop's listings, page by page, each with the cursor to store with it.

    An async generator. It never writes. A record that cannot be read is yielded as
    `Unreadable`. Nothing about a listing that is missing from a walk means it is gone.
    """


@hookspec
def fetch_orders(session: Session, request: FetchRequest) -> AsyncIterator[OrdersPage]:  # type: ignore[empty-body]
    """Yield the shop's orders in all states, page by page, oldest change first.

    An async generator. It never writes. Times are in UTC. The first page's cursor already
    allows for orders that become visible late: reading again from it may repeat records.
    """


@hookspec
def push_stock(session: Session, change: StockChange) -> Awaitable[StockResult]:  # type: ignore[empty-body]
    """Set one listing's numbers and return what the shop confirmed.

    A coroutine function. Reads the listing, compares, changes nothing but quantities.

    Raises:
        StockChanged: The shop's numbers are not the believed ones; nothing was written.
        ShapeChanged: The variations are not the known ones; nothing was written.
        RejectedError: The shop will not take it; says what the seller must change.
        OutcomeUnknown: Sent, and the answer lost.
    """


@hookspec
def push_shipment(session: Session, shipment: ShipmentNotice) -> Awaitable[ShipmentResult]:  # type: ignore[empty-body]
    """Mark an order as shipped, with carrier and tracking number, once.

    A coroutine function, safe to repeat: it reads the order first and sends nothing when
    the shop already shows the same tracking number (trimmed, casefolded), or, when ours has
    none, when the order is already shipped.

    Raises:
        RejectedError: The shop will not take it; says what the seller must change.
        OutcomeUnknown: Sent, and the answer lost.
    """
