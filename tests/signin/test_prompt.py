from __future__ import annotations

import asyncio
import errno
import os
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tuisync.core.errors import PluginContractError, SignInTimeout, UsageError
from tuisync.core.signin import LoopbackPrompt, listener, stdin_lines
from tuisync.core.signin.listener import MOST_CLIENTS

PATH = "/oauth/redirect"
CONSENT = "https://shop.example/connect?state=xyz"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


async def request(port: int, text: str, address: str = "127.0.0.1") -> str:
    """Send a request and return the whole response."""
    reader, writer = await asyncio.open_connection(address, port)
    try:
        writer.write(text.encode())
        with suppress(ConnectionError):
            await writer.drain()
            return (await reader.read()).decode()
        return ""
    finally:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


def get(target: str) -> str:
    return f"GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n"


class Seller:
    """Acts when the consent page is announced: the prompt runs, and so does this."""

    def __init__(self, act: Callable[[int], object] | None = None) -> None:
        self.port = free_port()
        self.urls: list[str] = []
        self.notices: list[str] = []
        self.deed: asyncio.Task[object] | None = None
        self._act = act

    def announce(self, url: str) -> None:
        self.urls.append(url)
        if self._act is not None:
            self.deed = asyncio.ensure_future(self._act(self.port))  # type: ignore[call-overload]  # a coroutine, in every test

    def prompt(
        self, pasted: AsyncIterator[str] | None = None, timeout: float = 30
    ) -> LoopbackPrompt:
        return LoopbackPrompt(
            self.port,
            PATH,
            announce=self.announce,
            pasted=pasted,
            notice=self.notices.append,
            timeout=timeout,
        )


async def lines(*texts: str) -> AsyncIterator[str]:
    for text in texts:
        yield text


async def for_ever() -> AsyncIterator[str]:
    await asyncio.Event().wait()
    yield ""


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
async def test_s07_the_redirect_is_received_on_both_loopback_addresses(address: str) -> None:
    seller = Seller(lambda port: request(port, get(f"{PATH}?code=abc&state=xyz"), address))

    answer = await seller.prompt().visit(CONSENT)

    assert answer == {"code": "abc", "state": "xyz"}
    assert seller.urls == [CONSENT]
    assert seller.deed is not None
    assert "close this page" in str(await seller.deed)


async def test_s07_a_refusal_is_an_answer_too() -> None:
    seller = Seller(lambda port: request(port, get(f"{PATH}?error=access_denied&state=xyz")))

    assert await seller.prompt().visit(CONSENT) == {"error": "access_denied", "state": "xyz"}
    assert seller.deed is not None
    assert "Access was refused" in str(await seller.deed)


async def test_other_requests_do_not_end_the_wait() -> None:
    async def act(port: int) -> list[str]:
        return [
            await request(port, get("/favicon.ico")),
            await request(port, "rubbish\r\n\r\n"),
            await request(port, "GET / HTTP/1.1\r\nX: " + "y" * 20_000 + "\r\n\r\n"),
            await request(port, get(f"{PATH}?code=abc")),
        ]

    seller = Seller(act)

    assert await seller.prompt().visit(CONSENT) == {"code": "abc"}
    assert seller.deed is not None
    pages = await seller.deed
    assert isinstance(pages, list)
    assert [page[:12] for page in pages[:2]] == ["HTTP/1.1 404", "HTTP/1.1 400"]


async def test_the_first_answer_counts() -> None:
    async def act(port: int) -> None:
        await asyncio.gather(
            *(request(port, get(f"{PATH}?code=c{n}")) for n in range(3)), return_exceptions=True
        )

    seller = Seller(act)

    answer = await seller.prompt().visit(CONSENT)

    assert answer["code"] in {"c0", "c1", "c2"}


async def test_the_port_is_free_again_afterwards() -> None:
    seller = Seller(lambda port: request(port, get(f"{PATH}?code=abc")))
    await seller.prompt().visit(CONSENT)

    assert await seller.prompt().visit(CONSENT) == {"code": "abc"}


async def test_silent_clients_keep_nobody_out_for_long() -> None:
    async def act(port: int) -> None:
        silent = [await asyncio.open_connection("127.0.0.1", port) for _ in range(MOST_CLIENTS)]
        refused = await request(port, get(f"{PATH}?code=abc"))
        assert refused == ""
        for _, writer in silent:
            writer.close()
            await writer.wait_closed()
        while not await request(port, get(f"{PATH}?code=abc")):
            pass

    seller = Seller(act)

    assert await seller.prompt().visit(CONSENT) == {"code": "abc"}


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        (f"http://localhost:3003{PATH}?code=abc&state=xyz", {"code": "abc", "state": "xyz"}),
        ("abc123def456", {"code": "abc123def456"}),
    ],
)
async def test_what_is_pasted_is_an_answer(line: str, answer: dict[str, str]) -> None:
    seller = Seller()

    assert await seller.prompt(lines("", CONSENT, line)).visit(CONSENT) == answer

    assert len(seller.notices) == 1
    assert "not the answer" in seller.notices[0]


async def test_the_end_of_the_input_leaves_the_listener() -> None:
    seller = Seller(lambda port: request(port, get(f"{PATH}?code=abc")))

    assert await seller.prompt(lines()).visit(CONSENT) == {"code": "abc"}


