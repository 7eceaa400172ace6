"""Looking at every document of a file whose bytes nothing vouches for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from tuisync.core.store.codec import Encoded, read
from tuisync.core.store.schema import COLLECTIONS, Collection
from tuisync.core.store.tiny.files import damaged

if TYPE_CHECKING:
    from pathlib import Path

Documents = Mapping[str, Encoded]


def validate(path: Path, tables: Mapping[str, Documents]) -> None:
    """Make sure that every document is what its collection holds.

    Args:
        path: The file, for errors.
        tables: What it holds; tables we do not know are not looked at.

    Raises:
        StoreDamaged: A document is not, or two share a key of a unique index.
    """
    for collection in COLLECTIONS:
        owners: dict[tuple[str, str], str] = {}
        for id_, encoded in tables.get(collection.name, {}).items():
            document = _document(path, collection, id_, encoded)
            for index in collection.unique:
                for key in set(collection.indexes[index](document)):
                    _own(path, collection, owners, (index, key), id_)


def _document(path: Path, collection: Collection[Any], id_: str, encoded: Encoded) -> Any:
    try:
        document = read(collection, encoded)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise damaged(path, f"{collection.name}, {id_!r}: {error}") from error
    if document.id != id_:
        raise damaged(path, f"{collection.name}: {id_!r} holds the document {document.id!r}")
    return document


def _own(
    path: Path,
    collection: Collection[Any],
    owners: dict[tuple[str, str], str],
    key: tuple[str, str],
    id_: str,
) -> None:
    other = owners.setdefault(key, id_)
    if other != id_:
        both = f"{other!r} and {id_!r}"
        raise damaged(path, f"{collection.name}: {both} share the {key[0]} {key[1]!r}")
