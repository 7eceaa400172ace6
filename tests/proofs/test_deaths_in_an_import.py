"""P02: every order comes in exactly once, wherever the process dies, however often it comes."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

import order_lives
from rig import Rig
from tuisync.core.clock import Clock
from tuisync.core.models import SyncRun
from tuisync.core.remote import OrdersPage, RemoteBuyer, RemoteOrder
from tuisync.core.store import schema
from tuisync.core.store.port import Store
from tuisync.core.store.tiny import TinyStore
from tuisync.core.sync.importers import Orders
from tuisync.core.sync.pages import store_page
from tuisync.core.sync.runs import RunBook
from tuisync.core.workspace import Workspace

ORDERS = 200
_VOLATILE = ("id", "at", "created_at", "updated_at", "matched_by")
"""Ids and times of our own, and which of a buyer's orders happened to come first."""


@pytest.mark.timeout(600)
def test_p02_killed_at_every_marked_point_of_an_import_each_order_is_there_once(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    command = [sys.executable, order_lives.__file__, str(tmp_path), str(ORDERS)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)

    for report in told["reports"]:
        assert (report["orders"], report["paid"]) == (ORDERS, ORDERS)
        assert report["right"], "committed is the sum of open lines"
        assert (report["contacts"], report["duplicates"]) == (60, 0)
        assert report["runs"] == [["succeeded", ORDERS]], "one run, each record counted once"
        assert report["faults"] == []
    assert len(told["points"]) >= 20
    record_property(
        "P02",
        f"{ORDERS} orders, imported {len(told['reports'])} times, killed {told['deaths']} times "
        f"at {len(told['points'])} points: none lost, none twice",
    )


async def test_p02_each_order_five_times_out_of_order_by_two_threads_gives_the_same_rows(
    tmp_path: Path,
) -> None:
    once = await _shop(tmp_path / "once")
    often = await _shop(tmp_path / "often")
    orders = _orders(once)

    _feed(once, once.store, [orders])
    rng = random.Random(7)  # noqa: S311  # to be repeated exactly
    shuffled = [order for order in orders for _ in range(5)]
    rng.shuffle(shuffled)
    pages = [shuffled[start : start + 20] for start in range(0, len(shuffled), 20)]
    _by_two_threads(often, pages, tmp_path / "often")
    often.store.refresh()

    assert _dump(often.store) == _dump(once.store)
    assert len(list(often.store.all(schema.ORDERS))) == ORDERS


async def _shop(home: Path) -> Rig:
    """Return a shop of three things with an item behind each, on a store on the disk."""
    rig = Rig(store=TinyStore.open(home))
    for sku in ("MUG", "CUP", "BOWL"):
        rig.shop.list_item(sku.title(), 5_000, sku=sku)
    await rig.stocked()
    return rig


def _orders(rig: Rig) -> list[RemoteOrder]:
    """Let buyers order, pay, cancel and get their parcels."""
    rng = random.Random(5)  # noqa: S311  # to be repeated exactly
    listed = sorted(rig.shop.listings)
    for number in range(ORDERS):
        name = f"Buyer {number % 50}"
        who = RemoteBuyer(buyer_id=f"b{number % 50}", name=name, email=f"{number % 50}@example.org")
        rig.clock.advance(seconds=1)
        order = rig.shop.sell(rng.choice(listed), rng.randint(1, 3), buyer=who)
        fate = rng.randrange(4)
        if fate == 0:
            rig.shop.cancel(order.remote_id)
        elif fate == 1:
            rig.shop.ship(order.remote_id, "ups", f"T{number}")
    return list(rig.shop.orders.values())


def _by_two_threads(rig: Rig, pages: Sequence[Sequence[RemoteOrder]], home: Path) -> None:
    faults: list[BaseException] = []

    def feed(share: Sequence[Sequence[RemoteOrder]]) -> None:
        store = TinyStore.open(home)
        try:
            _feed(rig, store, share)
        except BaseException as fault:  # noqa: BLE001  # told by the other thread
            faults.append(fault)
        finally:
            store.close()

    threads = [threading.Thread(target=feed, args=(pages[half::2],)) for half in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults


def _feed(rig: Rig, store: Store, pages: Sequence[Sequence[RemoteOrder]]) -> None:
    """Import these pages of orders, as a run does."""
    clock: Clock = rig.clock
    workspace = Workspace(store, rig.host, clock)
    now = clock()
    run = SyncRun(
        id=workspace.new_id(),
        batch=workspace.new_id(),
        integration="fake:100",
        module="orders",
        trigger="manual",
        queued_at=now,
    )
    book = RunBook(workspace, run)
    book.start()
    importer = Orders(workspace, rig.integration(), "Paid")
    for page in pages:
        remote = OrdersPage(records=tuple(page), served_at=now)
        store_page(workspace, book, remote, importer, requests=1)
    book.finish()


def _dump(store: Store) -> dict[str, list[str]]:
    """Return the rows of business data, sorted, without ids of our own and times."""
    people = {each.id: each.buyer_keys[0] for each in store.all(schema.CONTACTS)}
    skus = {each.id: each.sku for each in store.all(schema.ITEMS)}
    primary = next(iter(store.all(schema.WAREHOUSES))).id
    names = {**people, **skus, primary: "primary"}
    kept: tuple[schema.Collection[Any], ...] = (
        schema.ORDERS,
        schema.COMMITMENTS,
        schema.MOVEMENTS,
        schema.BALANCES,
        schema.CONTACTS,
        schema.LINKS,
        schema.OUTBOX,
    )
    return {each.name: sorted(_plain(row, names) for row in store.all(each)) for each in kept}


def _plain(row: Any, names: dict[str, str]) -> str:
    fields = msgspec.to_builtins(row)
    text = json.dumps({key: fields[key] for key in sorted(fields) if key not in _VOLATILE})
    for id_, name in names.items():
        text = text.replace(id_, name)
    return text
