"""A snapshot read in pieces is the same as one read whole, or left to be read whole."""

from __future__ import annotations

import io
import zlib
from collections.abc import Mapping
from pathlib import Path
from threading import Thread

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.courses import put
from tuisync.core.store import open_store
from tuisync.core.store.codec import Encoded
from tuisync.core.store.tiny import pieces
from tuisync.core.store.tiny.pieces import Pieces, read_pieces
from tuisync.core.store.tiny.snapshot import read_snapshot

Plain = dict[str, dict[str, object]]

_NAMES = st.text(max_size=6)
_VALUES = st.recursive(
    st.none() | st.integers(-9, 9) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(_NAMES, inner, max_size=2),
    max_leaves=4,
)
_TABLES = st.dictionaries(_NAMES, st.dictionaries(_NAMES, _VALUES, max_size=5), min_size=1)
_STRAY = st.sampled_from([b"", b",", b"\n", b"}", b"{", b'"', b",\n", b"\n}", b"x", b"{}", b": {"])


def _written(tables: Plain) -> bytes:
    """Return a file with a document per line, as a snapshot is written."""
    encode = msgspec.json.encode
    parts = []
    for name, documents in tables.items():
        lines = [b"%b: %b" % (encode(id_), encode(each)) for id_, each in documents.items()]
        parts.append(b"%b: {\n%b}" % (encode(name), b",\n".join(lines) + b"\n" * bool(lines)))
    return b"{\n%b\n}\n" % b",\n".join(parts)


def _read(content: bytes, piece: int) -> Pieces | None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pieces, "_PIECE", piece)
        return read_pieces(io.BytesIO(content), bytes)


def _plain(read: Pieces) -> Plain:
    return {
        name: {id_: msgspec.json.decode(each) for id_, each in documents.items()}
        for name, documents in read.tables.items()
    }


def _encoded(tables: Mapping[str, Mapping[str, Encoded]]) -> Mapping[str, Mapping[str, bytes]]:
    return {
        name: {id_: bytes(each) for id_, each in documents.items()}
        for name, documents in tables.items()
    }


@given(_TABLES, st.integers(1, 90))
def test_what_is_written_is_read_whatever_the_size_of_a_piece(tables: Plain, piece: int) -> None:
    content = _written(tables)
    read = _read(content, piece)
    assert read is not None
    assert _plain(read) == tables
    assert (read.size, read.crc) == (len(content), zlib.crc32(content))


@given(_TABLES, st.integers(1, 90), st.integers(0), st.integers(0, 9), _STRAY)
def test_what_is_damaged_is_read_as_it_is_read_whole_or_left_to_that(
    tables: Plain, piece: int, place: int, cut: int, stray: bytes
) -> None:
    content = _written(tables)
    at = place % (len(content) + 1)
    content = content[:at] + stray + content[at + cut :]
    if (read := _read(content, piece)) is not None:
        whole = msgspec.json.decode(content, type=dict[str, dict[str, msgspec.Raw]])
        assert _encoded(read.tables) == _encoded(whole)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"{\n",
        b"{}",
        b'{"items": {"a": {}}}',
        b'{\n"items": {\n"a": {},\n}\n}\n',
        b'{\n"items": {\n"a": {},\n\n}\n}\n',
        b'{\n"items": {\n"a": {}\n"b": {}\n}\n}\n',
        b'{\n"items": {\n"a": {}\n},\n"items": {\n"b": {}\n}\n}\n',
        b'{\n"items": {\n"a": {}\n}\n}\nmore',
        b'{\n"items": {\n"a": {\n"id": 1\n}\n}\n}\n',
        b'{\n"items": {\n"a": {}\n}\n}',
    ],
)
def test_another_layout_is_left_to_be_read_whole(content: bytes) -> None:
    assert _read(content, 16) is None


def test_a_thread_reads_what_is_read_otherwise(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    for number in range(50):
        put(store, number)
    store.compact()
    store.close()
    found = []
    reader = Thread(target=lambda: found.append(read_snapshot(tmp_path / "store.json")))
    reader.start()
    reader.join()

    assert found == [read_snapshot(tmp_path / "store.json")]
    assert found[0] is not None
    assert (found[0].sound, len(found[0].documents["items"])) == (True, 50)
