"""The store: one port, its collections, and the engines behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tuisync.core.store.port import Store


def open_store(directory: Path) -> Store:
    """Open the store of a data directory, which is created when it is missing.

    Args:
        directory: Where its files are: `store.json`, `store.lock` and `leases/`.

    Raises:
        HomeUnwritable: The directory cannot be created or written.
        StoreDamaged: A file does not hold what it should; it was left untouched.
        SchemaTooNew: A newer tuisync wrote it.
    """
    # Here and nowhere else is the engine chosen; whoever only needs the port never loads it.
    from tuisync.core.store.tiny import TinyStore  # noqa: PLC0415  # see above

    return TinyStore.open(directory)
