"""P01, P02: command lines typed into processes that die at every marked point.

    python tests/typed_lives.py stock HOME [CHANGES] [SEED]
    python tests/typed_lives.py orders DIRECTORY [ORDERS]

Prints as JSON what came of it. Each process goes on where the one before it died; what it is
told to do goes through the program's own command line.
"""

from __future__ import annotations

import json
import random
import shutil
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from afterlife import Afterlife
from mortal import MarkedStore, RemoteMarketplace, Wire, fate_of, never
from order_lives import fill
from terminal import Ended, Terminal
from trading import NAMES, SKUS, START, Trading
from tuisync.core.connecting import add_integration
from tuisync.core.home import Home
from tuisync.core.models import LIVE
from tuisync.core.plugins.connections import Connections
from tuisync.core.plugins.host import PluginHost
from tuisync.core.remote import Authorization, Marketplace
from tuisync.core.secrets.vault import Secrets
from tuisync.core.services import Services
from tuisync.core.workspace import Workspace
from tuisync.testing import FakeMarketplace, ManualClock

_ROUNDS = 4
_PATIENCE = 11 * 60
_PLENTY = 10_000
_BUYERS = 20
_COMPACT = 64 << 10
"""Bytes: a snapshot is written now and then, too."""


class Typist(Terminal):
    """Somebody at the command line of a mortal process.

    Args:
        home: The data directory.
        wire: To the driver, who plays the shops.
        described: The marketplaces.
    """

    def __init__(self, home: Path, wire: Wire, described: Mapping[str, Marketplace]) -> None:
        super().__init__(home, FakeMarketplace(clock=wire.clock))
        self._wire = wire
        self._described = described

    def open(self) -> Services:
        """Open the data directory with a store that marks its commits."""
        home = Home.at(self.home)
        home.ensure()
        store = MarkedStore.open(home.data, clock=self.clock, compact=_COMPACT)
        store.wire = self._wire
        host = PluginHost.of(
            **{
                name: RemoteMarketplace(what, self._wire, store)
                for name, what in self._described.items()
            }
        )
        secrets = Secrets(home.secrets_file)
        return Services(
            home=home,
            workspace=Workspace(store, host, self.clock),
            host=host,
            secrets=secrets,
            shops=Connections(host, secrets, store, clock=self.clock),
        )

    def typed(self, line: str) -> Ended:
        """Type a line that may fail, but never by a fault of ours."""
        ended = self(*line.split())
        assert ended.code != 1, (line, ended.err)
        return ended

    def sign_in(self, signed_in: Mapping[str, Authorization]) -> None:
        """Connect every shop."""
        services = self.open()
        try:
            for name, authorization in signed_in.items():
                made = add_integration(
                    services.workspace, name, authorization.account, {}, sync=False
                )
                services.secrets.store_tokens(made.id, authorization.tokens, None)
        finally:
            services.close()

    def made(self) -> int:
        """Return the number of the last change that left a movement."""
        told = (self.json("why", sku)["movements"] for sku in SKUS)
        causes = (each["cause"] for movements in told for each in movements)
        said = (cause.rpartition("change-")[2] for cause in causes if "change-" in cause)
        return max((int(number) for number in said if number.isdigit()), default=0)

    def report(self) -> dict[str, Any]:
        """Tell how all stands."""
        outbox = self.json("outbox")
        return {
            "ours": {each["sku"]: each["available"] for each in self.json("items", "list")},
            "live": [each["id"] for each in outbox if each["state"] in LIVE],
            "planned": self.json("plan")["changes"],
            "faults": [
                each["message"]
                for each in self("doctor", "--json").json
                if each["check"] == "ledger" and not each["ok"]
            ],
            "orders": len(self.json("orders", "list")),
        }


