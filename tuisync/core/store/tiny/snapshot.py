"""The snapshot: all documents of one moment, in TinyDB's own shape, in one checked file.

    {
    "_meta": {
    "store": {"schema":2,"version":41,"generation":3,"link":"5f0c1e2a","checksum":"8a31c0d4"}
    },
    "items": {
    "item-1": {"id":"item-1","sku":"MUG", ...},
    ...

The checksum is the CRC-32 of the whole file with eight zeros in its own place. Whoever
mends the file by hand takes it out: every document is validated then instead.
"""

from __future__ import annotations

import heapq
import os
import threading
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

import msgspec

from tuisync.core.errors import SchemaTooNew
from tuisync.core.store.codec import Encoded
from tuisync.core.store.tiny.files import (
    damaged,
    explained,
    open_private,
    replacing,
    sync_data,
    write_all,
)
from tuisync.core.store.tiny.pieces import Pieces, read_pieces

if TYPE_CHECKING:
    from pathlib import Path

    from tuisync.core.store.shelf import View

SCHEMA = 2
"""Version of the documents' layout. A higher one in a file is refused."""

META = "_meta"
"""The table that says what the file is; its one document has the id `store`."""

_STORE = "store"
_BLANK = b"0" * 8
_FIELD = b'"checksum":"'
_RUN = 10_000
_STEP = 4 << 20

_ENCODE = msgspec.json.Encoder().encode
_TABLES: msgspec.json.Decoder[dict[str, dict[str, Encoded]]] = msgspec.json.Decoder(
    dict[str, dict[str, msgspec.Raw]]
)


class Meta(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What the file says of itself.

    Attributes:
        schema: Version of the documents' layout.
        version: Number of the last commit in it.
        generation: The journal that goes on from it; 0 in the first layout, which had none.
        link: Checksum of that journal's first line.
        checksum: Of the whole file; empty when somebody took it out.
    """

    schema: int
    version: int
    generation: int = 0
    link: str = ""
    checksum: str = ""


@dataclass(frozen=True)
class Snapshot:
    """A file as read.

    Attributes:
        meta: What it says of itself.
        documents: By table and id; views of what was read, since copying each took as long as
            reading them all.
        size: Bytes of the file.
        sound: Its checksum is right; False also when it has none.
    """

    meta: Meta
    documents: dict[str, dict[str, Encoded]]
    size: int
    sound: bool


def read_snapshot(path: Path) -> Snapshot | None:
    """Return the snapshot, or None when there is none.

    In a thread beside the main one it is read in pieces, since there somebody looks at a screen.

    Raises:
        StoreDamaged: It is not a snapshot; it was left untouched.
        SchemaTooNew: A newer tuisync wrote it.
        StoreError: It cannot be read.
    """
    with explained(path):
        try:
            fd = open_private(path, os.O_RDONLY)
        except FileNotFoundError:
            return None
        with os.fdopen(fd, "rb") as file:
            beside = threading.current_thread() is not threading.main_thread()
            read = (beside and read_pieces(file, _blanked)) or _read_whole(path, file)
    meta = _meta(path, read.tables)
    del read.tables[META]
    return Snapshot(meta, read.tables, read.size, sound=f"{read.crc:08x}" == meta.checksum)


def _read_whole(path: Path, file: BinaryIO) -> Pieces:
    """Read a file in any layout."""
    file.seek(0)
    content = file.read()
    try:
        tables = _TABLES.decode(content)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise damaged(path, str(error)) from error
    return Pieces(tables, len(content), zlib.crc32(_blanked(content)))


def _blanked(content: bytes) -> bytes:
    """Return the beginning of a file, or all of it, with zeros for its checksum."""
    place = content.find(_FIELD) + len(_FIELD)
    return content[:place] + _BLANK + content[place + len(_BLANK) :]


def _meta(path: Path, tables: Mapping[str, Mapping[str, Encoded]]) -> Meta:
    try:
        found = tables[META][_STORE]
        known = msgspec.json.decode(found, type=dict[str, msgspec.Raw])
        schema = msgspec.json.decode(known["schema"], type=int)
        if schema > SCHEMA:
            raise too_new(path, schema)
        meta = msgspec.json.decode(found, type=Meta)
    except (KeyError, msgspec.DecodeError, UnicodeError) as error:
        raise damaged(path, "it does not say that it is a store") from error
    if (meta.schema == SCHEMA) != (meta.generation > 0):
        raise damaged(path, "it does not say which journal goes on from it")
    return meta


def too_new(path: Path, schema: int) -> SchemaTooNew:
    """Return the error for a file in a layout of the future."""
    return SchemaTooNew(
        f"{path} was written by a newer tuisync (layout {schema}, this one knows"
        f" {SCHEMA}). It was left as it is.",
        hint="Install the newer tuisync.",
    )


def at_once() -> None:
    """Take no rest."""


def write_snapshot(
    path: Path, meta: Meta, tables: Mapping[str, View], *, rest: Callable[[], object] = at_once
) -> int:
    """Replace the snapshot, atomically and durably.

    It takes the documents a slice at a time and lets other threads run in between.

    Args:
        path: The file.
        meta: What it says of itself; the checksum is filled in.
        tables: Views of the documents as they were at that version.
        rest: Called after each slice; whoever has time leaves some to others.

    Returns:
        The file's size.

    Raises:
        StoreError: It could not be written; the old file stands.
    """
    store = _ENCODE(msgspec.structs.replace(meta, checksum=_BLANK.decode()))
    head = b'{\n"%b": {\n"%b": %b\n}' % (META.encode(), _STORE.encode(), store)
    crc, size, synced = 0, 0, 0
    with explained(path), replacing(path) as fd:
        for chunk in _chunks(head, tables):
            write_all(fd, chunk, size)
            crc, size = zlib.crc32(chunk, crc), size + len(chunk)
            if size - synced > _STEP:
                # A commit meanwhile may have to wait for all that the disk has yet to write.
                sync_data(fd)
                synced = size
            rest()
        write_all(fd, b"%08x" % crc, head.find(_FIELD) + len(_FIELD))
    return size


def _chunks(head: bytes, tables: Mapping[str, View]) -> Iterator[bytes]:
    """Write one document per line, ordered by id: any text tool can work with the file."""
    yield head
    for name, view in tables.items():
        yield b",\n%b: {" % _ENCODE(name)
        before = b"\n"
        for documents in view.slices(_ordered(view.ids())):
            lines = (b"%b: %b" % (_ENCODE(id_), encoded) for id_, encoded in documents)
            if chunk := b",\n".join(lines):
                yield before + chunk
                before = b",\n"
        yield b"\n}"
    yield b"\n}\n"


def _ordered(ids: list[str]) -> Iterator[str]:
    """Sort without keeping other threads waiting, as a sort of all of them at once would.

    The runs are tuples: the garbage collector looks through a list each time, until all is written.
    """
    starts = range(0, len(ids), _RUN)
    return heapq.merge(*(tuple(sorted(ids[start : start + _RUN])) for start in starts))


def generation_of(path: Path) -> int:
    """Return the generation that a snapshot names, without reading it all; 0 if it is not plain."""
    try:
        with path.open("rb") as file:
            start = file.read(512)
    except OSError:
        return 0
    _, _, rest = start.partition(b'"generation":')
    digits = rest[:20].split(b",")[0].strip()
    return int(digits) if digits.isdigit() else 0
