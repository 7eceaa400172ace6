from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import aclosing
from contextvars import ContextVar
from functools import wraps
from typing import Any

import httpx
import pytest

from hostile import IMPATIENT, NOW, PATIENT, Pages, Plain, Pushes, a_page, raising
from tuisync import (
    Account,
    Authorization,
    AuthorizationRequired,
    FetchRequest,
    ItemsPage,
    Prompt,
    RejectedError,
    Session,
    ShapeChanged,
    StockChange,
    StockChanged,
    StockResult,
    Tokens,
    TransientError,
    hookimpl,
)
from tuisync.core.errors import (
    OutcomeUnknown,
    PluginContractError,
    PluginError,
    RateLimited,
    StoreBusy,
    TuisyncError,
)
from tuisync.core.plugins import PluginHost
from tuisync.core.plugins.handle import Patience, PluginHandle
from tuisync.core.redaction import conceal
from tuisync.testing import FakeSession, a_listing

CHANGE = StockChange(listing_id="1001", variants=())
GOOD = StockResult(quantities={"": 5}, state="active", served_at=NOW)


def handle_of(plugin: object, patience: Patience = PATIENT) -> PluginHandle:
    return PluginHost.of(patience, hostile=plugin).handle("hostile")


async def listings(plugin: object, patience: Patience = PATIENT) -> list[ItemsPage]:
    handle = handle_of(plugin, patience)
    return [page async for page in handle.fetch_items(FakeSession(), FetchRequest())]


async def push(
    act: Callable[[Session], Any],
    session: Session | None = None,
    patience: Patience = PATIENT,
) -> StockResult:
    return await handle_of(Pushes(act), patience).push_stock(session or FakeSession(), CHANGE)


# What a hook may be


async def test_an_async_generator_yields_pages() -> None:
    pages = (a_page(a_listing(), cursor="1"), a_page(cursor="2"))

    assert await listings(Pages(*pages)) == list(pages)


class ReturnsList(Plain):
    @hookimpl
    async def fetch_items(self, request: FetchRequest) -> list[ItemsPage]:
        return [a_page(cursor="1"), a_page(cursor="2")]


class PlainList(Plain):
    @hookimpl
    def fetch_items(self, request: FetchRequest) -> list[ItemsPage]:
        assert threading.current_thread() is not threading.main_thread()
        return [a_page(cursor="1"), a_page(cursor="2")]


class PlainGenerator(Plain):
    @hookimpl
    def fetch_items(self, request: FetchRequest) -> Iterator[ItemsPage]:
        yield a_page(cursor="1")
        assert threading.current_thread() is not threading.main_thread()
        yield a_page(cursor="2")


class Cursors:
    """An async iterator without `aclose`."""

    def __init__(self) -> None:
        self.cursors = ["1", "2"]

    def __aiter__(self) -> Cursors:
        return self

    async def __anext__(self) -> ItemsPage:
        if not self.cursors:
            raise StopAsyncIteration
        return a_page(cursor=self.cursors.pop(0))


class ReturnsIterator(Plain):
    @hookimpl
    async def fetch_items(self, request: FetchRequest) -> AsyncIterator[ItemsPage]:
        return Cursors()


def decorated(function: Callable[..., Any]) -> Callable[..., Any]:
    """Hide that the function is async, as many decorators do."""

    @wraps(function)
    def call(self: object, request: object) -> Any:
        return function(self, request)

    return call


class Decorated(Plain):
    @hookimpl
    @decorated
    async def fetch_items(self, request: FetchRequest) -> AsyncIterator[ItemsPage]:
        yield a_page(cursor="1")
        yield a_page(cursor="2")


@pytest.mark.parametrize(
    "plugin", [ReturnsList, PlainList, PlainGenerator, ReturnsIterator, Decorated]
)
async def test_pages_may_come_in_any_form(plugin: type[Plain]) -> None:
    assert [page.cursor for page in await listings(plugin())] == ["1", "2"]


class PlainPush(Plain):
    @hookimpl
    def push_stock(self, change: StockChange) -> StockResult:
        assert threading.current_thread() is not threading.main_thread()
        return GOOD


async def test_a_push_may_be_a_plain_function() -> None:
    assert await handle_of(PlainPush()).push_stock(FakeSession(), CHANGE) == GOOD


