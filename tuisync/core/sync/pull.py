"""Pulling items and orders: which request, page after page, and how far it was read."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from typing import TypeVar

from tuisync.core import lookup
from tuisync.core.errors import PermanentError
from tuisync.core.models import Integration, SyncRun, remote_id
from tuisync.core.remote import FetchRequest, ItemsPage, OrdersPage
from tuisync.core.shop import Shop
from tuisync.core.store import schema
from tuisync.core.store.port import Reader
from tuisync.core.sync.cursors import store_cursor
from tuisync.core.sync.importers import Listings, Orders
from tuisync.core.sync.item_walks import Missing, items_request
from tuisync.core.sync.look_back import LookBack
from tuisync.core.sync.pages import Importer, store_page
from tuisync.core.sync.runs import RunBook
from tuisync.core.sync.second_try import SecondTry
from tuisync.core.sync.stopping import stopped_before
from tuisync.core.sync.unanswered import note_unanswered, unanswered
from tuisync.core.workspace import Workspace

P = TypeVar("P", ItemsPage, OrdersPage)
Between = Callable[[], Awaitable[None]]

_TURNS = 40
"""Of the event loop, that a request takes from a plug-in to the wire, with some to spare."""


async def _nothing() -> None:
    """Do nothing between two pages."""


async def pull(
    shop: Shop,
    workspace: Workspace,
    integration: Integration,
    book: RunBook,
    between: Between = _nothing,
) -> None:
    """Carry out a run of the module `items` or `orders`, from where it stands.

    After one that was stopped amid its walk it goes on with that walk, then reads what has
    happened at the shop since that began.

    Args:
        shop: The line to the shop.
        workspace: Where.
        integration: Whose shop it is.
        book: The run's.
        between: Called after each stored page; the pull goes on when it returns.

    Raises:
        MarketplaceError: The shop or the plug-in failed; what was stored stays stored.
    """
    if book.run.only and not unanswered(workspace.store, book.run):
        return  # everything was stored before it was interrupted
    if before := _left_off(workspace, book.run):
        if book.run.cursor is None:
            book.go_on_from(before)
        await _once(shop, workspace, integration, book, between)
        book.begin_anew()
    await _once(shop, workspace, integration, book, between)
    if book.run.module == "orders" and not (book.run.only or book.run.period):
        importer = Orders(workspace, integration, shop.handle.marketplace.capabilities.paid_comment)
        looking = LookBack(shop, workspace, book, importer)
        await looking.carry_out(lookup.organization(workspace.store))
        await SecondTry(shop, workspace, book, importer).carry_out()


def _left_off(workspace: Workspace, run: SyncRun) -> SyncRun | None:
    """Return the stopped run to go on with; none where everything is to be read and it did less."""
    before = stopped_before(workspace.store, run)
    if before is None or run.module != "items" or before.full:
        return before
    _, full = items_request(workspace.store, run, workspace.now())
    return None if full else before


async def _once(
    shop: Shop, workspace: Workspace, integration: Integration, book: RunBook, between: Between
) -> None:
    """Walk over what is asked for once, and note how far the module has been read."""
    if book.run.module == "items":
        await _pull_items(shop, workspace, integration, book, between=between)
    else:
        request = _request(workspace.store, integration, book.run)
        paid = shop.handle.marketplace.capabilities.paid_comment
        orders = shop.handle.fetch_orders(shop.session, request)
        await _walk(
            shop, workspace, book, orders, Orders(workspace, integration, paid), between=between
        )
    note_unanswered(workspace, book)
    store_cursor(workspace, integration, book.run)


async def _pull_items(
    shop: Shop, workspace: Workspace, integration: Integration, book: RunBook, *, between: Between
) -> None:
    """Pull items: what was asked for, or else what changed, and once a day everything."""
    asked = book.run.only or book.run.period
    if asked:
        request = _request(workspace.store, integration, book.run)
    else:
        request, full = items_request(workspace.store, book.run, workspace.now())
        book.run = book.run.but(full=full)
    importer = Listings(workspace, integration, by_name=bool(asked))
    listings = shop.handle.fetch_items(shop.session, request)
    await _walk(shop, workspace, book, listings, importer, between=between)
    if not asked:
        await Missing(shop, workspace, book, importer).carry_out()


def _request(reader: Reader, integration: Integration, run: SyncRun) -> FetchRequest:
    if run.only:
        return FetchRequest(ids=unanswered(reader, run))
    if run.period:
        return FetchRequest(period=run.period, cursor=run.cursor)
    known = reader.get(schema.CURSORS, f"{integration.id}/orders")
    return FetchRequest(
        cursor=run.cursor or (known.position if known else None),
        open_ids=_open_ids(reader, integration),
    )


def _open_ids(reader: Reader, integration: Integration) -> tuple[str, ...]:
    """Return the orders we hold as open, and those whose shipment the user enters there (E19)."""
    held = reader.ids(schema.ORDERS, "open", integration.id)
    asked = reader.find(schema.ORDERS, "asks", "by hand")
    ours = (order.remote_id for order in asked if order.integration == integration.id)
    return tuple(dict.fromkeys((*(remote_id(integration.id, id_) for id_ in held), *ours)))


async def _walk(
    shop: Shop,
    workspace: Workspace,
    book: RunBook,
    pages: AsyncGenerator[P, None],
    importer: Importer[P],
    *,
    between: Between,
) -> None:
    """Store page after page; the plug-in's generator is closed however this ends.

    The next page is asked for before one is stored: the shop works while we do.
    """
    async with aclosing(pages) as open_pages:
        coming = asyncio.ensure_future(anext(open_pages, None))
        try:
            while (page := await coming) is not None:
                read = shop.requests
                coming = asyncio.ensure_future(anext(open_pages, None))
                await _let_go_out(coming)
                store_page(workspace, book, page, importer, requests=read)
                _check_still_on(workspace, book.run)
                await asyncio.wait({coming})
                await between()
        finally:
            coming.cancel()
            await asyncio.gather(coming, return_exceptions=True)


async def _let_go_out(coming: asyncio.Future[P | None]) -> None:
    """Give a request the turns of the event loop that it takes to leave."""
    for _ in range(_TURNS):
        if coming.done():
            return
        await asyncio.sleep(0)


def _check_still_on(workspace: Workspace, run: SyncRun) -> None:
    """End the pull of an integration that was switched off meanwhile (S39)."""
    current = workspace.store.get(schema.INTEGRATIONS, run.integration)
    if current is None or current.status != "active":
        raise PermanentError("The shop was switched off meanwhile.")
