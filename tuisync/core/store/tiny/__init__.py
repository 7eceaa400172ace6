"""The store's engine on TinyDB: one JSON file, replaced as a whole by every commit.

    store.json       the documents, in TinyDB's own shape: table, id, document
    store.json.new   a commit being written; never read, overwritten by the next one
    store.lock       locked during a transaction; holds the process id of its last holder
    store.lock.turn  locked by whoever is next
    leases/          one locked file per lease

TinyDB with a table whose `document_id_class` is `str` reads `store.json`. Writing to it is
for this engine alone: TinyDB itself locks nothing.
"""

from tuisync.core.store.tiny.engine import TinyStore
from tuisync.core.store.tiny.storage import AtomicStorage
from tuisync.core.store.tiny.table import Database, StringTable

__all__ = ["AtomicStorage", "Database", "StringTable", "TinyStore"]
