"""P02: an import of 200 orders by processes that die at every marked point.

    python tests/order_lives.py DIRECTORY [ORDERS] [EVERY]

Once for each point the import passes (each EVERYth), a process dies there and the next one
ends the import; then once more with processes that go on dying until it is done. Prints as
JSON what came of it.
"""

from __future__ import annotations

import json
import random
import shutil
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from afterlife import Afterlife
from mortal import Desk, Fate, Wire, never, sit_down
from tuisync.core.actions.creation import create_items, unconfirmed_variants
from tuisync.core.actions.organization import init_organization
from tuisync.core.actions.syncs import request_sync
from tuisync.core.connecting import add_integration
from tuisync.core.doctor.ledger import CHECKS
from tuisync.core.models import Order
from tuisync.core.remote import RemoteBuyer
from tuisync.core.store import schema
from tuisync.testing import FakeMarketplace, ManualClock

NAME = "north"
_SKUS = ("MUG", "CUP", "BOWL", "VASE", "JUG")
_BUYERS = 60
_STOCK = 10_000


@dataclass(frozen=True)
class Import:
    """One import of the shop's orders into a data directory."""

    home: Path
    fake: FakeMarketplace

    def open(self, wire: Wire) -> None:
        """Set up the organization, the shop and its items; no order is there yet."""
        desk = self._desk(wire)
        init_organization(desk.workspace, currency="USD", first_push="auto")
        account = self.fake.sign_in().account
        add_integration(desk.workspace, NAME, account, {}, sync=True)
        desk.do_everything()
        create_items(desk.workspace, unconfirmed_variants(desk.store))
        desk.do_everything()
        wire.wait(60)

    def live(self, wire: Wire) -> dict[str, Any]:
        """Import what is left of the orders; tell what is there then."""
        desk = self._desk(wire)
        if not any(run.trigger == "manual" for run in desk.store.all(schema.RUNS)):
            request_sync(desk.workspace, ["orders"])
        desk.do_everything()
        return _report(desk)

    def _desk(self, wire: Wire) -> Desk:
        described = {NAME: self.fake.marketplace()}
        return sit_down(self.home, wire, described, {NAME: self.fake.sign_in()})


def _report(desk: Desk) -> dict[str, Any]:
    store = desk.store
    orders = list(store.all(schema.ORDERS))
    committed = {each.item: each.committed for each in store.all(schema.BALANCES)}
    contacts = [each.buyer_keys for each in store.all(schema.CONTACTS)]
    runs = [run for run in store.all(schema.RUNS) if run.trigger == "manual"]
    return {
        "orders": len(orders),
        "paid": sum(c.text == "Paid" for order in orders for c in order.comments),
        "right": committed == _sold(orders),
        "contacts": len(contacts),
        "duplicates": len(contacts) - len(set(contacts)),
        "runs": [(run.status, run.counts.total) for run in runs],
        "faults": [c.message for check in CHECKS for c in [check(store)] if not c.ok],
    }


def _sold(orders: list[Order]) -> dict[str, int]:
    """Return the units on open lines, by item."""
    sold = Counter[str]()
    for order in orders:
        for line in order.lines:
            assert line.item is not None
            sold[line.item] += line.quantity
    return dict(sold)


def fill(fake: FakeMarketplace, listed: list[str], orders: int, *, buyers: int = _BUYERS) -> None:
    """Let so many buyers order; each comes back now and then."""
    rng = random.Random(2)  # noqa: S311  # to be repeated exactly
    for number in range(orders):
        buyer = number % buyers
        who = RemoteBuyer(
            buyer_id=f"b{buyer}", name=f"Buyer {buyer}", email=f"b{buyer}@example.org"
        )
        basket = {(each, ""): rng.randint(1, 4) for each in rng.sample(listed, rng.randint(1, 3))}
        fake.shop.checkout(basket, buyer=who)


def _at(number: int) -> Fate:
    """Die at that point, counted from 1."""
    passed = 0

    def fate(_point: str) -> bool:
        nonlocal passed
        passed += 1
        return passed == number

    return fate


def run(directory: Path, orders: int = 200, every: int = 1) -> dict[str, Any]:
    """Import the orders again and again, each time with another death."""
    clock = ManualClock()
    fake = FakeMarketplace(NAME, clock=clock)
    listed = [fake.shop.list_item(sku.title(), _STOCK, sku=sku).remote_id for sku in _SKUS]
    after = Afterlife({NAME: fake}, clock)
    opened = directory / "opened"
    after.live(Import(opened, fake).open, never)
    fill(fake, listed, orders)
    reports: list[dict[str, Any]] = []
    number, ended = 1, False
    while not ended:
        home = shutil.copytree(opened, directory / "home")
        ended, report = after.live(Import(home, fake).live, _at(number))
        if not ended:
            _, report = after.live(Import(home, fake).live, never)
        reports.append(report)
        shutil.rmtree(home)
        number += every
    lives, ended = 0, False
    rng = random.Random(3)  # noqa: S311  # to be repeated exactly
    while not ended:
        lives += 1
        ended, report = after.live(Import(opened, fake).live, _at(rng.randint(8, 24)))
    return {
        "reports": [*reports, report],
        "deaths": after.died.total(),
        "points": sorted(after.died),
        "lives": lives,
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(run(Path(sys.argv[1]), *map(int, sys.argv[2:]))))
