"""A snapshot as this program writes it, read a piece at a time.

To decode 250 MB in one call takes a third of a second in which no other thread runs: a screen
stands still meanwhile. In pieces it takes a quarter longer, and others wait 10 ms at most.
A file in any other layout, as after somebody has formatted it, is left to be read whole.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from typing import BinaryIO, NamedTuple

import msgspec

from tuisync.core.store.codec import Encoded

_PIECE = 1 << 20
"""Bytes of a piece, decoded in 2 ms."""

_OPENS = b": {\n"
_NAME: msgspec.json.Decoder[str] = msgspec.json.Decoder(str)
_DOCUMENTS: msgspec.json.Decoder[dict[str, Encoded]] = msgspec.json.Decoder(dict[str, msgspec.Raw])

Tables = dict[str, dict[str, Encoded]]


class Pieces(NamedTuple):
    """What was read.

    Attributes:
        tables: The documents by table and id; views of the pieces.
        size: Bytes of the file.
        crc: CRC-32 of the file with its first piece as `blank` made it.
    """

    tables: Tables
    size: int
    crc: int


def read_pieces(file: BinaryIO, blank: Callable[[bytes], bytes]) -> Pieces | None:
    """Read a snapshot from its beginning; None when it is in another layout.

    Args:
        file: The open file.
        blank: Blanks the checksum out in the first piece.
    """
    stream = _Stream(file, blank)
    try:
        tables = _tables(stream.parts())
    except (StopIteration, msgspec.DecodeError, UnicodeError):
        return None
    return None if tables is None else Pieces(tables, stream.size, stream.crc)


class _Stream:
    """Counts and sums up what is read of a file."""

    def __init__(self, file: BinaryIO, blank: Callable[[bytes], bytes]) -> None:
        self.size = 0
        self.crc = 0
        self._file = file
        self._blank = blank

    def parts(self) -> Iterator[memoryview]:
        """Yield the lines with braces alone, and the documents between them in runs of lines."""
        alone = True
        for piece in self._pieces():
            view, at = memoryview(piece), 0
            while at < len(piece):
                brace = piece.startswith((b"{", b"}"), at)
                found = piece.find(b"\n" if alone or brace else b"\n}", at)
                end = len(piece) if found < 0 else found + 1
                yield view[at:end]
                # A table's name comes after the first line, and after a table that is not the last.
                alone = brace and piece[at:end] != b"}\n"
                at = end

    def _pieces(self) -> Iterator[bytes]:
        """Yield what is read, in whole lines."""
        while read := self._file.read(_PIECE):
            piece = read + self._file.readline()
            self.crc = zlib.crc32(piece if self.size else self._blank(piece), self.crc)
            self.size += len(piece)
            yield piece


def _tables(parts: Iterator[memoryview]) -> Tables | None:
    """Return the documents by table; None in another layout, StopIteration at an early end."""
    tables: Tables = {}
    closes = b"},\n" if bytes(next(parts)) == b"{\n" else b""
    while closes == b"},\n":
        head = bytes(next(parts))
        name = _NAME.decode(head.removesuffix(_OPENS))
        if name in tables or not head.endswith(_OPENS):
            return None
        documents = tables[name] = {}
        closes = _take(parts, documents)
    return tables if closes == b"}\n" and list(map(bytes, parts)) == [b"}\n"] else None


def _take(parts: Iterator[memoryview], documents: dict[str, Encoded]) -> bytes:
    """Take a table's documents; return the line after them, or nothing in another layout."""
    more: bool | None = None
    for part in parts:
        closes = part[0] == ord("}")
        if more is closes:
            return b""
        if closes:
            return bytes(part)
        more = bytes(part[-2:]) == b",\n"
        end = len(part) - (2 if more else 1)
        run = _DOCUMENTS.decode(b"".join((b"{", part[:end], b"}")))
        if not run:  # a blank line, after which a comma would promise more
            return b""
        documents.update(run)
    return b""
