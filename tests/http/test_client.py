from __future__ import annotations

import asyncio
import gzip
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress

import httpx
import pytest

from manual_time import ManualTime
from tuisync.core.errors import OutcomeUnknown, PermanentError, RateLimited
from tuisync.core.http import transports
from tuisync.core.http.client import open_client
from tuisync.core.http.meter import Meter
from tuisync.core.http.pace import Pace
from tuisync.core.http.transports import BoundedTransport
from tuisync.core.remote import RateHeaders

URL = "https://shop.example/v3/things?token=hunter22"
Answer = httpx.Response | Exception


class Wire:
    """Answers in turn, and notes what was sent."""

    def __init__(self, *answers: Answer) -> None:
        self.time = ManualTime()
        self.meter = Meter()
        self.sent: list[httpx.Request] = []
        self._answers: Iterator[Answer] = iter(answers)

    def respond(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(request)
        answer = next(self._answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    @asynccontextmanager
    async def client(self) -> AsyncIterator[httpx.AsyncClient]:
        pace = Pace(
            RateHeaders(assumed_per_second=100),
            monotonic=self.time.monotonic,
            sleep=self.time.sleep,
        )
        async with open_client(
            pace,
            self.meter,
            transport=httpx.MockTransport(self.respond),
            sleep=self.time.sleep,
            chance=lambda: 1.0,
        ) as client:
            yield client


def ok(text: str = "fine") -> httpx.Response:
    return httpx.Response(200, text=text)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_a_safe_call_is_repeated_when_the_shop_is_unwell(status: int) -> None:
    wire = Wire(httpx.Response(status), httpx.Response(status), ok())

    async with wire.client() as client:
        response = await client.get(URL)

    assert response.text == "fine"
    assert wire.time.slept == [0.5, 1.0]
    assert wire.meter.requests == 3


async def test_a_safe_call_is_repeated_when_the_line_drops() -> None:
    wire = Wire(httpx.ReadTimeout("slow"), httpx.ConnectError("down"), ok())

    async with wire.client() as client:
        assert (await client.get(URL)).text == "fine"


async def test_the_third_failure_is_the_callers() -> None:
    wire = Wire(*[httpx.Response(503)] * 3, ok())

    async with wire.client() as client:
        assert (await client.get(URL)).status_code == 503

    assert len(wire.sent) == 3


async def test_the_third_dropped_line_is_raised() -> None:
    wire = Wire(*[httpx.ReadError("reset")] * 3)

    async with wire.client() as client:
        with pytest.raises(httpx.ReadError):
            await client.get(URL)

    assert len(wire.sent) == 3


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("fault", [httpx.Response(503), httpx.ReadTimeout("slow")])
async def test_a_writing_call_is_never_repeated(method: str, fault: Answer) -> None:
    wire = Wire(fault, ok())

    async with wire.client() as client:
        with suppress(httpx.ReadTimeout):
            await client.request(method, URL)

    assert len(wire.sent) == 1
    assert wire.meter.writes == 1


async def test_a_refused_client_error_is_not_repeated() -> None:
    wire = Wire(httpx.Response(404), ok())

    async with wire.client() as client:
        assert (await client.get(URL)).status_code == 404

    assert len(wire.sent) == 1


async def test_a_short_429_is_waited_for() -> None:
    wire = Wire(httpx.Response(429, headers={"retry-after": "2"}), ok())

    async with wire.client() as client:
        assert (await client.get(URL)).text == "fine"

    assert wire.time.now == 2.0


async def test_a_long_429_is_raised_and_holds_off_everybody() -> None:
    wire = Wire(httpx.Response(429, headers={"retry-after": "60"}), ok())

    async with wire.client() as client:
        with pytest.raises(RateLimited) as refusal:
            await client.get(URL)
        wire.time.now += 20
        with pytest.raises(RateLimited) as second:
            await client.get(URL)
        wire.time.now += 40
        await client.get(URL)

    assert refusal.value.retry_after == 60
    assert second.value.retry_after == 40
    assert len(wire.sent) == 2


async def test_a_429_to_a_writing_call_is_raised_and_delays_the_next() -> None:
    wire = Wire(httpx.Response(429, headers={"retry-after": "3"}), ok())

    async with wire.client() as client:
        with pytest.raises(RateLimited) as refusal:
            await client.put(URL)
        await client.put(URL)

    assert refusal.value.retry_after == 3
    assert wire.time.now == 3.0


async def test_429_for_ever_ends() -> None:
    wire = Wire(*[httpx.Response(429, headers={"retry-after": "1"})] * 3)

    async with wire.client() as client:
        with pytest.raises(RateLimited):
            await client.get(URL)


async def test_a_connection_that_never_stood_is_no_write() -> None:
    wire = Wire(httpx.ConnectError("down"))

    async with wire.client() as client:
        with pytest.raises(httpx.ConnectError):
            await client.post(URL)

    assert wire.meter == Meter(requests=0, writes=0)


async def test_a_redirect_is_not_followed() -> None:
    wire = Wire(httpx.Response(302, headers={"location": "https://evil.example"}))

    async with wire.client() as client:
        assert (await client.get(URL)).status_code == 302

    assert len(wire.sent) == 1


@pytest.mark.parametrize(
    "url", ["http://shop.example/", "http://10.0.0.1/", "http://localhost.evil.example/"]
)
async def test_plain_http_leaves_the_machine_never(url: str) -> None:
    wire = Wire(ok())

    async with wire.client() as client:
        with pytest.raises(PermanentError, match="not safe"):
            await client.get(url)

    assert wire.sent == []


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.0.1", "[::1]"])
async def test_plain_http_is_fine_on_this_machine(host: str) -> None:
    wire = Wire(ok())

    async with wire.client() as client:
        assert (await client.get(f"http://{host}:8000/")).status_code == 200


async def test_the_log_names_the_call_and_no_secret(caplog: pytest.LogCaptureFixture) -> None:
    wire = Wire(httpx.Response(200, text="body-secret", headers={"set-cookie": "cookie-secret"}))
    caplog.set_level(logging.DEBUG)

    async with wire.client() as client:
        await client.post(
            URL, headers={"authorization": "Bearer header-secret"}, data={"x": "form-secret"}
        )

    assert "POST /v3/things 200" in caplog.text
    for secret in ("hunter22", "body-secret", "cookie-secret", "header-secret", "form-secret"):
        assert secret not in caplog.text


async def test_a_compressed_answer_arrives_unpacked() -> None:
    packed = gzip.compress(b"hello")
    wire = Wire(httpx.Response(200, content=packed, headers={"content-encoding": "gzip"}))

    async with wire.client() as client:
        response = await client.get(URL)

    assert response.text == "hello"
    assert response.elapsed is not None


async def test_a_streamed_answer_can_be_streamed() -> None:
    wire = Wire(ok("abc"))

    async with wire.client() as client, client.stream("GET", URL) as response:
        assert b"".join([part async for part in response.aiter_bytes()]) == b"abc"


def bounded(answer: Callable[[httpx.Request], httpx.Response]) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=BoundedTransport(httpx.MockTransport(answer), largest=1000, deadline=0.01)
    )


async def test_a_flooding_answer_to_a_read_ends_the_run() -> None:
    async with bounded(lambda _: httpx.Response(200, content=b"x" * 1001)) as client:
        with pytest.raises(PermanentError, match="larger than 1,000 bytes"):
            await client.get(URL)


async def test_a_flooding_answer_to_a_write_leaves_its_outcome_open() -> None:
    async with bounded(lambda _: httpx.Response(200, content=b"x" * 1001)) as client:
        with pytest.raises(OutcomeUnknown):
            await client.put(URL)


async def test_a_bomb_is_measured_unpacked() -> None:
    bomb = gzip.compress(b"\0" * 100_000)
    assert len(bomb) < 1000
    headers = {"content-encoding": "gzip"}

    async with bounded(lambda _: httpx.Response(200, content=bomb, headers=headers)) as client:
        with pytest.raises(PermanentError):
            await client.get(URL)


class Dripping(httpx.AsyncByteStream):
    """A body that never ends and never stalls for good."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield b"x"
        await asyncio.Event().wait()


async def test_an_answer_that_never_ends_is_a_timeout() -> None:
    async with bounded(lambda _: httpx.Response(200, stream=Dripping())) as client:
        with pytest.raises(httpx.ReadTimeout):
            await client.get(URL)


def test_attempts_and_limits_are_the_documented_ones() -> None:
    assert transports.ATTEMPTS == 3
    assert transports.SHORT_WAIT == 5.0
