"""A store with a few commits, and its files to be spoiled."""

from __future__ import annotations

import shutil
from pathlib import Path

from store.samples import counter, item
from tuisync.core.models import Document, Item
from tuisync.core.store.port import Store
from tuisync.core.store.schema import CURSORS, ITEMS
from tuisync.core.store.tiny import TinyStore

FIRST = "journal-00000001.jsonl"
SECOND = "journal-00000002.jsonl"


def put(store: Store, number: int, name: str = "Mug") -> None:
    with store.transaction() as transaction:
        transaction.put(ITEMS, item(number, name=name))


def course(store: Store, first: int, last: int) -> None:
    """Commit a counter with an item of that number, once for each; removing an older one."""
    for number in range(first, last + 1):
        with store.transaction() as transaction:
            transaction.put(CURSORS, counter(number))
            transaction.put(ITEMS, item(number, name=f"Mug “{number}”"))
            if number % 3 == 0:
                transaction.delete(ITEMS, item(number - 2).id)


def content(store: Store) -> list[Document]:
    return [*store.all(CURSORS), *store.all(ITEMS)]


def expected(last: int) -> list[Document]:
    """Return what `course` leaves after so many commits."""
    gone = {number - 2 for number in range(3, last + 1, 3)}
    left: list[Item] = [
        item(number, name=f"Mug “{number}”") for number in range(1, last + 1) if number not in gone
    ]
    return [counter(last), *left] if last else []


def copied(source: Path, target: Path) -> Path:
    """Return a directory with the same files, to be spoiled."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir()
    for path in source.iterdir():
        if path.is_file():
            shutil.copy(path, target)
    return target


def made(directory: Path, commits: int) -> Path:
    store = TinyStore.open(directory)
    course(store, 1, commits)
    store.close()
    return directory


def files(directory: Path) -> dict[str, bytes]:
    """Return the content of what is kept; locks are not."""
    kept = [path for path in directory.iterdir() if path.suffix in {".json", ".jsonl"}]
    return {path.name: path.read_bytes() for path in sorted(kept)}
