"""What a plan and a drift report cost over many links, every one of which differs.

    python -m benchmarks.plan [--links 5000] [--times 5]

A plan is computed from the store alone, stored, and written out as the command does it. Times
are medians of one run on one machine; the promise is a second for 5,000 links (P05).
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from tuisync.cli.documents import encoded
from tuisync.cli.pen import Pen
from tuisync.cli.tables.plans import plan_card
from tuisync.core.actions.organization import init_organization
from tuisync.core.actions.plans import make_plan, planned_changes
from tuisync.core.models import (
    Balance,
    Integration,
    Item,
    Level,
    Link,
    Listing,
    ListingVariant,
    Rules,
)
from tuisync.core.planned import plan_lines
from tuisync.core.remote import Marketplace
from tuisync.core.store import schema
from tuisync.core.store.port import Transaction
from tuisync.core.store.tiny import TinyStore
from tuisync.core.views.drift import drift_views
from tuisync.core.views.objects import PlanView
from tuisync.core.workspace import Workspace

SHOP = "bench:1"
START = datetime(2026, 1, 1, tzinfo=UTC)
SIZES = ("S", "M", "L", "XL", "2XL")
TARGET = 1.0
"""Seconds for 5,000 links (P05)."""


class _Described:
    """One marketplace that only describes itself."""

    def describe(self, name: str) -> Marketplace:
        """Return its description."""
        return Marketplace(id=name, title=name)


def fill(workspace: Workspace, links: int) -> None:
    """Write a shop of that many linked variants, five in a listing, two warehouses."""
    init_organization(workspace, currency="USD", warehouses=["Studio", "Barn"])
    with workspace.store.transaction() as tx:
        places = [each.id for each in tx.all(schema.WAREHOUSES)]
        tx.put(
            schema.INTEGRATIONS,
            Integration(
                id=SHOP,
                name="bench",
                marketplace="bench",
                account_id="1",
                shop_id="1",
                shop_name="Bench",
                currency="USD",
                connected_at=START,
                rules=Rules(buffer=1, max=20),
            ),
        )
        for number in range(links // len(SIZES)):
            _listing(tx, number, places)


def _listing(tx: Transaction, number: int, places: list[str]) -> None:
    id_ = f"{SHOP}:{number}"
    variants = tuple(
        ListingVariant(key=f"513={size}", quantity=9, sku=f"S{number}-{size}") for size in SIZES
    )
    tx.put(
        schema.LISTINGS,
        Listing(
            id=id_,
            integration=SHOP,
            listing_id=str(number),
            title=f"Shirt {number}",
            state="active",
            variants=variants,
            read_at=START,
        ),
    )
    for variant in variants:
        item = f"item-{variant.sku}"
        tx.put(schema.ITEMS, Item(id=item, sku=variant.sku or "", name=f"{variant.sku}"))
        tx.put(schema.LINKS, _link(id_, variant, item))
        for place in places:
            sums = Balance(id=f"{item}@{place}", item=item, warehouse=place, on_hand=4)
            tx.put(schema.BALANCES, sums)


def _link(listing: str, variant: ListingVariant, item: str) -> Link:
    return Link(
        id=f"{listing}:{variant.key}",
        integration=SHOP,
        listing=listing,
        key=variant.key,
        state="linked",
        basis="sku",
        item=item,
        baseline_at=START,
        level=Level(9, START),
    )


def rendered(view: PlanView) -> int:
    """Write a plan out as a table and as JSON; returns the characters."""
    return sum(map(len, plan_card(view, Pen(width=120)))) + len(encoded(view, pretty=False))


def median(work: Callable[[], object], times: int) -> float:
    """Return the median seconds a piece of work takes."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def filled(directory: Path, links: int) -> Workspace:
    """Return the workspace of a shop of that many linked variants, every one of which differs."""
    workspace = Workspace(TinyStore.open(directory), _Described())
    fill(workspace, links)
    return workspace


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Measure plans and drift reports.")
    parser.add_argument("--links", type=int, default=5_000)
    parser.add_argument("--times", type=int, default=5)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tuisync-bench-") as directory:
        workspace = filled(Path(directory), arguments.links)
        view = make_plan(workspace)
        assert len(view.changes) == len(drift_views(workspace)) == arguments.links
        plan = next(workspace.store.all(schema.PLANS))
        works: dict[str, Callable[[], object]] = {
            "computed": lambda: planned_changes(workspace.store, workspace),
            "computed and stored": lambda: make_plan(workspace),
            "computed, stored and written out": lambda: rendered(make_plan(workspace)),
            "how each line stands": lambda: plan_lines(workspace, plan),
            "drift report": lambda: drift_views(workspace),
        }
        target = TARGET * arguments.links / 5_000
        print(f"a plan of {arguments.links:,} links, medians of {arguments.times}\n")
        for name, work in works.items():
            seconds = median(work, arguments.times)
            mark = "" if seconds <= target else "  MISSED"
            print(f"{name:<36} {seconds * 1e3:>9.0f} ms {f'<= {target * 1e3:.0f} ms':>14}{mark}")
        workspace.store.close()


if __name__ == "__main__":
    main()
