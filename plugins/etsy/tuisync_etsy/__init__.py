"""Etsy for tuisync: the seven hooks of the plug-in, each doing its work elsewhere.

This module is the entry point, so it is imported whenever plug-ins are listed. What a hook
needs (httpx, authlib, the decoders) is imported when the hook is called.
"""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING

from tuisync import hookimpl

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tuisync import (
        Authorization,
        FetchRequest,
        ItemsPage,
        Marketplace,
        OrdersPage,
        Prompt,
        Session,
        ShipmentNotice,
        ShipmentResult,
        StockChange,
        StockResult,
    )


@hookimpl
def marketplace() -> Marketplace:
    """Describe Etsy: what it needs, what it can, and how to register with it."""
    from tuisync_etsy.describe import describe  # noqa: PLC0415 - imported only when used

    return describe()


@hookimpl
async def authorize(session: Session, prompt: Prompt) -> Authorization:
    """Sign the seller in with OAuth 2 and PKCE; the account and the shop it owns."""
    from tuisync_etsy.signin import sign_in  # noqa: PLC0415 - imported only when used

    return await sign_in(session, prompt)


@hookimpl
async def renew(session: Session) -> None:
    """Trade the tokens for new ones; a refresh token lives 90 days unless it is used."""
    from tuisync_etsy.tokens import renewed  # noqa: PLC0415 - imported only when used

    await renewed(session, await session.credentials.current())


@hookimpl
async def fetch_items(session: Session, request: FetchRequest) -> AsyncIterator[ItemsPage]:
    """Yield the shop's listings of every state with their inventory."""
    from tuisync_etsy.item_pages import listings  # noqa: PLC0415 - imported only when used

    async with aclosing(listings(session, request)) as pages:
        async for page in pages:
            yield page


@hookimpl
async def fetch_orders(session: Session, request: FetchRequest) -> AsyncIterator[OrdersPage]:
    """Yield the shop's receipts in all states, oldest change first."""
    from tuisync_etsy.order_pages import receipts  # noqa: PLC0415 - imported only when used

    async with aclosing(receipts(session, request)) as pages:
        async for page in pages:
            yield page


@hookimpl
async def push_stock(session: Session, change: StockChange) -> StockResult:
    """Set one listing's quantities and nothing else."""
    from tuisync_etsy.stock_push import push  # noqa: PLC0415 - imported only when used

    return await push(session, change)


@hookimpl
async def push_shipment(session: Session, shipment: ShipmentNotice) -> ShipmentResult:
    """Mark a receipt as shipped, so that its buyer is told once."""
    from tuisync_etsy.shipment_push import push  # noqa: PLC0415 - imported only when used

    return await push(session, shipment)