async def test_the_redirect_wins_over_a_silent_input() -> None:
    seller = Seller(lambda port: request(port, get(f"{PATH}?code=abc")))

    assert await seller.prompt(for_ever()).visit(CONSENT) == {"code": "abc"}


@pytest.fixture(params=["127.0.0.1", "::1"])
def taken(request: pytest.FixtureRequest) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in request.param else socket.AF_INET
    with socket.create_server((request.param, 0), family=family) as server:
        yield server


async def test_a_taken_port_is_named_with_the_way_out(taken: socket.socket) -> None:
    seller = Seller()
    seller.port = taken.getsockname()[1]

    with pytest.raises(UsageError, match=f"Port {seller.port}") as refusal:
        await seller.prompt().visit(CONSENT)

    assert "--port" in refusal.value.hint
    assert seller.urls == []


async def test_with_a_taken_port_pasting_still_works(taken: socket.socket) -> None:
    seller = Seller()
    seller.port = taken.getsockname()[1]

    assert await seller.prompt(lines("code=abc")).visit(CONSENT) == {"code": "abc"}
    assert f"Port {seller.port}" in seller.notices[0]


async def test_with_a_taken_port_and_no_input_there_is_no_way(taken: socket.socket) -> None:
    seller = Seller()
    seller.port = taken.getsockname()[1]

    with pytest.raises(UsageError, match="no way to answer"):
        await seller.prompt(lines()).visit(CONSENT)


async def test_one_loopback_address_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    bound = listener._bound

    def without_ipv6(address: str, port: int) -> socket.socket:
        if address == "::1":
            raise OSError(errno.EADDRNOTAVAIL, "no such address")
        return bound(address, port)

    monkeypatch.setattr(listener, "_bound", without_ipv6)
    seller = Seller(lambda port: request(port, get(f"{PATH}?code=abc")))

    assert await seller.prompt().visit(CONSENT) == {"code": "abc"}


async def test_without_any_loopback_address_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def without(address: str, port: int) -> socket.socket:
        raise OSError(errno.EAFNOSUPPORT, "no such family")

    monkeypatch.setattr(listener, "_bound", without)

    with pytest.raises(UsageError, match="no loopback address"):
        await Seller().prompt().visit(CONSENT)


async def test_s06_the_answer_counts_until_the_last_second(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = TurnedClock(monkeypatch)

    async def act(port: int) -> None:
        clock.turn(4 * 60 + 59)
        await request(port, get(f"{PATH}?code=abc"))

    seller = Seller(act)

    assert await seller.prompt(timeout=300).visit(CONSENT) == {"code": "abc"}


async def test_s06_after_five_minutes_it_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = TurnedClock(monkeypatch)

    async def act(port: int) -> None:
        clock.turn(5 * 60 + 1)

    seller = Seller(act)

    with pytest.raises(SignInTimeout, match="within 5 minutes"):
        await seller.prompt(timeout=300).visit(CONSENT)

    with pytest.raises(ConnectionRefusedError):
        await request(seller.port, get(f"{PATH}?code=abc"))


class TurnedClock:
    """Turns the event loop's clock, by which the prompt's timeout goes."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._ahead = 0.0
        self._loop = asyncio.get_running_loop()
        real = self._loop.time
        monkeypatch.setattr(self._loop, "time", lambda: real() + self._ahead)

    def turn(self, seconds: float) -> None:
        self._ahead += seconds


async def test_a_cancelled_wait_lets_go_of_the_port() -> None:
    shown = asyncio.Event()

    async def act(port: int) -> None:
        shown.set()

    seller = Seller(act)
    visit = asyncio.create_task(seller.prompt(for_ever()).visit(CONSENT))
    await shown.wait()
    visit.cancel()
    with pytest.raises(asyncio.CancelledError):
        await visit

    with pytest.raises(ConnectionRefusedError):
        await request(seller.port, get(PATH))


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", "https://x/\x1b[31m"])
async def test_only_a_web_address_is_announced(url: str) -> None:
    seller = Seller()

    with pytest.raises(PluginContractError):
        await seller.prompt().visit(url)

    assert seller.urls == []


def test_the_redirect_address_is_the_one_to_register() -> None:
    prompt = LoopbackPrompt(3003, PATH, announce=print)

    assert prompt.redirect_uri == "http://localhost:3003/oauth/redirect"


async def test_lines_are_read_as_they_come() -> None:
    reads, writes = os.pipe()
    source = stdin_lines(reads)
    try:
        os.write(writes, b"one\ntwo\nth")
        assert await anext(source) == "one"
        assert await anext(source) == "two"
        os.write(writes, b"ree \xff\nrest")
        assert await anext(source) == "three \ufffd"
        os.close(writes)
        assert [line async for line in source] == ["rest"]
    finally:
        os.close(reads)


async def test_leaving_the_input_takes_nothing_from_the_next_reader() -> None:
    reads, writes = os.pipe()
    try:
        waiting = asyncio.ensure_future(anext(stdin_lines(reads)))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        os.write(writes, b"yours\n")
        assert os.read(reads, 100) == b"yours\n"
    finally:
        os.close(reads)
        os.close(writes)


async def test_a_plain_file_can_be_the_input(tmp_path: Path) -> None:
    path = tmp_path / "answer"
    path.write_text("code=abc\n")
    file = os.open(path, os.O_RDONLY)
    try:
        assert [line async for line in stdin_lines(file)] == ["code=abc"]
    finally:
        os.close(file)
