"""The store's engine on TinyDB's format: a snapshot that TinyDB reads, and a journal.

    store.json              the documents of one moment, in TinyDB's shape: table, id, document
    journal-00000001.jsonl  every transaction since, one line each; see `lines`
    store.json.new          a snapshot being written; never read, overwritten by the next one
    store.lock              locked during a transaction; holds the process id of its last holder
    store.lock.turn         locked by whoever is next
    leases/                 one locked file per lease

The snapshot names its journal. To compact is to begin the next journal, to end the old one
with a line that names it, and to replace the snapshot; the old journal stays until the next
time, for whoever is still reading it. So each process finds its way whenever it looks.

TinyDB with a table whose `document_id_class` is `str` reads `store.json`. Writing to it is
for this engine alone: TinyDB itself locks nothing.
"""

from tuisync.core.store.tiny.engine import TinyStore

__all__ = ["TinyStore"]
