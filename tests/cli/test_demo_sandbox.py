"""The demo: a sandbox as a child, a consent page walked through, nothing left behind."""

from __future__ import annotations

import asyncio
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from tuisync.cli.invocation import Invocation
from tuisync.core.consent import first_form, is_loopback, walk_through
from tuisync.core.demo import running, with_sandbox
from tuisync.core.errors import PluginError, UsageError
from tuisync.core.plugins.host import PluginHost
from tuisync.core.remote import Marketplace, Option

if TYPE_CHECKING:
    from terminal import Terminal

SANDBOX = '''
import http.server, json, os, sys, threading
seen = []
PAGE = """<form action="/allow" method="{method}"><input type="hidden" name="state" value="s&amp;1">
<button name="consent" value="allow">Allow</button><button name="consent" value="deny">No</button>
</form>"""
class Shop(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_): pass
    def answer(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items(): self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def do_GET(self):
        size = int(self.headers.get("Content-Length", 0))
        sent = self.path + "#" + self.rfile.read(size).decode()
        seen.append(self.command + " " + sent)
        path = self.path.partition("?")[0]
        if path == "/seen": self.answer(200, json.dumps(seen).encode())
        elif path == "/away": self.answer(302, Location="http://example.com/")
        elif path == "/round": self.answer(302, Location="/round")
        elif path == "/bare": self.answer(200, b"<p>Hello</p>")
        elif path == "/refused": self.answer(403, b"No.")
        elif path == "/allow": self.answer(302, Location="/done?code=c&state=s")
        elif path == "/done": self.answer(200, b"Thank you")
        else: self.answer(200, PAGE.format(method=path.strip("/")).encode())
    do_POST = do_GET
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Shop)
url = f"http://127.0.0.1:{server.server_port}"
line = {"url": url, "api_key": "key-1", "currency": "EUR", "control": url + "/seen"}
print(json.dumps(line), flush=True)
print("x" * 200_000, flush=True)
def end():
    sys.stdin.read()
    os._exit(0)
threading.Thread(target=end, daemon=True).start()
server.serve_forever()
'''
OPTIONS = (
    Option(key="api_key", title="API key"),
    Option(key="base_url", title="Base URL", required=False),
    Option(key="nickname", title="Nickname", required=False),
)


@pytest.fixture
def market(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Marketplace:
    """A marketplace whose sandbox is a little web server."""
    (tmp_path / "little_sandbox.py").write_text(SANDBOX)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return Marketplace(id="fake", title="Fake", options=OPTIONS, sandbox="little_sandbox")


def test_a_sandbox_tells_what_to_connect_with(market: Marketplace) -> None:
    with running(market) as shop:
        assert shop.options["api_key"] == "key-1"
        assert is_loopback(shop.options["base_url"])
        assert "nickname" not in shop.options
        assert (shop.marketplace, shop.currency) == ("fake", "EUR")
        assert shop.control.endswith("/seen")


@pytest.mark.parametrize("method", ["get", "post"])
async def test_consent_is_given_as_a_browser_would(market: Marketplace, method: str) -> None:
    with running(market) as shop:
        await shop.consent(f"{shop.options['base_url']}/{method}")
        async with httpx.AsyncClient(trust_env=False) as client:
            seen = (await client.get(shop.control)).json()

    sent = "state=s%261&consent=allow"
    pressed = f"GET /allow?{sent}#" if method == "get" else f"POST /allow#{sent}"
    assert seen[:3] == [f"GET /{method}#", pressed, "GET /done?code=c&state=s#"]


@pytest.mark.parametrize("path", ["away", "round", "bare", "refused"])
async def test_what_is_no_consent_page_is_refused(market: Marketplace, path: str) -> None:
    with running(market) as shop, pytest.raises(PluginError):
        await shop.consent(f"{shop.options['base_url']}/{path}")


async def test_nothing_but_this_machine_is_asked() -> None:
    for url in ("https://127.0.0.1/", "http://example.com/", "http://127.0.0.1.example.com/", ""):
        with pytest.raises(PluginError, match="leads away"):
            await walk_through(url)


def test_the_sandbox_ends_with_the_block(market: Marketplace) -> None:
    with running(market) as shop:
        url = shop.options["base_url"]

    with pytest.raises(PluginError, match="did not answer"):
        asyncio.run(walk_through(url))


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        ("import sys; sys.exit('It needs starlette.')", "It needs starlette."),
        ("print('hello')", "no JSON object"),
        ("print('{}')", "no address"),
        ('print(\'{"url": "http://example.com"}\')', "no address"),
        ("pass", "did not tell"),
    ],
)
def test_a_sandbox_that_does_not_start_says_why(
    market: Marketplace, tmp_path: Path, program: str, reason: str
) -> None:
    (tmp_path / "little_sandbox.py").write_text(textwrap.dedent(program))

    with pytest.raises(PluginError, match=reason), running(market):
        pass


def test_the_first_form_counts_and_its_first_button() -> None:
    form = first_form(
        '<form action="/a"><input name="q" value="1"><input type="submit" name="b" value="2">'
        '<input type="submit" name="b" value="3"></form><form action="/b"><input name="z"></form>'
    )

    assert form is not None
    assert (form.action, form.fields) == ("/a", {"q": "1", "b": "2"})
    assert first_form("<p>none</p>") is None


def test_a_demo_needs_a_plugin_with_a_sandbox() -> None:
    with pytest.raises(UsageError, match="sandbox"):
        with_sandbox(PluginHost.of())


@pytest.fixture
def stage(
    terminal: Terminal, market: Marketplace, monkeypatch: pytest.MonkeyPatch
) -> list[str | None]:
    """A terminal that can be drawn on; returns the homes that were opened."""
    monkeypatch.setattr(Invocation, "check_terminal", lambda _: None)
    monkeypatch.setattr("tuisync.cli.commands.demo.with_sandbox", lambda _: market)
    monkeypatch.setattr(terminal, "open", lambda: terminal.open_at(terminal.named[-1]))
    return terminal.named


def test_a_demo_lives_in_a_home_that_is_thrown_away(
    terminal: Terminal, stage: list[str | None]
) -> None:
    terminal.ok("demo")

    home = stage[0]
    assert home is not None
    assert "tuisync-demo-" in home
    assert not Path(home).exists()
    assert not terminal.home.exists()
    ((banner, shop),) = terminal.shown
    assert banner.startswith("Sandbox")
    assert len(banner) <= 80
    assert shop is not None
    assert shop.currency == "EUR"


def test_a_named_demo_home_is_kept(
    terminal: Terminal, stage: list[str | None], tmp_path: Path
) -> None:
    terminal.ok("demo", "--home", str(tmp_path / "mine"))

    assert stage[0] == str(tmp_path / "mine")
    assert (tmp_path / "mine").stat().st_mode & 0o777 == 0o700


def test_a_home_with_data_in_it_is_not_for_a_demo(
    terminal: Terminal, stage: list[str | None]
) -> None:
    terminal.ok("init", "--currency", "USD", "--home", str(terminal.home))

    error = terminal.fails(2, "demo", "--home", str(terminal.home))

    assert error["code"] == "conflict"
    assert terminal.shown == []
