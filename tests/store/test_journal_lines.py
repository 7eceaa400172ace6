"""The lines of a journal, and what counts as the rest of a killed writer's."""

from __future__ import annotations

import json
import zlib

import msgspec
import pytest

from tuisync.core.store.tiny import lines

COMMIT = lines.encode_commit(
    "00c0ffee", 7, {"items": [("a", b'{"id":"a"}'), ("b", None)], "odd \"name'": [("ü", b"{}")]}
)


def test_a_line_is_json_that_says_its_checksum() -> None:
    crc, said = json.loads(COMMIT)
    assert said == {
        "kind": "commit",
        "after": "00c0ffee",
        "version": 7,
        "changes": {"items": {"a": {"id": "a"}, "b": None}, "odd \"name'": {"ü": {}}},
    }
    assert crc == lines.checksum(COMMIT) == f"{zlib.crc32(COMMIT[12:-2]):08x}"
    assert COMMIT.endswith(b"]\n")


@pytest.mark.parametrize(
    "line", [lines.Header(3, 2, 41, "nonce"), lines.Next("00c0ffee", 4, "12345678")]
)
def test_other_lines_are_read_back(line: lines.Header | lines.Next) -> None:
    said = lines.content(lines.encode(line))
    assert said is not None
    assert lines.decode(said) == line


def test_a_line_says_nothing_once_any_byte_of_it_is_another() -> None:
    for place in range(len(COMMIT)):
        for mask in (0x01, 0x20, 0x80):
            changed = bytearray(COMMIT)
            changed[place] ^= mask
            assert lines.content(bytes(changed)) is None


@pytest.mark.parametrize("said", [b"{}", b'{"kind":"other"}', b'{"kind":"next"}', b"[]", b"\xff"])
def test_what_is_no_line_of_a_journal_is_refused(said: bytes) -> None:
    with pytest.raises((msgspec.DecodeError, UnicodeError)):
        lines.decode(said)


def test_every_beginning_of_a_line_is_unfinished() -> None:
    for length in range(1, len(COMMIT)):
        for tail in (b"", b"\0", b"\0" * 64, b"\0" * 5000):
            assert lines.unfinished(COMMIT[:length] + tail)


def test_a_line_with_a_hole_is_unfinished() -> None:
    assert lines.unfinished(COMMIT[:20] + b"\0" * 4096 + COMMIT[-20:])


@pytest.mark.parametrize(
    "rest",
    [
        pytest.param(COMMIT[:20] + b"x" + COMMIT[21:], id="a whole line that is wrong"),
        pytest.param(COMMIT[:-1] + b"\x8a", id="a whole line whose line feed is wrong"),
        pytest.param(COMMIT[:20] + b"\0" + COMMIT[21:], id="one byte is no hole"),
        pytest.param(COMMIT[:40] + b"\n" + COMMIT, id="a good line follows"),
        pytest.param(b"\0" * 4096 + b"\n" + COMMIT, id="a good line follows a hole"),
        pytest.param(COMMIT[5:] + COMMIT + COMMIT[:9], id="a good line in the middle"),
        pytest.param(b"\n", id="an empty line"),
    ],
)
def test_what_may_have_been_acknowledged_is_not_unfinished(rest: bytes) -> None:
    assert not lines.unfinished(rest)
