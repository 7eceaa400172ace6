"""A TinyDB storage over a store: what TinyDB's own tools see of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NoReturn

from tinydb.storages import Storage

from tuisync.core.store.tiny.engine import TinyStore

if TYPE_CHECKING:
    from pathlib import Path


class StoreStorage(Storage):
    """The newest documents of a data directory, encoded, table by table.

    It reads the snapshot and the journals, so it sees what TinyDB alone would see only
    after the next compaction. It cannot write: rules across documents, the lock and the
    indexes are the store's.

    Args:
        directory: The data directory.
    """

    def __init__(self, directory: Path) -> None:
        super().__init__()
        self._store = TinyStore.open(directory)

    def read(self) -> dict[str, dict[str, Any]] | None:
        """Return all tables, or None when nothing was ever stored.

        Raises:
            StoreError: The store cannot be read.
        """
        self._store.refresh()
        return self._store.tables() or None

    def write(self, data: Mapping[str, Mapping[str, Any]]) -> NoReturn:  # noqa: ARG002  # TinyDB's
        """Refuse.

        Raises:
            TypeError: Always.
        """
        raise TypeError("write through Store.transaction(), not through TinyDB")

    def close(self) -> None:
        """Let go of the store."""
        self._store.close()