async def test_a_plain_function_that_blocks_holds_up_nobody() -> None:
    class Blocking(Plain):
        @hookimpl
        def push_stock(self) -> StockResult:
            time.sleep(3600)
            return GOOD

    with pytest.raises(OutcomeUnknown, match=r"did not answer within 0\.05 seconds"):
        await handle_of(Blocking(), IMPATIENT).push_stock(FakeSession(), CHANGE)


async def test_a_missing_hook_is_said_plainly() -> None:
    with pytest.raises(PluginError, match="'hostile' has no hook `push_stock`") as fault:
        await handle_of(Plain()).push_stock(FakeSession(), CHANGE)

    assert (fault.value.plugin, fault.value.hook) == ("hostile", "push_stock")


# Time


async def test_a_page_that_never_comes_is_given_up_and_cleaned_up() -> None:
    closed = asyncio.Event()

    class Hanging(Plain):
        @hookimpl
        async def fetch_items(self) -> AsyncIterator[ItemsPage]:
            try:
                yield a_page(cursor="1")
                await asyncio.Event().wait()
            finally:
                closed.set()

    with pytest.raises(PluginError, match="did not answer within"):
        await listings(Hanging(), IMPATIENT)

    assert closed.is_set()


async def test_a_push_that_hangs_leaves_its_outcome_open() -> None:
    with pytest.raises(OutcomeUnknown):
        await push(lambda _: asyncio.Event().wait(), patience=IMPATIENT)


async def test_a_plugin_that_ignores_its_end_is_left_behind() -> None:
    released = asyncio.Event()

    async def stubborn(_: Session) -> StockResult:
        while not released.is_set():
            try:
                await released.wait()
            except asyncio.CancelledError:
                continue
        return GOOD

    with pytest.raises(OutcomeUnknown):
        await push(stubborn, patience=IMPATIENT)

    released.set()
    left = [task for task in asyncio.all_tasks() if "push_stock" in task.get_name()]
    await asyncio.gather(*left)


async def test_cancelling_the_caller_cancels_the_plugin() -> None:
    started, cancelled = asyncio.Event(), asyncio.Event()

    async def act(_: Session) -> StockResult:
        started.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.set()
            raise
        return GOOD

    call = asyncio.create_task(push(act))
    await started.wait()
    call.cancel()

    with pytest.raises(asyncio.CancelledError):
        await call
    assert cancelled.is_set()


async def test_leaving_a_fetch_early_closes_the_generator() -> None:
    plugin = Pages(a_page(cursor="1"), a_page(cursor="2"))

    async with aclosing(handle_of(plugin).fetch_items(FakeSession(), FetchRequest())) as pages:
        async for _ in pages:
            break

    assert plugin.closed


async def test_a_generator_lives_in_one_task() -> None:
    where = ContextVar("where", default="outside")

    class Scoped(Plain):
        @hookimpl
        async def fetch_items(self) -> AsyncIterator[ItemsPage]:
            where.set("inside")
            async with asyncio.timeout(60), asyncio.TaskGroup():
                for _ in range(3):
                    yield a_page(cursor=where.get())

    handle = handle_of(Scoped())
    pages = handle.fetch_items(FakeSession(), FetchRequest())
    seen = [(await asyncio.create_task(anext(pages))).cursor for _ in range(3)]
    await pages.aclose()

    assert seen == ["inside"] * 3


async def test_the_next_page_is_asked_for_when_it_is_wanted() -> None:
    made: list[int] = []

    class Counting(Plain):
        @hookimpl
        async def fetch_items(self) -> AsyncIterator[ItemsPage]:
            for number in range(3):
                made.append(number)
                yield a_page(cursor=str(number))

    async with aclosing(handle_of(Counting()).fetch_items(FakeSession(), FetchRequest())) as pages:
        await anext(pages)
        await asyncio.sleep(0)

        assert made == [0]


# Floods


async def test_pages_without_end_are_cut_off() -> None:
    class Endless(Plain):
        @hookimpl
        async def fetch_items(self) -> AsyncIterator[ItemsPage]:
            while True:
                yield a_page(a_listing())

    with pytest.raises(PluginContractError, match="more than 50 pages"):
        await listings(Endless(), Patience(pages=50))


