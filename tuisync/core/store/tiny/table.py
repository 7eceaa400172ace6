"""TinyDB with string ids, over a storage that keeps documents encoded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NoReturn

import msgspec
from tinydb import TinyDB
from tinydb.table import Table

from tuisync.core.store.tiny.storage import StoreStorage

if TYPE_CHECKING:
    from pathlib import Path


class StringTable(Table):
    """A TinyDB table with string ids, for looking at the store with TinyDB's own means.

    Stock TinyDB turns ids into integers and fails on ours. Its query cache would miss what
    other processes commit, so there is none. It cannot write: rules across documents, the
    lock and the indexes are the store's.
    """

    document_id_class = str  # type: ignore[assignment]  # TinyDB annotates it as `int`
    default_query_cache_capacity = 0

    def _read_table(self) -> dict[str, Mapping[str, Any]]:
        tables = self._storage.read() or {}
        return {
            id_: msgspec.json.decode(encoded) for id_, encoded in tables.get(self.name, {}).items()
        }

    def _update_table(
        self,
        updater: Callable[[dict[int, Mapping[str, Any]]], None],  # noqa: ARG002  # TinyDB's
    ) -> NoReturn:
        raise TypeError(f"{self.name}: write through Store.transaction(), not through TinyDB")


class Database(TinyDB):
    """A TinyDB over a data directory, for reading.

    Args:
        directory: The data directory.
    """

    table_class = StringTable

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        super().__init__(directory, storage=StoreStorage)

    def __repr__(self) -> str:
        # TinyDB's own reads all documents, and a debugger or a log asks for it.
        return f"Database({str(self._directory)!r})"
