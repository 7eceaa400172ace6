"""A backup: everything in the store at one moment, as one checked file of JSON.

    {
    "backup": {"format":1,"made_at":"2026-03-01T12:00:00Z","program":"1.0.0"},
    "items": {
    "item-1": {"id":"item-1","sku":"MUG", ...}
    },
    ...
    "checksum": "sha256 of every byte before this line"
    }

What signs us in to a shop is kept elsewhere and is never part of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

import tuisync
from tuisync.core.archive.files import new_file
from tuisync.core.errors import NotFound, SchemaTooNew, StoreDamaged, UsageError
from tuisync.core.models import Document
from tuisync.core.store.codec import decode
from tuisync.core.store.port import Reader
from tuisync.core.store.schema import COLLECTIONS, Collection
from tuisync.core.views.objects import BackupView
from tuisync.core.workspace import Workspace

FORMAT = 1
"""Version of the file's layout. A higher one is refused."""

_HEAD = "backup"
_CHECKSUM = b'"checksum": "'
_DIGEST = hashlib.sha256().digest_size * 2
_COLLECTIONS: dict[str, Collection[Any]] = {each.name: each for each in COLLECTIONS}


class Head(msgspec.Struct, frozen=True):
    """What a backup says of itself.

    Attributes:
        format: Version of its layout.
        made_at: When.
        program: The version of tuisync that made it.
    """

    format: int
    made_at: datetime
    program: str


@dataclass(frozen=True)
class Backup:
    """A backup as read; every document of it was validated.

    Attributes:
        head: What it says of itself.
        tables: The documents, encoded, by collection and id.
    """

    head: Head
    tables: Mapping[str, Mapping[str, msgspec.Raw]]

    def __len__(self) -> int:
        """Return how many documents it holds."""
        return sum(map(len, self.tables.values()))

    def documents(self) -> Iterator[tuple[Collection[Any], Document]]:
        """Iterate over all documents, with their collections.

        Each is decoded when it is its turn: all at once would take ten times the file's size.
        """
        for name, table in self.tables.items():
            collection = _COLLECTIONS[name]
            for raw in table.values():
                yield collection, decode(collection, raw)


def write_backup(workspace: Workspace, path: Path) -> BackupView:
    """Write everything that is stored at this moment to a new file; others may go on writing.

    Raises:
        Conflict: There is such a file already.
        UsageError: It cannot be written there.
    """
    made_at, moment = workspace.now(), workspace.store.moment()
    head = Head(FORMAT, made_at, tuisync.__version__)
    digest, size = hashlib.sha256(), 0
    with new_file(path) as file:
        for chunk in _chunks(head, moment):
            digest.update(chunk)
            size += file.write(chunk)
        size += file.write(_CHECKSUM + digest.hexdigest().encode() + b'"\n}\n')
    documents = sum(moment.count(each) for each in COLLECTIONS)
    return BackupView(file=str(path), made_at=made_at, documents=documents, bytes=size)


def read_backup(path: Path) -> Backup:
    """Return what is in a backup, after checking all of it.

    Raises:
        NotFound: There is no such file.
        UsageError: It cannot be read.
        StoreDamaged: It is not a backup, or not a whole one.
        SchemaTooNew: A newer tuisync made it.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise NotFound(f"There is no file {path}.") from None
    except OSError as error:
        raise UsageError(f"Cannot read {path}: {error.strerror or error}.") from error
    try:
        tables = msgspec.json.decode(content, type=dict[str, msgspec.Raw])
        head = _head(path, tables)
        _verify(path, content)
        return _validated(path, head, tables)
    except (msgspec.MsgspecError, UnicodeError, KeyError) as error:
        raise _damaged(path, "it does not hold what a backup holds") from error


def _chunks(head: Head, moment: Reader) -> Iterator[bytes]:
    encode = msgspec.json.Encoder().encode
    yield b'{\n"%b": %b,\n' % (_HEAD.encode(), encode(head))
    for collection in COLLECTIONS:
        yield b'"%b": {' % collection.name.encode()
        before = b"\n"
        for document in moment.all(collection):
            yield b"%b%b: %b" % (before, encode(document.id), encode(document))
            before = b",\n"
        yield b"\n},\n"


def _head(path: Path, tables: dict[str, msgspec.Raw]) -> Head:
    version = msgspec.json.decode(tables[_HEAD], type=dict[str, msgspec.Raw])["format"]
    if msgspec.json.decode(version, type=int) > FORMAT:
        raise SchemaTooNew(
            f"{path} was made by a newer tuisync.", hint="Install the newer tuisync."
        )
    return msgspec.json.decode(tables[_HEAD], type=Head)


def _verify(path: Path, content: bytes) -> None:
    place = content.rfind(_CHECKSUM)
    given = content[place + len(_CHECKSUM) :][:_DIGEST]
    digest = hashlib.sha256(memoryview(content)[: max(place, 0)])
    if given != digest.hexdigest().encode():
        raise _damaged(path, "its checksum is wrong")


def _validated(path: Path, head: Head, tables: Mapping[str, msgspec.Raw]) -> Backup:
    """Look at every document.

    Raises:
        StoreDamaged: One is not where it belongs.
        msgspec.MsgspecError: One is not what it should be.
    """
    unknown = sorted(tables.keys() - _COLLECTIONS.keys() - {_HEAD, "checksum"})
    if unknown:
        raise _damaged(path, f"`{unknown[0]}` is not known here")
    table = msgspec.json.Decoder(dict[str, msgspec.Raw])
    known = [each for each in COLLECTIONS if each.name in tables]
    backup = Backup(head, {each.name: table.decode(tables[each.name]) for each in known})
    for collection in known:
        for id_, raw in backup.tables[collection.name].items():
            if decode(collection, raw).id != id_:
                raise _damaged(path, f"`{collection.name}` has a document under another's id")
    return backup


def _damaged(path: Path, what: str) -> StoreDamaged:
    return StoreDamaged(
        f"{path} is not a whole backup: {what}. Nothing was changed.",
        hint="Use another backup.",
    )
