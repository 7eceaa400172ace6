"""Signing in by command line: loopback, pasting, time limits, refusals."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from page_by_page import at_page
from terminal import Seller, Terminal
from tuisync.cli import signin
from tuisync.core.remote import Option
from tuisync.core.signin import stdin_lines
from tuisync.testing import FakeMarketplace, ManualClock


@pytest.fixture
def port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number


@pytest.fixture
def connect(terminal: Terminal, port: int) -> tuple[str, ...]:
    """The command line that connects the fake shop, in an organization that is set up."""
    terminal.ok("init", "--currency", "USD")
    return ("connect", "fake", "--no-browser", "--port", str(port), "--timeout", "20")


@contextmanager
def _browser(terminal: Terminal, **how: bool) -> Iterator[Seller]:
    """Have somebody in front of the browser who answers as told."""

    def answer(url: str) -> Mapping[str, str]:
        found = terminal.fake.identity.consent(url, deny=how.get("deny", False))
        return found | {"state": "another"} if how.get("stray") else found

    seller = Seller(answer)
    terminal.on_say = seller
    try:
        yield seller
    finally:
        terminal.on_say = lambda _: None
        for thread in seller.threads:
            thread.join(5)


def test_an_interrupt_of_the_first_sync_leaves_a_connected_shop_that_goes_on_there(
    terminal: Terminal, connect: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal.fake.page_size = 10
    for number in range(40):
        terminal.shop.list_item(f"Mug {number}", 5, sku=f"MUG-{number}")
    at_page(monkeypatch, 1, lambda: os.kill(os.getpid(), signal.SIGINT))

    with _browser(terminal):
        ended = terminal(*connect, "--json")

    assert ended.code == 130
    assert (ended.json["status"], ended.error["code"]) == ("active", "stopped")
    assert [run["status"] for run in terminal.json("history")] == ["skipped", "failed"]
    assert terminal.json("sync", "items")[0]["status"] == "succeeded"
    assert terminal.json("integrations")[0]["counts"]["unconfirmed"] == 40


def test_s07_from_nothing_to_a_synced_shop(terminal: Terminal, connect: tuple[str, ...]) -> None:
    for number in range(30):
        terminal.shop.list_item(f"Mug {number}", 5, sku=f"MUG-{number}")

    with _browser(terminal) as seller:
        ended = terminal.ok(*connect, "--json")

    assert f"open: {seller.urls[0]}" in ended.err.splitlines()
    assert ended.json["status"] == "active"
    assert ended.json["name"] == "fake"
    assert ended.json["counts"]["unconfirmed"] == 30
    assert [(run["module"], run["trigger"], run["status"]) for run in terminal.json("history")] == [
        ("orders", "initial", "succeeded"),
        ("items", "initial", "succeeded"),
    ]
    assert "fake items: succeeded, 30 of 30, 30 new" in ended.err.splitlines()


def test_s06_the_redirect_to_register_is_told_with_another_port(
    terminal: Terminal, connect: tuple[str, ...], port: int
) -> None:
    with _browser(terminal):
        ended = terminal.ok(*connect, "--no-sync")

    assert f"http://localhost:{port}/oauth/redirect" in ended.err
    assert terminal.json("history") == []
    assert terminal.fake.calls_of("fetch_items") == []


def test_the_answer_may_be_pasted(
    terminal: Terminal, connect: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    reader, writer = os.pipe()
    monkeypatch.setattr(signin, "_pasted", lambda: stdin_lines(reader))

    def paste(said: str) -> None:
        if said.startswith("open: "):
            answer = terminal.fake.identity.consent(said.removeprefix("open: "))
            query = f"code={answer['code']}&state={answer['state']}"
            os.write(writer, f"nonsense here\n{query}\n".encode())

    terminal.on_say = paste
    try:
        ended = terminal.ok(*connect, "--json")
    finally:
        os.close(writer)
        os.close(reader)

    assert ended.json["status"] == "active"
    assert "That is not the answer" in ended.err


def test_an_input_that_has_ended_does_not_end_the_wait(
    terminal: Terminal, connect: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    with Path(os.devnull).open() as nothing, _browser(terminal):
        monkeypatch.setattr(signin, "_pasted", lambda: stdin_lines(nothing.fileno()))
        terminal.ok(*connect)

    assert terminal.json("integrations")[0]["status"] == "active"


@pytest.mark.parametrize(
    ("how", "code", "exit_code"),
    [({"deny": True}, "consent_denied", 3), ({"stray": True}, "wrong_state", 3)],
)
def test_s07_a_refused_sign_in_stores_nothing(
    terminal: Terminal,
    connect: tuple[str, ...],
    how: dict[str, bool],
    code: str,
    exit_code: int,
) -> None:
    with _browser(terminal, **how):
        error = terminal.fails(exit_code, *connect)

    assert error["code"] == code
    assert terminal.json("integrations") == []
    assert not (terminal.home / "secrets.json").exists()
    with _browser(terminal):
        terminal.ok(*connect)


def test_s06_nobody_comes_back_in_time(terminal: Terminal, connect: tuple[str, ...]) -> None:
    error = terminal.fails(3, *connect[:-1], "1")

    assert error["code"] == "signin_timeout"
    assert terminal.json("integrations") == []


def test_s01_another_currency_is_refused_naming_both(terminal: Terminal, port: int) -> None:
    terminal.ok("init", "--currency", "EUR")
    with _browser(terminal):
        error = terminal.fails(2, "connect", "fake", "--port", str(port), "--no-browser")

    assert error["code"] == "currency_mismatch"
    assert "USD" in error["message"]
    assert "EUR" in error["message"]
    for line in ("integrations", "items", "orders", "contacts"):
        assert terminal.json(line) == []


def test_s05_a_user_without_a_shop_of_their_own(
    terminal: Terminal, connect: tuple[str, ...]
) -> None:
    terminal.fake.identity.seller = "user-2"

    with _browser(terminal):
        assert terminal.fails(2, *connect)["code"] == "no_owned_shop"


def test_the_same_shop_twice(terminal: Terminal, connect: tuple[str, ...]) -> None:
    with _browser(terminal):
        terminal.ok(*connect)
        error = terminal.fails(2, *connect)

    assert error["code"] == "already_connected"
    assert "reconnect fake" in error["hint"]


def _with_key(tmp_path: Path) -> Terminal:
    key = Option(key="api_key", title="API key", help="In your account.", secret=True)
    terminal = Terminal(tmp_path / "keyed", FakeMarketplace(clock=ManualClock(), options=(key,)))
    terminal.ok("init", "--currency", "USD")
    return terminal


def test_a_missing_key_is_said_before_anything_is_done(tmp_path: Path) -> None:
    terminal = _with_key(tmp_path)

    error = terminal.fails(2, "connect", "fake", "--no-browser")

    assert error["code"] == "usage"
    assert "API key" in error["message"]
    assert "TUISYNC_FAKE_API_KEY" in error["hint"]
    assert terminal.fake.calls == []


def test_a_wrong_key_is_refused(tmp_path: Path) -> None:
    terminal = _with_key(tmp_path)

    error = terminal.fails(2, "connect", "fake", "--no-browser", "--set", "api_key=wrong-key")

    assert error["code"] == "bad_key"
    assert terminal.json("integrations") == []


@pytest.mark.parametrize("way", ["environment", "file", "variable"])
def test_a_key_comes_from_wherever_it_is_named(tmp_path: Path, port: int, way: str) -> None:
    terminal = _with_key(tmp_path)
    given: tuple[str, ...] = ()
    if way == "environment":
        terminal.environ["TUISYNC_FAKE_API_KEY"] = terminal.fake.api_key
    elif way == "file":
        (tmp_path / "key").write_text(f"{terminal.fake.api_key}\n")
        given = ("--set", f"api_key=@{tmp_path}/key")
    else:
        terminal.environ["MY_KEY"] = terminal.fake.api_key
        given = ("--set", "api_key=env:MY_KEY")

    with _browser(terminal):
        ended = terminal.ok("connect", "fake", "--no-browser", "--port", str(port), *given)

    assert terminal.fake.api_key not in ended.out + ended.err
    assert terminal.fake.api_key in (terminal.home / "secrets.json").read_text()
    assert terminal.fake.api_key not in (terminal.home / "data" / "store.json").read_text()


def test_p17_on_another_machine_a_restored_shop_asks_for_its_key(tmp_path: Path, port: int) -> None:
    terminal = _with_key(tmp_path)
    again = ("reconnect", "fake", "--no-browser", "--port", str(port))
    terminal.environ["TUISYNC_FAKE_API_KEY"] = terminal.fake.api_key
    with _browser(terminal):
        terminal.ok("connect", "fake", "--no-browser", "--port", str(port))
    terminal.ok("backup", str(tmp_path / "backup.json"))
    elsewhere = Terminal(tmp_path / "elsewhere", terminal.fake)
    elsewhere.ok("restore", str(tmp_path / "backup.json"), "--home", str(elsewhere.home))

    error = elsewhere.fails(2, *again)
    assert "API key" in error["message"]
    assert "TUISYNC_FAKE_API_KEY" in error["hint"]
    elsewhere.environ["TUISYNC_FAKE_API_KEY"] = "wrong-key"
    assert elsewhere.fails(2, *again)["code"] == "bad_key"
    assert not (elsewhere.home / "secrets.json").exists(), "what was not proved is not kept"
    elsewhere.environ["TUISYNC_FAKE_API_KEY"] = terminal.fake.api_key
    with _browser(elsewhere):
        assert elsewhere.json(*again)["status"] == "active"
        del elsewhere.environ["TUISYNC_FAKE_API_KEY"]
        assert elsewhere.json(*again)["status"] == "active", "it is here from now on"


def test_s42_only_the_same_account_may_sign_in_again(
    terminal: Terminal, connect: tuple[str, ...], port: int
) -> None:
    again = ("reconnect", "fake", "--no-browser", "--port", str(port))
    with _browser(terminal):
        terminal.ok(*connect)
        secrets = (terminal.home / "secrets.json").read_bytes()
        terminal.fake.add_shop("200", owner="user-2", name="Another shop")
        terminal.fake.identity.seller = "user-2"
        error = terminal.fails(3, *again)
        assert error["code"] == "wrong_account"
        assert "Another shop" in error["message"]
        assert (terminal.home / "secrets.json").read_bytes() == secrets
        terminal.fake.identity.seller = "user-1"
        back: dict[str, Any] = terminal.json(*again)

    assert back["status"] == "active"
    assert (terminal.home / "secrets.json").read_bytes() != secrets


def test_a_failed_first_sync_leaves_the_shop_connected(
    terminal: Terminal, connect: tuple[str, ...]
) -> None:
    pot = terminal.shop.list_item("Teapot", 3)
    terminal.shop.unreadable[pot.remote_id] = "The price is missing."

    with _browser(terminal):
        ended = terminal(*connect, "--json")

    assert ended.code == 4
    assert ended.json["status"] == "active"
    assert ended.error["code"] == "partial"


@pytest.mark.parametrize(
    ("environ", "platform", "seen"),
    [
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({}, "linux", False),
        ({}, "darwin", True),
        ({"DISPLAY": "localhost:10.0", "SSH_CONNECTION": "1 2 3 4"}, "linux", False),
        ({"SSH_TTY": "/dev/pts/1"}, "darwin", False),
    ],
)
def test_a_browser_is_opened_only_where_it_is_seen(
    environ: dict[str, str], platform: str, *, seen: bool
) -> None:
    assert signin.has_browser(environ, platform) is seen


def test_disconnecting_needs_a_yes_and_says_what_would_happen(terminal: Terminal) -> None:
    terminal.stocked()

    error = terminal.fails(2, "disconnect", "fake")
    assert (error["code"], error["hint"]) == (
        "usage",
        "To disconnect it: `tuisync disconnect fake --yes`.",
    )
    assert "1 listing removed here, 1 link closed." in terminal("disconnect", "fake").err
    assert terminal.json("integrations")[0]["status"] == "active"


def _files(terminal: Terminal) -> bytes:
    """Return everything the store wrote."""
    data = (terminal.home / "data").iterdir()
    return b"".join(each.read_bytes() for each in data if each.is_file())


def test_disconnecting_keeps_what_is_the_sellers_and_connecting_goes_on(
    terminal: Terminal, connect: tuple[str, ...]
) -> None:
    mug = terminal.shop.list_item("Mug", 10, sku="MUG")
    with _browser(terminal):
        terminal.ok(*connect)
    terminal.ok("items", "create-from", "--all-unconfirmed")
    terminal.clock.advance(minutes=1)
    sold = terminal.shop.sell(mug.remote_id, 2)
    terminal.shop.list_item("Speckled vase", 1)
    terminal.ok("sync")
    assert b"Speckled vase" in _files(terminal)

    gone = terminal.json("disconnect", "fake", "--yes")

    assert (gone["name"], gone["status"], gone["next_sync_at"]) == ("fake", "inactive", None)
    assert terminal.json("integrations") == []
    assert terminal.json("links") == []
    assert terminal.json("items", "show", "MUG")["committed"] == 2
    assert "fake:100" not in (terminal.home / "secrets.json").read_text()
    assert b"Speckled vase" not in _files(terminal)
    assert terminal.json("history")[0]["reason"].startswith("Disconnected")

    with _browser(terminal):
        again = terminal.ok(*connect, "--json").json
    assert again["counts"]["linked"] == 1
    (order,) = terminal.json("orders", "list")
    assert (order["remote_id"], order["integration"]) == (sold.remote_id, "fake")
    assert terminal.json("items", "show", "MUG")["available"] == 8
    assert terminal.json("plan")["changes"] == []
