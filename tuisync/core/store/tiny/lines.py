"""The lines of a journal: what each says, its checksum, and what an unfinished one looks like.

A line is a JSON array of two: the CRC-32 of the second element's bytes, in hexadecimal, and
the element, an object that begins with its `kind`:

    ["5f0c1e2a",{"kind":"journal", ...}]   the first line: which journal this is
    ["8a31c0d4",{"kind":"commit", ...}]    one transaction
    ["0b77e9f1",{"kind":"next", ...}]      the last line: the journal that follows

Each line but the first repeats the checksum of the line before it as `after`, so a line that
is missing, doubled or from elsewhere is noticed although its own checksum is right.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping

import msgspec

Changes = Mapping[str, Iterable[tuple[str, bytes | None]]]
"""Per table: ids with bytes of JSON, or None for a removed document."""

_FRAME = len('["00000000",')
_HOLE = b"\0" * 64


class Header(
    msgspec.Struct, frozen=True, tag="journal", tag_field="kind", forbid_unknown_fields=True
):
    """The first line of a journal.

    Attributes:
        journal: Its generation.
        schema: Version of the documents' layout.
        version: Number of the last commit before it.
        nonce: Random, so that no other store's journal has the same checksum.
    """

    journal: int
    schema: int
    version: int
    nonce: str


class Commit(
    msgspec.Struct, frozen=True, tag="commit", tag_field="kind", forbid_unknown_fields=True
):
    """One transaction.

    Attributes:
        after: Checksum of the line before.
        version: Its number.
        changes: Per table and id, the document; null for a removed one.
    """

    after: str
    version: int
    changes: dict[str, dict[str, msgspec.Raw]]


class Next(msgspec.Struct, frozen=True, tag="next", tag_field="kind", forbid_unknown_fields=True):
    """The last line of a journal.

    Attributes:
        after: Checksum of the line before.
        journal: Generation of the journal that follows.
        link: Checksum of that one's first line.
    """

    after: str
    journal: int
    link: str


Line = Header | Commit | Next

_DECODER = msgspec.json.Decoder(Line)
_ENCODER = msgspec.json.Encoder()


def framed(content: bytes) -> bytes:
    """Return the line with this content, with its line feed."""
    return b'["%08x",%b]\n' % (zlib.crc32(content), content)


def encode(line: Header | Next) -> bytes:
    """Return a line that keeps no documents."""
    return framed(_ENCODER.encode(line))


def encode_commit(after: str, version: int, changes: Changes) -> bytes:
    """Return the line of one transaction.

    Args:
        after: Checksum of the line before.
        version: Its number.
        changes: What it changes.
    """
    tables = (
        b"%b:{%b}" % (_ENCODER.encode(name), b",".join(map(_member, documents)))
        for name, documents in changes.items()
    )
    head = b'{"kind":"commit","after":"%b","version":%d,"changes":{' % (after.encode(), version)
    return framed(b"%b%b}}" % (head, b",".join(tables)))


def _member(document: tuple[str, bytes | None]) -> bytes:
    id_, encoded = document
    return b"%b:%b" % (_ENCODER.encode(id_), b"null" if encoded is None else encoded)


def checksum(line: bytes) -> str:
    """Return the checksum that a line states."""
    return line[2:10].decode()


def content(line: bytes) -> bytes | None:
    """Return what a line says, or None when it is not a whole line with a right checksum."""
    if line[:2] != b'["' or line[10:_FRAME] != b'",' or line[-2:] != b"]\n":
        return None
    said = line[_FRAME:-2]
    return said if line[2:10] == b"%08x" % zlib.crc32(said) else None


def decode(said: bytes) -> Line:
    """Return what a line says.

    Raises:
        msgspec.DecodeError: It says something else than a line of a journal.
    """
    line: Line = _DECODER.decode(said)
    return line


def unfinished(rest: bytes) -> bool:
    """Tell whether the end of a journal is what a writer leaves that did not come to its end.

    A line is written at once, so that is a beginning of a line, or one with holes where the
    system had made room but not written yet. Whole lines that are wrong are damage: they
    may have been acknowledged.

    Args:
        rest: The bytes after the last good line.
    """
    *lines, _ = rest.split(b"\n")
    if any(content(line + b"\n") is not None for line in lines):
        return False
    if lines:
        return _HOLE in rest
    # A whole line whose line feed became something else.
    return rest[-1:] == b"\0" or content(rest[:-1] + b"\n") is None
