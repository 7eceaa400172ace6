"""Plain-text tables: aligned by terminal cells, cut to fit, and deaf to what is in them."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tuisync.cli.cells import fitted, width
from tuisync.cli.pen import Cell, Pen, many, options, state
from tuisync.cli.table import card, count, flexible, head, section, spare, table


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("mug", 3),
        ("マグ", 4),
        ("e\N{COMBINING ACUTE ACCENT}", 1),
        ("\N{HEAVY BLACK HEART}\N{VARIATION SELECTOR-16}", 2),
        ("👩\N{ZERO WIDTH JOINER}🎨", 2),
        ("🌿 Fern", 7),
        ("\u1112\u1161\u11ab", 2),
        ("🇫🇷", 2),
        ("كوب", 3),
        ("", 0),
    ],
)
def test_width_is_in_terminal_cells(text: str, cells: int) -> None:
    assert width(text) == cells


@given(st.text(max_size=40), st.integers(min_value=1, max_value=30))
def test_fitted_text_never_takes_more_cells(text: str, cells: int) -> None:
    assert width(fitted(text, cells)) <= cells


@given(st.text(max_size=40))
def test_text_that_fits_is_left_alone(text: str) -> None:
    assert fitted(text, width(text)) == text


def test_a_cluster_is_never_cut_in_two() -> None:
    assert fitted("ab👩\N{ZERO WIDTH JOINER}🎨cd", 4) == "ab…"


def _plain(lines: object) -> list[str]:
    return [click.unstyle(str(line)) for line in lines]  # type: ignore[attr-defined]  # an iterator


def test_columns_stand_under_each_other() -> None:
    rows = [("MUG", "マグ", 12), ("TEAPOT", "Pot", 3)]

    lines = _plain(table([head("SKU"), flexible("Name"), count("Units")], rows, Pen()))

    assert lines == ["SKU     Name  Units", "MUG     マグ     12", "TEAPOT  Pot       3"]


def test_only_flexible_columns_give_way_in_a_narrow_terminal() -> None:
    rows = [("A-VERY-LONG-SKU", "A very long name that does not fit", 12)]

    lines = _plain(table([head("SKU"), flexible("Name"), count("Units")], rows, Pen(width=40)))

    assert [width(line) for line in lines] == [40, 40]
    assert lines[1].startswith("A-VERY-LONG-SKU  A very long")
    assert "…" in lines[1]


def test_spare_columns_go_from_the_right_until_the_rest_fits() -> None:
    heads = [head("SKU"), spare(head("Price")), spare(head("Group")), flexible("Name")]
    rows = [("A-VERY-LONG-SKU", "12.90 USD", "a group of mugs", "A mug")]

    def shown(cells: int) -> list[str]:
        return _plain(table(heads, rows, Pen(width=cells)))[0].split()

    assert shown(80) == ["SKU", "Price", "Group", "Name"]
    assert shown(40) == ["SKU", "Price", "Name"]
    assert shown(25) == ["SKU", "Name"]
    assert shown(5) == ["SKU", "Name"]


def test_nothing_is_cut_for_a_pipe() -> None:
    (_, line) = _plain(table([flexible("Name")], [("x" * 500,)], Pen()))

    assert line == "x" * 500


@pytest.mark.parametrize(
    "text", ["❤\ufe0f", "1\ufe0f\u20e3", "👨\u200d👩\u200d👧", "👋🏽", "हिन्दी", "☰"]
)
def test_on_a_terminal_no_width_is_left_to_dispute(text: str) -> None:
    rows = [(text, 12), ("Mug", 3)]
    heads = [flexible("Name"), count("Units")]

    on_a_terminal = _plain(table(heads, rows, Pen(width=40)))
    assert "\ufe0f" not in on_a_terminal[1]
    assert "\u200d" not in on_a_terminal[1]
    assert [cell_len(line) for line in on_a_terminal] == [cell_len(on_a_terminal[0])] * 3
    assert text in _plain(table(heads, rows, Pen()))[1]


def test_a_table_without_rows_is_nothing() -> None:
    assert list(table([head("SKU")], [], Pen())) == []
    assert list(section("Lines", [])) == []


def test_hostile_text_cannot_obey_or_break_the_table() -> None:
    hostile = "Mug\x1b[2J\x1b]0;owned\x07\r\n\N{RIGHT-TO-LEFT OVERRIDE}evil"

    lines = list(table([head("Title")], [(hostile,)], Pen())) + list(card([("Title", hostile)]))

    assert len(lines) == 3
    for line in _plain(lines):
        assert line.isprintable()


def test_unknown_is_a_dash() -> None:
    assert _plain(card([("Price", None), ("Name", "")])) == ["Price  -", "Name   -"]


def test_states_are_words_with_a_tone() -> None:
    assert state("needs_reauth") == Cell("needs reauth", "bad")
    assert state("something_new").tone == "plain"


def test_small_words() -> None:
    assert many(1, "push", "pushes") == "1 push"
    assert many(2, "push", "pushes") == "2 pushes"
    assert many(1200, "record") == "1,200 records"
    assert options({"Size": "S", "Colour": "Red"}) == "Size: S, Colour: Red"


def test_times_are_on_the_organizations_clock() -> None:
    pen = Pen(zone=ZoneInfo("Europe/Vienna"))

    assert pen.time(datetime(2024, 7, 1, 22, 30, tzinfo=UTC)) == "2024-07-02 00:30"
    assert pen.time(None) is None
