"""Copies of documents as texts, kept by a decision to be put back."""

from __future__ import annotations

from typing import Any

from tuisync.core.store.codec import decode, encode
from tuisync.core.store.port import Reader
from tuisync.core.store.schema import COLLECTIONS, Collection, D

BY_NAME: dict[str, Collection[Any]] = {each.name: each for each in COLLECTIONS}
"""The collections by name."""


def text_of(reader: Reader, collection: Collection[D], id_: str) -> str | None:
    """Return a document as text, None when there is none."""
    document = reader.get(collection, id_)
    return None if document is None else encode(collection, document)[0].decode()


def decoded(collection: Collection[D], text: str | None) -> D | None:
    """Return the document a text is of."""
    return None if text is None else decode(collection, text.encode())
