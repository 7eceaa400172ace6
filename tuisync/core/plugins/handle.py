"""A typed handle on one plug-in: the only way the rest of the program calls a hook."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from tuisync.core.errors import PluginError
from tuisync.core.plugins.border import Unacceptable, admit, admit_page
from tuisync.core.plugins.calls import GRACE, HookTask, single, values
from tuisync.core.plugins.faults import Site, broken_contract, cause_of, translate
from tuisync.core.plugins.inspection import hooks_of, implementation
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

if TYPE_CHECKING:
    import pluggy

    from tuisync.core.session import Prompt, Session

S = TypeVar("S", bound=msgspec.Struct)
Page = TypeVar("Page", ItemsPage, OrdersPage)


@dataclass(frozen=True)
class Patience:
    """How long a plug-in may take, in seconds, and how much it may say.

    Attributes:
        load: For its import, and for its description.
        authorize: For a sign-in; the prompt has a shorter limit of its own.
        page: For one page of a fetch, waiting for the shop's rate limit included.
        push: For one push.
        grace: For tidying up after it was cancelled.
        pages: Pages one fetch may yield.
        empty_pages: Pages without a new record it may yield in a row.
    """

    load: float = 20
    authorize: float = 600
    page: float = 180
    push: float = 180
    grace: float = GRACE
    pages: int = 100_000
    empty_pages: int = 1_000


class PluginHandle:
    """One plug-in's hooks as typed methods; see `tuisync.core.hookspecs` for what they do.

    Every method raises `MarketplaceError` or `SignInError` as the plug-in did, and
    `PluginError` when the plug-in is at fault. Cancellation passes through.
    """

    def __init__(
        self, marketplace: Marketplace, manager: pluggy.PluginManager, patience: Patience
    ) -> None:
        self._marketplace = marketplace
        self._manager = manager
        self._patience = patience

    @property
    def name(self) -> str:
        """The marketplace's id."""
        return self._marketplace.id

    @property
    def marketplace(self) -> Marketplace:
        """What the plug-in says of itself."""
        return self._marketplace

    @property
    def hooks(self) -> tuple[str, ...]:
        """The hooks it implements."""
        return hooks_of(self._manager)

    async def authorize(self, session: Session, prompt: Prompt) -> Authorization:
        """Sign the seller in."""
        seconds = self._patience.authorize
        return await self._one("authorize", Authorization, seconds, session=session, prompt=prompt)

    async def renew(self, session: Session) -> bool:
        """Renew the sign-in; False where the plug-in knows no such thing."""
        if "renew" not in self.hooks:
            return False
        name, call = self._title("renew"), partial(self._call, "renew", {"session": session})
        source = single(call, blocking=self._blocking("renew"), name=name)
        async with self._border("renew", session), self._task(source, name) as task:
            await task.step(self._patience.push)
        return True

    def fetch_items(self, session: Session, request: FetchRequest) -> AsyncGenerator[ItemsPage]:
        """Yield the shop's listings page by page; close it with `aclosing` when leaving early."""
        return self._pages("fetch_items", ItemsPage, session, request)

    def fetch_orders(self, session: Session, request: FetchRequest) -> AsyncGenerator[OrdersPage]:
        """Yield the shop's orders page by page; close it with `aclosing` when leaving early."""
        return self._pages("fetch_orders", OrdersPage, session, request)

    async def push_stock(self, session: Session, change: StockChange) -> StockResult:
        """Set one listing's numbers."""
        seconds = self._patience.push
        return await self._one("push_stock", StockResult, seconds, session=session, change=change)

    async def push_shipment(self, session: Session, shipment: ShipmentNotice) -> ShipmentResult:
        """Mark an order as shipped, once."""
        seconds = self._patience.push
        return await self._one(
            "push_shipment", ShipmentResult, seconds, session=session, shipment=shipment
        )

    async def _one(self, hook: str, kind: type[S], seconds: float, **arguments: Any) -> S:
        blocking = self._blocking(hook)
        name = self._title(hook)
        source = single(partial(self._call, hook, arguments), blocking=blocking, name=name)
        async with self._border(hook, arguments["session"]), self._task(source, name) as task:
            return admit(await task.step(seconds), kind)

    async def _pages(
        self, hook: str, kind: type[Page], session: Session, request: FetchRequest
    ) -> AsyncGenerator[Page, None]:
        call = partial(self._call, hook, {"session": session, "request": request})
        name = self._title(hook)
        source = values(call, blocking=self._blocking(hook), name=name)
        async with self._border(hook, session), self._task(source, name) as task:
            seen: set[str] = set()
            empty = 0
            for _ in range(self._patience.pages):
                try:
                    value = await task.step(self._patience.page)
                except StopAsyncIteration:
                    return
                page = admit_page(value, kind)
                empty = 0 if _brings_more(page, seen) else empty + 1
                if empty > self._patience.empty_pages:
                    raise Unacceptable(f"it yielded {empty:,} pages without a new record")
                yield page
            raise Unacceptable(f"it yielded more than {self._patience.pages:,} pages")

    def _call(self, hook: str, arguments: dict[str, Any]) -> Any:
        """Call the hook; the manager holds one plug-in, so there is one result or none."""
        results = getattr(self._manager.hook, hook)(**arguments)
        return results[0] if results else None

    def _blocking(self, hook: str) -> bool:
        """Tell whether calling the function may block: it is not async to begin with."""
        found = implementation(self._manager, hook)
        if found is None:
            raise PluginError(
                f"The plug-in {self.name!r} has no hook `{hook}`.", plugin=self.name, hook=hook
            )
        function = found.function
        return not (inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function))

    def _title(self, hook: str) -> str:
        return f"`{hook}` of the plug-in {self.name!r}"

    @asynccontextmanager
    async def _task(self, source: AsyncIterator[Any], name: str) -> AsyncIterator[HookTask[Any]]:
        task = HookTask(source, name, self._patience.grace)
        try:
            yield task
        finally:
            await task.stop()

    @asynccontextmanager
    async def _border(self, hook: str, session: Session) -> AsyncIterator[None]:
        """Turn what goes wrong inside into one of our errors."""
        before = _writes(session)
        try:
            yield
        except (KeyboardInterrupt, GeneratorExit, asyncio.CancelledError):
            raise
        except Unacceptable as fault:
            raise broken_contract(Site(self.name, hook), str(fault)) from None
        except BaseException as error:  # noqa: BLE001  # SystemExit of foreign code, too
            wrote = None if before is None else _writes(session) != before
            translated = translate(error, Site(self.name, hook, wrote))
            origin = error.__cause__ if translated is error else error
            raise translated from (origin and cause_of(origin))


def _brings_more(page: ItemsPage | OrdersPage, seen: set[str]) -> bool:
    """Return whether a page tells of a record that no page before did; all are `seen` then."""
    known = len(seen)
    seen.update(record.remote_id for record in page.records)
    seen.update(page.gone, page.unchanged if isinstance(page, ItemsPage) else ())
    return len(seen) > known


def _writes(session: Session) -> int | None:
    """Return how many writing requests the session sent so far, if it counts them."""
    count = getattr(session, "writes", None)
    return count if isinstance(count, int) else None
