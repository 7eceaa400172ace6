"""Telling how far a long fetch has come."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import TypeVar

from tuisync import ItemsPage, OrdersPage, Session

P = TypeVar("P", ItemsPage, OrdersPage)


async def counted(session: Session, pages: AsyncGenerator[P, None]) -> AsyncGenerator[P, None]:
    """Yield pages, and tell the session how many records have come with them."""
    done = 0
    async with aclosing(pages) as open_pages:
        async for page in open_pages:
            done += len(page.records)
            session.progress(done, page.expected)
            yield page