class Trade(Trading):
    """Stock changes that are typed."""

    def typist(self, wire: Wire) -> Typist:
        """Sit down."""
        described = {name: fake.marketplace() for name, fake in self.fakes.items()}
        return Typist(self.home, wire, described)

    def open(self, wire: Wire) -> None:
        """Set up the organization, its items and its shops."""
        at = self.typist(wire)
        at.ok("init", "--currency", "USD", "--first-push", "auto", "-w", "P", "-w", "Q")
        for sku in SKUS:
            at.ok("items", "add", "--sku", sku, "--name", sku.title(), "--stock", str(START))
        at.sign_in({name: fake.sign_in() for name, fake in self.fakes.items()})
        at.ok("sync")
        wire.wait(60)

    def live(self, wire: Wire) -> dict[str, Any]:
        """Make the changes that are left and send what is owed; tell how all stands then."""
        at = self.typist(wire)
        for number in range(at.made() + 1, self.changes + 1):
            rng = random.Random(f"{self.seed}-{number}")  # noqa: S311  # to be repeated exactly
            self._change(at, wire, number, rng)
            wire.wait(rng.randint(1, 40))
            if rng.random() < 0.5:
                at.typed(rng.choice(["push", "push", "sync", "sync orders --no-push"]))
        for _ in range(_ROUNDS):
            wire.wait(_PATIENCE)
            at.typed("sync")
            at.typed("push")
        return at.report()

    def _change(self, at: Typist, wire: Wire, number: int, rng: random.Random) -> None:
        sku = rng.choice(SKUS)
        match rng.choice(["count", "count", "count", "transfer", "sale", "sale", "ship"]):
            case "count":
                by = rng.choice([-3, -2, -1, 1, 2, 3, 4])
                at.typed(f"items adjust {sku} --by {by} --reason change-{number}")
            case "transfer":
                at.typed(f"items transfer {sku} --from P --to Q --by 1")
            case "sale":
                name = rng.choice(NAMES)
                wire.ask("sell", number, name, self.listed[name, sku], 1)
            case "ship":
                self._ship_oldest(at)

    def _ship_oldest(self, at: Typist) -> None:
        for order in reversed(at.json("orders", "list", "--status", "confirmed")):
            if not order["shipments"] and order["gate"] == "ready":
                at.typed(f"ship {order['id']} --carrier ups --tracking T{order['number']}")
                return


def stock(home: Path, changes: int = 1000, seed: int = 1) -> dict[str, Any]:
    """Let processes live and die until all changes are made and sent."""
    clock = ManualClock()
    trade = Trade.at(home, clock, changes, seed)
    report = trade.outlive(clock, trade.open, trade.live)
    theirs = {sku: [trade.quantity(name, sku) for name in NAMES] for sku in SKUS}
    return report | {"theirs": theirs}


@dataclass(frozen=True)
class Import:
    """One import of a shop's orders into a data directory."""

    home: Path
    fake: FakeMarketplace

    def typist(self, wire: Wire) -> Typist:
        """Sit down."""
        return Typist(self.home, wire, {self.fake.name: self.fake.marketplace()})

    def open(self, wire: Wire) -> None:
        """Set up the organization, the shop and its items; no order is there yet."""
        at = self.typist(wire)
        at.ok("init", "--currency", "USD", "--first-push", "auto")
        at.sign_in({self.fake.name: self.fake.sign_in()})
        at.ok("sync")
        at.ok("items", "create-from", "--all-unconfirmed")
        wire.wait(60)

    def live(self, wire: Wire) -> dict[str, Any]:
        """Import what is left of the orders; tell what is there then."""
        at = self.typist(wire)
        at.ok("sync", "orders")
        orders = at.json("orders", "list")
        sold: Counter[str] = Counter()
        for order in orders:
            sold.update({line["item"]: line["quantity"] for line in order["lines"]})
        items = {each["sku"]: each["committed"] for each in at.json("items", "list")}
        contacts = at.json("contacts")
        return {
            "orders": len(orders),
            "distinct": len({order["remote_id"] for order in orders}),
            "paid": sum(c["text"] == "Paid" for order in orders for c in order["comments"]),
            "right": items == dict(sold),
            "contacts": len(contacts),
            "addresses": len({each["email"] for each in contacts}),
            "created": sum(run["counts"]["created"] for run in _orders_runs(at)),
            "faults": at.report()["faults"],
        }


def _orders_runs(at: Typist) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = at.json("history", "--module", "orders")
    return found


def orders(directory: Path, count: int = 200) -> dict[str, Any]:
    """Import the orders again and again, each time with deaths at points not died at before."""
    clock = ManualClock()
    fake = FakeMarketplace(NAMES[0], clock=clock)
    listed = [fake.shop.list_item(sku.title(), _PLENTY, sku=sku).remote_id for sku in SKUS]
    after = Afterlife({fake.name: fake}, clock)
    opened = directory / "opened"
    after.live(Import(opened, fake).open, never)
    fill(fake, listed, count, buyers=_BUYERS)
    reports: list[dict[str, Any]] = []
    known = -1
    while known < len(after.died):
        known = len(after.died)
        home = shutil.copytree(opened, directory / "home")
        report = None
        while report is None:
            _, report = after.live(Import(home, fake).live, fate_of(after.died, known))
        reports.append(report)
        shutil.rmtree(home)
    return {"reports": reports, "deaths": after.died.total(), "points": sorted(after.died)}


if __name__ == "__main__":
    plays: dict[str, Callable[..., dict[str, Any]]] = {"stock": stock, "orders": orders}
    told = plays[sys.argv[1]]
    sys.stdout.write(json.dumps(told(Path(sys.argv[2]), *map(int, sys.argv[3:]))))
