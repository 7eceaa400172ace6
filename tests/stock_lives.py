"""P01: stock changes for three shops, by processes that die at every marked point.

    python tests/stock_lives.py HOME [CHANGES] [SEED]

Prints as JSON what came of it. Every process goes on where the one before it died.
"""

from __future__ import annotations

import json
import random
import sys
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any

from mortal import Desk, Wire, sit_down
from trading import NAMES, SKUS, START, Trading
from tuisync.core.actions.items import add_item, adjust_stock, transfer_stock
from tuisync.core.actions.orders import ship_order
from tuisync.core.actions.organization import init_organization
from tuisync.core.actions.syncs import request_sync
from tuisync.core.connecting import add_integration
from tuisync.core.doctor.ledger import CHECKS
from tuisync.core.errors import Conflict
from tuisync.core.models import LIVE
from tuisync.core.stock.numbers import number_steps
from tuisync.core.store import schema
from tuisync.testing import ManualClock

_ROUNDS = 12
_PATIENCE = 11 * 60


class Plan(Trading):
    """What the processes are to do."""

    def desk(self, wire: Wire) -> Desk:
        """Sit down at the data directory."""
        described = {name: fake.marketplace() for name, fake in self.fakes.items()}
        signed_in = {name: fake.sign_in() for name, fake in self.fakes.items()}
        return sit_down(self.home, wire, described, signed_in)

    def open(self, wire: Wire) -> None:
        """Set up the organization, its items and its shops."""
        desk = self.desk(wire)
        init_organization(desk.workspace, currency="USD", first_push="auto", warehouses=("P", "Q"))
        for sku in SKUS:
            add_item(desk.workspace, sku=sku, name=sku.title(), stock=START)
        for name, fake in self.fakes.items():
            add_integration(desk.workspace, name, fake.sign_in().account, {}, sync=True)
        desk.do_everything()
        wire.wait(60)

    def live(self, wire: Wire) -> dict[str, Any]:
        """Make the changes that are left and send what is owed; tell how all stands then."""
        desk = self.desk(wire)
        in_flight = [e.id for e in desk.store.all(schema.OUTBOX) if e.state == "in_flight"]
        assert not in_flight, in_flight
        for number in range(_made(desk) + 1, self.changes + 1):
            rng = random.Random(f"{self.seed}-{number}")  # noqa: S311  # to be repeated exactly
            self._change(desk, number, rng)
            wire.wait(rng.randint(1, 40))
            if rng.random() < 0.25:
                desk.do_everything()
        for _ in range(_ROUNDS):
            wire.wait(_PATIENCE)
            request_sync(desk.workspace, ["items", "orders"])
            desk.do_everything()
        return self._report(desk)

    def _change(self, desk: Desk, number: int, rng: random.Random) -> None:
        sku, reason = rng.choice(SKUS), f"change {number}"
        match rng.choice(["count", "count", "transfer", "sale", "sale", "ship"]):
            case "count":
                with suppress(Conflict):
                    delta = rng.choice([-3, -2, -1, 1, 2, 3, 4])
                    adjust_stock(desk.workspace, sku, by=delta, warehouse="P", reason=reason)
            case "transfer":
                with suppress(Conflict):
                    transfer_stock(desk.workspace, sku, source="P", target="Q", by=1)
            case "sale":
                name = rng.choice(NAMES)
                desk.wire.ask("sell", number, name, self.listed[name, sku], 1)
            case "ship":
                _ship_oldest(desk)

    def _report(self, desk: Desk) -> dict[str, Any]:
        ours = {}
        for link in desk.store.all(schema.LINKS):
            integration = desk.store.get(schema.INTEGRATIONS, link.integration)
            assert integration is not None
            assert link.item is not None
            ours[link.listing] = number_steps(desk.store, integration, link.item, None)[-1].value
        return {
            "ours": ours,
            "live": [e.id for e in desk.store.all(schema.OUTBOX) if e.state in LIVE],
            "states": dict(Counter(e.state for e in desk.store.all(schema.OUTBOX))),
            "faults": [c.message for check in CHECKS for c in [check(desk.store)] if not c.ok],
            "orders": sum(1 for _ in desk.store.all(schema.ORDERS)),
        }


def _made(desk: Desk) -> int:
    """Return the number of the last change that left a movement."""
    causes = (movement.cause for movement in desk.store.all(schema.MOVEMENTS))
    said = (cause.rpartition("change ")[2] for cause in causes if "change " in cause)
    return max((int(number) for number in said if number.isdigit()), default=0)


def _ship_oldest(desk: Desk) -> None:
    for order in desk.store.all(schema.ORDERS):
        if order.open and not order.shipments and order.gate == "ready":
            ship_order(desk.workspace, order.id, carrier="ups", tracking=f"T{order.number}")
            return


def run(home: Path, changes: int = 1000, seed: int = 1) -> dict[str, Any]:
    """Let processes live and die until all changes are made and sent."""
    clock = ManualClock()
    plan = Plan.at(home, clock, changes, seed)
    report = plan.outlive(clock, plan.open, plan.live)
    theirs = {
        f"{name}:{plan.fakes[name].shop.shop_id}:{listing}": plan.quantity(name, sku)
        for (name, sku), listing in plan.listed.items()
    }
    return report | {"theirs": theirs}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(run(Path(sys.argv[1]), *map(int, sys.argv[2:]))))
