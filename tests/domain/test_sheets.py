"""Spreadsheets: what is written is read again, and what is typed wrong is told where."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuisync.core.errors import UsageError
from tuisync.core.sheets.reading import read_sheet
from tuisync.core.sheets.writing import csv_lines, read_pairs, written_pairs

TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=20)
WORDS = TEXTS.map(str.strip).filter(bool)


@given(st.lists(st.tuples(TEXTS, TEXTS), max_size=5))
def test_p17_any_text_comes_back_as_it_went(rows: list[tuple[str, str]]) -> None:
    with TemporaryDirectory() as directory:
        path = Path(directory) / "list.csv"
        path.write_bytes(b"".join(csv_lines([("sku", "name"), *rows])))
        read = read_sheet(path, ["sku", "name"], key="sku")

    kept = [row for row in rows if any(cell.strip() for cell in row)]
    assert [(line.cells.get("sku"), line.cells.get("name")) for line in read.lines] == [
        tuple(cell if cell.strip() else None for cell in row) for row in kept
    ]
    assert read.faults == []


@given(st.dictionaries(WORDS, st.one_of(st.just(""), WORDS), max_size=4))
def test_p17_pairs_come_back_as_they_went(pairs: dict[str, str]) -> None:
    assert read_pairs(written_pairs(pairs)) == pairs


@pytest.mark.parametrize("cell", ["Size", "Size: S, Colour", ": S", "Size: S, Size: M"])
def test_what_are_no_pairs_is_told(cell: str) -> None:
    with pytest.raises(ValueError, match="is not of the form"):
        read_pairs(cell)


@given(st.binary(max_size=200))
def test_no_file_is_more_than_refused(data: bytes) -> None:
    with TemporaryDirectory() as directory:
        path = Path(directory) / "list.csv"
        path.write_bytes(b"sku,name\n" + data)
        with suppress(UsageError):
            read = read_sheet(path, ["sku", "name"], key="sku")
            assert all(fault.line > 1 for fault in read.faults)


def test_a_row_that_cannot_be_read_names_its_line_and_the_next_counts(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(b'sku,name\nA,"x"y\nC,Cup\n')

    read = read_sheet(path, ["sku", "name"], key="sku")

    assert [fault.line for fault in read.faults] == [2]
    assert [line.get("sku") for line in read.lines] == ["C"]


def test_lines_are_counted_as_an_editor_counts_them(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(b'sku,name\r\n\r\nA,"two\r\nlines"\r\nB,Bowl\r\n')

    read = read_sheet(path, ["sku", "name"], key="sku")

    assert [line.number for line in read.lines] == [3, 5]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_headings_as_people_call_them_tell_what_stands_between_cells(
    tmp_path: Path, delimiter: str
) -> None:
    path = tmp_path / "list.csv"
    path.write_text(f"Order ID{delimiter}Tracking number\n3001{delimiter}9400\n")
    also = {"order_id": "order", "tracking_number": "tracking"}

    (line,) = read_sheet(path, ["order", "tracking"], key="order", also=also).lines

    assert line.cells == {"order": "3001", "tracking": "9400"}


def test_lines_that_end_as_on_an_old_mac_are_read(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(b"sku,name\rA,Bowl\rB,Mug\r")

    read = read_sheet(path, ["sku", "name"], key="sku")

    assert [(line.number, line.get("name")) for line in read.lines] == [(2, "Bowl"), (3, "Mug")]


def test_a_file_that_is_one_long_cell_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("x" * 200_000)

    with pytest.raises(UsageError, match="has no column `sku`"):
        read_sheet(path, ["sku", "name"], key="sku")
