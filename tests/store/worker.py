"""What the other processes of a test do: `worker.py ACTION DIRECTORY ARGUMENT...`.

Each line it prints is one step it has finished; where it waits, it waits for a line.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from tuisync.core.errors import Conflict
from tuisync.core.models import Cursor, Item
from tuisync.core.store.port import Store, Transaction
from tuisync.core.store.schema import CURSORS, ITEMS
from tuisync.core.store.tiny import TinyStore, engine

COMPACT = 30_000
"""Bytes of journal; low, so that there are many compactions."""

engine._LULL = 0.0  # nor do they wait for a quiet moment


def say(*words: object) -> None:
    print(*words, flush=True)  # noqa: T201  # this is how it talks to the test


def step(transaction: Transaction, label: str) -> int:
    """Count up, and keep a document that says so: two collections that must agree."""
    found = transaction.get(CURSORS, "counter")
    value = 1 + int((found and found.position) or 0)
    transaction.put(CURSORS, Cursor(id="counter", position=str(value)))
    transaction.put(ITEMS, Item(id=f"item-{value:05}", sku=f"SKU-{value}", name=label))
    return value


def count(store: Store, label: str, times: str) -> None:
    """Take that many steps, one transaction each, and say each one's number."""
    sys.stdin.readline()
    for _ in range(int(times)):
        with store.transaction() as transaction:
            value = step(transaction, label)
        say(value)


def claim(store: Store, id_: str, sku: str) -> None:
    """Try to be the one item with that SKU."""
    sys.stdin.readline()
    try:
        with store.transaction() as transaction:
            transaction.put(ITEMS, Item(id=id_, sku=sku, name="Mug"))
    except Conflict:
        say("lost")
    else:
        say("won")


def hold(store: Store, name: str) -> None:
    """Take a lease and keep it."""
    say("held" if store.lease(name, "daemon") else "busy")
    sys.stdin.readline()


def occupy(store: Store) -> None:
    """Stay inside a transaction."""
    with store.transaction():
        say("inside")
        sys.stdin.readline()


def watch(store: Store) -> None:
    """Read on and on, and complain of anything but whole commits in their order."""
    seen = 0
    while True:
        store.refresh()
        numbers = [int(item.sku.removeprefix("SKU-")) for item in store.all(ITEMS)]
        total = len(numbers)
        if numbers != list(range(1, total + 1)) or total < seen:
            say("torn", numbers)
        if total != seen:
            seen = total
            say(seen)


def deadly(where: str) -> None:
    """Be killed at one point: a moment, the name of a system call, how many go by before."""
    moment, name, times = where.split("-")
    original, left = getattr(os, name), [int(times)]

    def killing(*arguments: object, **options: object) -> object:
        if left[0]:
            left[0] -= 1
            return original(*arguments, **options)
        if moment == "after":
            original(*arguments, **options)
        elif moment == "amid":
            fd, content, offset = arguments
            original(fd, bytes(content)[:100], offset)  # type: ignore[call-overload]  # pwrite
        os.kill(os.getpid(), signal.SIGKILL)
        return None

    setattr(os, name, killing)


def die(store: Store, where: str) -> None:
    """Be killed at one point of a commit."""
    with store.transaction() as transaction:
        step(transaction, "killed")
        deadly(where)


def die_compacting(store: TinyStore, where: str) -> None:
    """Be killed at one point of a compaction."""
    deadly(where)
    store.compact()


def main() -> None:
    action, directory, *arguments = sys.argv[1:]
    store = TinyStore.open(Path(directory), timeout=60, compact=COMPACT)
    actions = {
        "count": count,
        "claim": claim,
        "hold": hold,
        "occupy": occupy,
        "watch": watch,
        "die": die,
        "compact": die_compacting,
    }
    say("ready")
    actions[action](store, *arguments)  # type: ignore[operator]  # each knows its arguments
    store.close()


if __name__ == "__main__":
    main()