async def test_empty_pages_without_end_are_cut_off() -> None:
    class Endless(Plain):
        @hookimpl
        async def fetch_items(self) -> AsyncIterator[ItemsPage]:
            while True:
                yield a_page()

    with pytest.raises(PluginContractError, match="11 pages without a new record"):
        await listings(Endless(), Patience(empty_pages=10))


async def test_the_same_page_without_end_is_cut_off() -> None:
    class Stuck(Plain):
        @hookimpl
        async def fetch_items(self) -> AsyncIterator[ItemsPage]:
            yield a_page(a_listing(remote_id="1"))
            while True:
                yield a_page(a_listing(remote_id="2"), cursor="again")

    with pytest.raises(PluginContractError, match="11 pages without a new record"):
        await listings(Stuck(), Patience(empty_pages=10))


# Faults


class Odd(BaseException):
    """Not even an Exception."""


@pytest.mark.parametrize(
    "error",
    [KeyError("listing"), SystemExit(1), Odd("base"), GeneratorExit(), asyncio.CancelledError()],
)
async def test_whatever_a_hook_raises_is_the_plugins_fault(error: BaseException) -> None:
    with pytest.raises(PluginError) as fault:
        await listings(Pages(a_page(cursor="1"), error))

    assert (fault.value.plugin, fault.value.hook) == ("hostile", "fetch_items")
    assert "'hostile' failed in `fetch_items`" in fault.value.message


async def test_the_class_and_text_of_a_foreign_error_are_told() -> None:
    with pytest.raises(PluginError, match=r"\(KeyError: 'listing'\)") as fault:
        await listings(Pages(KeyError("listing")))

    assert isinstance(fault.value.__cause__, KeyError)


@pytest.mark.parametrize(
    "error",
    [
        RejectedError("The price is too low."),
        AuthorizationRequired("Revoked."),
        RateLimited("Wait.", retry_after=7),
        TransientError("Later."),
        StockChanged({"": 3}),
        ShapeChanged("Rebuilt."),
        StoreBusy("The daemon holds it."),
    ],
)
async def test_our_own_errors_pass(error: TuisyncError) -> None:
    with pytest.raises(type(error)) as passed:
        await push(raising(error))

    assert passed.value is error


async def test_our_own_errors_are_made_harmless() -> None:
    conceal("token-12345")
    error = RejectedError("No\x1b[31m: token-12345 " + "x" * 2000, hint="Ask\u202e.")

    with pytest.raises(RejectedError) as passed:
        await push(raising(error))

    assert passed.value.message.startswith("No: *** xxx")
    assert str(passed.value) == passed.value.message
    assert len(passed.value.message) <= 500
    assert passed.value.hint == "Ask."


async def test_a_cause_that_holds_a_secret_is_dropped() -> None:
    conceal("token-67890")

    async def act(_: Session) -> StockResult:
        raise RejectedError("No.") from ValueError("Authorization: Bearer token-67890")

    with pytest.raises(RejectedError) as passed:
        await push(act)
    with pytest.raises(PluginError) as foreign:
        await push(raising(KeyError("token-67890")))

    for error in (passed.value, foreign.value):
        assert error.__cause__ is None
        assert error.__suppress_context__
    assert "token-67890" not in str(foreign.value)


class Wordless(RejectedError):  # named like the program's own errors
    """A plug-in's own subclass that forgets to call its base."""

    def __init__(self) -> None:
        Exception.__init__(self, "no message")


async def test_our_own_error_half_made_is_the_plugins_fault() -> None:
    with pytest.raises(PluginError, match="Wordless: no message"):
        await push(raising(Wordless()))


@pytest.mark.parametrize(
    ("asked", "waited"),
    [(7, 7.0), (-1, 0.0), (10**9, 86_400.0), (float("nan"), 60.0), (None, 60.0), ("5", 60.0)],
)
async def test_a_wait_that_is_asked_for_is_sensible(asked: Any, waited: float) -> None:
    with pytest.raises(RateLimited) as limited:
        await push(raising(RateLimited("Wait.", retry_after=asked)))

    assert limited.value.retry_after == waited


@pytest.mark.parametrize("found", [None, {"": -1}, {"": "3"}, {"": True}, {"\x1b": 1}, [3]])
async def test_stock_changed_without_proper_numbers_breaks_the_contract(found: Any) -> None:
    error = StockChanged({})
    error.found = found

    with pytest.raises(PluginContractError):
        await push(raising(error))


