"""Between the tables of a file and a state in memory."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from tuisync.core.errors import SchemaTooNew
from tuisync.core.store.codec import decode
from tuisync.core.store.draft import ShelfDraft
from tuisync.core.store.schema import COLLECTIONS, Collection
from tuisync.core.store.state import Shelf, State
from tuisync.core.store.tiny.storage import damaged

if TYPE_CHECKING:
    from pathlib import Path

SCHEMA = 1
"""Version of the documents' layout. A higher one in a file is refused."""

META = "_meta"
"""The table that says what the file is; its one document has the id `store`."""

_STORE = "store"
_NAMES = {collection.name for collection in COLLECTIONS}

Tables = Mapping[str, Mapping[str, Any]]


class Meta(msgspec.Struct, frozen=True):
    """What the file says of itself.

    Attributes:
        schema: Version of the documents' layout.
        version: Number of the commit that wrote it.
    """

    schema: int
    version: int


def to_tables(state: State) -> dict[str, Mapping[str, bytes]]:
    """Return the tables that keep a state."""
    meta = msgspec.json.encode(Meta(schema=SCHEMA, version=state.version))
    documents = {name: shelf.documents for name, shelf in state.shelves.items()}
    return {META: {_STORE: meta}, **documents}


def to_state(path: Path, tables: Tables, known: State) -> State:
    """Return the state kept in tables, sharing with a known state what is the same in both.

    Every document that is not known already is validated, so that a damaged one is met
    here and not half-way through some work.

    Args:
        path: The file, for errors.
        tables: What it holds.
        known: A state read or written earlier.

    Raises:
        StoreDamaged: A document is not what its table holds, or breaks a unique index.
        SchemaTooNew: A newer tuisync wrote the file.
    """
    meta = _meta(path, tables)
    shelves = {
        collection.name: _shelf(path, collection, tables.get(collection.name, {}), known)
        for collection in COLLECTIONS
    }
    # Tables we do not know are kept as they are.
    foreign = {
        name: Shelf({id_: bytes(raw) for id_, raw in documents.items()})
        for name, documents in tables.items()
        if name != META and name not in _NAMES
    }
    return State(meta.version, {**shelves, **foreign})


def _meta(path: Path, tables: Tables) -> Meta:
    try:
        meta = msgspec.json.decode(tables[META][_STORE], type=Meta)
    except (KeyError, msgspec.DecodeError) as error:
        raise damaged(path, "it does not say that it is a store") from error
    if meta.schema > SCHEMA:
        raise SchemaTooNew(
            f"{path} was written by a newer tuisync (layout {meta.schema}, this one knows"
            f" {SCHEMA}). It was left as it is.",
            hint="Install the newer tuisync.",
        )
    return meta


def _shelf(
    path: Path, collection: Collection[Any], documents: Mapping[str, Any], known: State
) -> Shelf:
    base = known.shelf(collection)
    draft = ShelfDraft(collection, base)
    for id_ in base.documents.keys() - documents.keys():
        draft.assign(id_, None, None)
    for id_, raw in documents.items():
        encoded = bytes(raw)  # a copy: the view would keep the whole file in memory
        if base.documents.get(id_) != encoded:
            draft.assign(id_, encoded, _validated(path, collection, id_, encoded))
    _check_unique(path, collection, draft)
    return draft.result()


def _validated(path: Path, collection: Collection[Any], id_: str, encoded: bytes) -> object:
    try:
        document = decode(collection, encoded)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise damaged(path, f"{collection.name}, {id_!r}: {error}") from error
    if document.id != id_:
        raise damaged(path, f"{collection.name}: {id_!r} holds the document {document.id!r}")
    return document


def _check_unique(path: Path, collection: Collection[Any], draft: ShelfDraft) -> None:
    for index in sorted(collection.unique):
        for key, ids in draft.touched(index):
            if len(ids) > 1:
                both = " and ".join(repr(id_) for id_ in ids[:2])
                raise damaged(path, f"{collection.name}: {both} share the {index} {key!r}")
