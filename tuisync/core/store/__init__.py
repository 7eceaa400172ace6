"""The store: one port, its collections, and the engines behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tuisync.core.store.port import Lease, Store


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


def lease_in(directory: Path, name: str, holder: str) -> Lease | None:
    """Take a lease of a data directory without opening its store; None when it is held.

    The lease is held until it is released, or until the process ends.

    Args:
        directory: Where its files are; it is created when it is missing.
        name: The lease's name.
        holder: Who we are.

    Raises:
        HomeUnwritable: The directory cannot be created or written.
    """
    from tuisync.core.clock import system_clock  # noqa: PLC0415  # as above
    from tuisync.core.store.tiny import leases  # noqa: PLC0415  # as above

    return leases.Leases(directory / "leases", system_clock).take(name, holder)


def journal_bytes(directory: Path) -> int:
    """Return the bytes of a data directory that are replayed at every opening."""
    from tuisync.core.store.tiny.journal import Journal, generations  # noqa: PLC0415  # as above

    names = (Journal.named(directory, each) for each in generations(directory))
    return sum(path.stat().st_size for path in names if path.exists())