@pytest.mark.parametrize("error", [StockChanged({"": 1}), ShapeChanged("Rebuilt.")])
async def test_a_fetch_does_not_speak_of_writing(error: TuisyncError) -> None:
    with pytest.raises(PluginContractError, match="which is for `push_stock`"):
        await listings(Pages(error))


async def test_a_fetch_has_no_unknown_outcome() -> None:
    with pytest.raises(TransientError, match=r"Lost\."):
        await listings(Pages(OutcomeUnknown("Lost.")))


NEVER_SENT = [
    httpx.ConnectError("down"),
    httpx.ConnectTimeout("slow"),
    httpx.PoolTimeout("busy"),
    ConnectionRefusedError(),
]
LOST = [
    httpx.ReadTimeout("slow"),
    httpx.RemoteProtocolError("cut"),
    httpx.WriteError("reset"),
    TimeoutError(),
    ConnectionResetError(),
]


@pytest.mark.parametrize("error", NEVER_SENT + LOST, ids=repr)
async def test_a_fetch_without_an_answer_is_tried_later(error: Exception) -> None:
    with pytest.raises(TransientError):
        await listings(Pages(error))


@pytest.mark.parametrize("error", NEVER_SENT, ids=repr)
async def test_a_push_that_was_never_sent_is_tried_later(error: Exception) -> None:
    with pytest.raises(TransientError, match="could not be reached"):
        await push(raising(error))


@pytest.mark.parametrize("error", LOST, ids=repr)
async def test_a_push_without_an_answer_leaves_its_outcome_open(error: Exception) -> None:
    with pytest.raises(OutcomeUnknown):
        await push(raising(error))


class CountingSession(FakeSession):
    """A session that counts what may have changed something."""

    writes = 0


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (httpx.ReadTimeout("slow"), TransientError),
        (KeyError("x"), PluginError),
    ],
)
async def test_a_push_that_failed_while_reading_wrote_nothing(
    error: Exception, kind: type[TuisyncError]
) -> None:
    with pytest.raises(kind):
        await push(raising(error), CountingSession())


@pytest.mark.parametrize("error", [httpx.ReadTimeout("slow"), KeyError("x")])
async def test_a_push_that_failed_after_writing_leaves_its_outcome_open(error: Exception) -> None:
    def act(session: Session) -> StockResult:
        assert isinstance(session, CountingSession)
        session.writes += 1
        raise error

    with pytest.raises(OutcomeUnknown):
        await push(act, CountingSession())


@pytest.mark.parametrize(
    ("errors", "kind"),
    [
        ([KeyError("x"), RejectedError("No.")], RejectedError),
        (
            [RateLimited("Wait.", retry_after=1), AuthorizationRequired("Gone.")],
            AuthorizationRequired,
        ),
        ([KeyError("x"), ValueError("y")], PluginError),
    ],
)
async def test_a_group_goes_by_the_error_that_asks_for_most(
    errors: list[Exception], kind: type[TuisyncError]
) -> None:
    nested = ExceptionGroup("outer", [ExceptionGroup("inner", errors)])

    with pytest.raises(kind):
        await listings(Pages(nested))


# Other hooks


async def test_a_sign_in_returns_tokens_and_an_account() -> None:
    good = Authorization(
        tokens=Tokens(access="7.a", refresh="7.r", expires_at=NOW),
        account=Account(account_id="7", shop_id="9", shop_name="My\x07 shop", currency="EUR"),
    )

    class SigningIn(Plain):
        @hookimpl
        async def authorize(self, session: Session, prompt: Prompt) -> Authorization:
            return good

    prompt: Any = None
    authorization = await handle_of(SigningIn()).authorize(FakeSession(), prompt)

    assert authorization.account.shop_name == "My shop"
    assert authorization.tokens == good.tokens


async def test_a_page_of_the_wrong_kind_breaks_the_contract() -> None:
    class Confused(Plain):
        @hookimpl
        async def fetch_orders(self) -> AsyncIterator[ItemsPage]:
            yield a_page()

    pages = handle_of(Confused()).fetch_orders(FakeSession(), FetchRequest())

    with pytest.raises(PluginContractError, match="ItemsPage where OrdersPage belongs"):
        await anext(pages)
