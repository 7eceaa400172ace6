"""Documents as bytes: what the engines keep, and what makes every read a fresh value."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec

from tuisync.core.errors import StoreDamaged

if TYPE_CHECKING:
    from tuisync.core.store.schema import Collection, D

Encoded = bytes | msgspec.Raw
"""A document's JSON: as it was put, or a view into the file it was read from."""

_ENCODER = msgspec.json.Encoder()


@cache
def _decoder(model: type[Any]) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(model)


def decode(collection: Collection[D], encoded: Encoded) -> D:
    """Return the document; nothing else holds a reference to it or to a part of it.

    Raises:
        StoreDamaged: The bytes are not a document of that collection.
    """
    try:
        return read(collection, encoded)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise unreadable(collection, error) from error


def read(collection: Collection[D], encoded: Encoded) -> D:
    """Return the document, as `decode` does, for who knows more of what is wrong with it.

    Raises:
        msgspec.DecodeError: The bytes are not a document of that collection.
    """
    document: D = _decoder(collection.model).decode(encoded)
    return document


@contextmanager
def understood(collection: Collection[Any]) -> Iterator[None]:
    """Read many documents of a collection, or parts of them, for the length of the block.

    Raises:
        StoreDamaged: One of them is whole, and we do not understand it.
    """
    try:
        yield
    except (msgspec.DecodeError, UnicodeError) as error:
        raise unreadable(collection, error) from error


def unreadable(collection: Collection[Any], error: Exception) -> StoreDamaged:
    """Return the error for a document that is whole, and that we do not understand."""
    return StoreDamaged(
        f"One of the {collection.name} cannot be read: {error}.",
        hint="A newer tuisync may have written it: install that one, or restore a backup.",
    )


def encode(collection: Collection[D], document: D) -> tuple[bytes, D]:
    """Return the bytes of a document and the document as it will be read back.

    Constructing a `msgspec.Struct` checks nothing, so a document is read back before it is
    stored: what could not be read is refused by the one who writes it, not met by everyone
    who reads it later.

    Raises:
        TypeError: It is not a document of that collection.
        ValueError: Its id is empty or not printable, or a field has a value its type forbids.
    """
    if type(document) is not collection.model:
        raise TypeError(f"{collection.name} holds {collection.model.__name__}, not {document!r}")
    if not document.id.isprintable() or not document.id:
        raise ValueError(f"{collection.name}: {document.id!r} cannot be an id")
    try:
        encoded = _ENCODER.encode(document)
        return encoded, read(collection, encoded)
    except (msgspec.MsgspecError, UnicodeError, TypeError) as error:
        raise ValueError(f"{collection.name}: {document.id!r} cannot be stored: {error}") from error
