"""A terminal for tests: runs the command line in this process, on a fake marketplace."""

from __future__ import annotations

import threading
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import msgspec
from click.testing import CliRunner

from tuisync.cli.invocation import Invocation
from tuisync.cli.main import run
from tuisync.core.connecting import add_integration
from tuisync.core.demo import DemoShop
from tuisync.core.home import Home
from tuisync.core.models import Integration
from tuisync.core.plugins.host import PluginHost
from tuisync.core.services import Services, open_services
from tuisync.testing import FakeMarketplace, ManualClock


@dataclass(frozen=True)
class Ended:
    """How a command ended and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one document on stdout."""
        return msgspec.json.decode(self.out)

    @property
    def error(self) -> dict[str, str]:
        """The error object, which is the last line of stderr."""
        last = self.err.strip().splitlines()[-1]
        found: dict[str, str] = msgspec.json.decode(last)["error"]
        return found


class Terminal:
    """Someone at a terminal, with a data directory and a fake marketplace of their own."""

    def __init__(self, home: Path, fake: FakeMarketplace | None = None) -> None:
        if fake is None:
            fake = FakeMarketplace(clock=ManualClock())
        assert isinstance(fake.clock, ManualClock)
        self.home = home
        self.fake = fake
        self.clock = fake.clock
        self.shop = fake.shop
        self.fakes = {fake.name: fake}
        self.host = PluginHost.of(**self.fakes)
        self.environ: dict[str, str] = {
            "SSH_CONNECTION": "a test never opens a browser",
            "TUISYNC_HOME": str(home),
        }
        self.shown: list[tuple[str, DemoShop | None]] = []
        self.named: list[str | None] = []
        self.on_say: Callable[[str], None] = lambda _: None

    def __call__(self, *arguments: str) -> Ended:
        """Run a command line."""
        with CliRunner().isolation() as streams:
            code = run(arguments, self.invocation())
            out, err = streams[0].getvalue(), streams[1].getvalue()
        return Ended(code, out.decode(), err.decode())

    def ok(self, *arguments: str) -> Ended:
        """Run a command line that must end well."""
        ended = self(*arguments)
        assert ended.code == 0, ended.err
        return ended

    def json(self, *arguments: str) -> Any:
        """Run a command line that must end well, and return its document."""
        return self.ok(*arguments, "--json").json

    def fails(self, code: int, *arguments: str) -> dict[str, str]:
        """Run a command line that must end with that exit code; return its error."""
        ended = self(*arguments, "--json")
        assert ended.code == code, (ended.code, ended.out, ended.err)
        return ended.error

    def invocation(self) -> Invocation:
        """Return one call's surroundings."""
        return _Watched(
            open_services=self._open_named,
            show_app=self._show_app,
            environ=self.environ,
            on_say=self.on_say,
        )

    def open(self) -> Services:
        """Open the data directory."""
        return open_services(Home.at(self.home), host=self.host, clock=self.clock)

    def _open_named(self, named: str | None) -> Services:
        self.named.append(named)
        return self.open()

    def open_at(self, named: str | None) -> Services:
        """Open another data directory."""
        return open_services(Home.locate(named, {}), host=self.host, clock=self.clock)

    def _show_app(
        self,
        home: Home,
        opening: AbstractContextManager[Services],
        *,
        banner: str = "",
        demo: DemoShop | None = None,
    ) -> int:
        del home
        with opening:
            pass
        self.shown.append((banner, demo))
        return 0

    # Ways there

    def _open(self, first_push: str) -> None:
        """Connect the shop as it is and make items of its listings."""
        self.connected(first_push=first_push)
        self.ok("sync")
        self.ok("items", "create-from", "--all-unconfirmed")
        self.clock.advance(minutes=1)

    def shelf(self, skus: Sequence[str], quantity: int, first_push: str) -> list[str]:
        """Connect a shop with a listing for each SKU and make items of them; return their ids."""
        for sku in skus:
            self.shop.list_item(f"Item {sku}", quantity, sku=sku)
        self._open(first_push)
        return list(self.shop.listings)

    def connected(self, *, first_push: str = "auto") -> Integration:
        """Set up an organization and connect the shop, without a sign-in and a sync."""
        self.ok("init", "--currency", "USD", "--first-push", first_push)
        return self._sign_in(self.fake)

    def joined(self, name: str) -> FakeMarketplace:
        """Connect a shop of another marketplace, which keeps the same time."""
        fake = FakeMarketplace(name, clock=self.clock)
        self.fakes[name] = fake
        self.host = PluginHost.of(**self.fakes)
        self._sign_in(fake)
        return fake

    def _sign_in(self, fake: FakeMarketplace) -> Integration:
        authorization = fake.sign_in()
        services = self.open()
        try:
            integration = add_integration(
                services.workspace, fake.name, authorization.account, {}, sync=False
            )
            services.secrets.store_tokens(integration.id, authorization.tokens, None)
        finally:
            services.close()
        return integration

    def stocked(self, *, first_push: str = "auto") -> str:
        """Connect a shop with ten mugs, make an item of them, and return the listing's id."""
        mug = self.shop.list_item("Mug", 10, sku="MUG")
        self._open(first_push)
        return mug.remote_id

    def with_a_bowl(self) -> tuple[str, str]:
        """The same with five bowls, too; returns the ids of the mug's and the bowl's listing."""
        mug = self.stocked()
        bowl = self.shop.list_item("Bowl", 5, sku="BOWL").remote_id
        self.ok("sync")
        self.ok("items", "create-from", "--all-unconfirmed")
        self.clock.advance(minutes=1)
        return mug, bowl


@dataclass
class _Watched(Invocation):
    """Lets somebody listen to what is said."""

    on_say: Callable[[str], None] = field(default=lambda _: None)

    def say(self, text: str) -> None:
        super().say(text)
        self.on_say(text)


@dataclass
class Seller:
    """Sits in front of the browser: opens the address that is shown, and answers there."""

    answer: Callable[[str], Mapping[str, str]]
    urls: list[str] = field(default_factory=list)
    threads: list[threading.Thread] = field(default_factory=list)

    def __call__(self, said: str) -> None:
        if said.startswith("open: "):
            self.urls.append(said.removeprefix("open: "))
            thread = threading.Thread(target=self._visit, args=(self.urls[-1],))
            self.threads.append(thread)
            thread.start()

    def _visit(self, url: str) -> None:
        redirect = parse_qs(urlsplit(url).query)["redirect_uri"][0]
        with urllib.request.urlopen(f"{redirect}?{urlencode(self.answer(url))}") as page:  # noqa: S310  # loopback
            page.read()
