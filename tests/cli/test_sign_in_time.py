"""The five minutes of a sign-in, by command line, to the second."""

from __future__ import annotations

import asyncio
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable

import pytest

from terminal import Seller, Terminal


class TurnedClock:
    """The clock that a sign-in's time is taken by; it may be stopped there."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._ahead = 0.0
        self._stands: float | None = None
        monkeypatch.setattr(asyncio.BaseEventLoop, "time", self._time)

    def _time(self) -> float:
        return self._stands if self._stands is not None else self._now()

    def _now(self) -> float:
        return time.monotonic() + self._ahead

    def turn(self, seconds: float, *, stop: bool) -> None:
        """Turn it ahead, and stop it there."""
        self._ahead += seconds
        self._stands = self._now() if stop else None


@pytest.fixture
def connect(terminal: Terminal) -> tuple[str, ...]:
    """The command that connects, with the time it takes by itself."""
    terminal.ok("init", "--currency", "USD")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    return ("connect", "fake", "--no-browser", "--no-sync", "--port", port)


def _answering(terminal: Terminal, clock: TurnedClock, seconds: float) -> Callable[[str], None]:
    """Return somebody who allows access that long after the address was shown."""
    seller = Seller(terminal.fake.identity.consent)

    def hears(said: str) -> None:
        if said.startswith("open: "):
            clock.turn(seconds, stop=True)
            seller(said)

    return hears


def test_s06_an_answer_after_4_59_counts(
    terminal: Terminal, connect: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal.on_say = _answering(terminal, TurnedClock(monkeypatch), 4 * 60 + 59)

    assert terminal.json(*connect)["status"] == "active"


def test_s06_after_5_01_it_is_refused_stores_nothing_and_can_be_started_again(
    terminal: Terminal, connect: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = TurnedClock(monkeypatch)
    shown: list[str] = []

    def waits(said: str) -> None:
        if said.startswith("open: "):
            shown.append(said.removeprefix("open: "))
            clock.turn(5 * 60 + 1, stop=False)

    terminal.on_say = waits
    error = terminal.fails(3, *connect)

    assert error["code"] == "signin_timeout"
    assert "within 5 minutes; nothing was stored" in error["message"]
    assert terminal.json("integrations") == []
    assert not (terminal.home / "secrets.json").exists()
    late = terminal.fake.identity.consent(shown[0])
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(f"http://127.0.0.1:{connect[-1]}/?code={late['code']}")  # loopback

    terminal.on_say = Seller(terminal.fake.identity.consent)
    assert terminal.json(*connect)["status"] == "active"
