"""Someone at a terminal whose shop is Etsy's sandbox, a process of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

import tuisync_etsy
from terminal import Terminal
from tuisync.core.consent import walk_through
from tuisync.core.demo import DemoShop, running, with_sandbox
from tuisync.core.plugins.host import PluginHost
from tuisync.testing import FakeMarketplace, ManualClock


@dataclass
class OnEtsy:
    """Someone at a terminal whose shop is the sandbox, mapped and in step."""

    terminal: Terminal
    shop: DemoShop

    def control(self, action: str, **values: Any) -> Any:
        """Do something at the shop, as its buyers and its seller do."""
        base = self.shop.options["base_url"].rstrip("/")
        answer = httpx.post(f"{base}/sandbox/{action}", json=values, timeout=30)
        assert answer.is_success, answer.text
        return answer.json()

    def sync(self, hours: float = 1) -> list[dict[str, Any]]:
        """Let time pass, for both, and sync."""
        self.control("clock", advance=int(hours * 3600))
        self.terminal.clock.advance(hours=hours)
        found: list[dict[str, Any]] = self.terminal.json("sync", "orders", "--no-push")
        return found

    def stock(self, sku: str) -> tuple[int, int, int]:
        """Return on hand, committed, available."""
        item = self.terminal.json("items", "show", sku)
        return item["on_hand"], item["committed"], item["available"]

    def sold(self) -> tuple[str, str, dict[str, Any]]:
        """Let somebody buy one thing we know; return the order's id, the SKU and the line."""
        known = {each["id"] for each in self.terminal.json("orders", "list")}
        self.control("sell")
        self.sync()
        (order,) = [o for o in self.terminal.json("orders", "list") if o["id"] not in known]
        return order["id"], order["lines"][0]["item"], order["lines"][0]

    def order(self, id_: str) -> Any:
        """Return an order."""
        return self.terminal.json("orders", "show", id_)

    def allow(self, said: str) -> None:
        """Allow access, when the address to do that at is said."""
        if said.startswith("open: "):
            url = said.removeprefix("open: ").strip()
            threading.Thread(target=lambda: asyncio.run(walk_through(url))).start()


@contextmanager
def at_etsy(home: Path, port: str) -> Iterator[OnEtsy]:
    """Connect the sandbox, and make items of all it sells.

    Args:
        home: The data directory.
        port: Where the answer to the sign-in comes to; each user of this has one of their own.
    """
    clock = ManualClock(datetime.now(UTC))
    terminal = Terminal(home, FakeMarketplace(clock=clock))
    terminal.host = PluginHost.of(etsy=tuisync_etsy)
    with running(with_sandbox(PluginHost.of(etsy=tuisync_etsy))) as shop:
        seller = OnEtsy(terminal, shop)
        terminal.on_say = seller.allow
        terminal.ok("init", "--currency", shop.currency, "--first-push", "auto")
        chosen = [f"--set={key}={value}" for key, value in shop.options.items()]
        terminal.ok("connect", "etsy", *chosen, "--port", port, "--no-browser")
        terminal.ok("items", "create-from", "--all-unconfirmed")
        yield seller
