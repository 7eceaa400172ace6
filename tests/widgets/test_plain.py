from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tuisync.widgets.plain import counted, cut, fit, plain


@pytest.mark.parametrize(
    ("hostile", "harmless"),
    [
        ("Mug\x1b[31m red", "Mug red"),
        ("a\x1b]0;title\x07b", "ab"),
        ("two\nlines\tand\rmore", "two lines and more"),
        ("\u202egum eulb", "gum eulb"),
        ("zero\u200bwidth", "zerowidth"),
        ("family 👨\u200d👩\u200d👧", "family 👨👩👧"),
        ("heart ❤\ufe0f", "heart ❤"),
        ("wave 👋🏽", "wave 👋"),
        ("flag 🇫🇷", "flag 🇫🇷"),
        ("lone \ud800 half", "lone � half"),
        ("हिन्दी", "हइन्दई"),
        ("newer than we are \U000377fe", "newer than we are �"),
        ("☰ menu", "� menu"),
        ("[bold]not markup[/bold]", "[bold]not markup[/bold]"),
    ],
)
def test_nothing_a_terminal_obeys_is_left(hostile: str, harmless: str) -> None:
    assert plain(hostile) == harmless


def test_stacked_marks_do_not_leave_the_line() -> None:
    zalgo = "Z" + "\u0301" * 300

    assert len(plain(zalgo)) == 3


def test_a_text_of_ten_thousand_characters_is_not_walked_through() -> None:
    assert len(plain("x" * 10_000)) == 2_001


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [
        ("Teapot", 10, "Teapot    "),
        ("Teapot", 6, "Teapot"),
        ("Teapot for two", 8, "Teapot …"),
        ("湯呑みと急須", 7, "湯呑み…"),
        ("湯呑みと急須", 8, "湯呑み… "),
        ("Teapot", 0, ""),
    ],
)
def test_a_cell_is_cut_and_padded_by_terminal_cells(text: str, width: int, shown: str) -> None:
    assert fit(text, width) == shown


def test_numbers_are_padded_on_the_left() -> None:
    assert fit("12", 5, "right") == "   12"
    assert fit("12", 6, "center") == "  12  "


@given(st.text(), st.integers(min_value=0, max_value=60))
def test_a_cell_is_exactly_as_wide_as_asked(text: str, width: int) -> None:
    shown = fit(text, width)

    assert cell_len(shown) == width
    assert not any(unicodedata.category(each) in {"Cc", "Cs", "Zl", "Zp"} for each in shown)


@given(st.text())
def test_no_character_is_left_whose_width_terminals_dispute(text: str) -> None:
    shown = plain(text)

    kinds = {unicodedata.category(each) for each in shown}
    assert not kinds & {"Mc", "Cn", "Cs", "Cc", "Zl", "Zp"}
    assert plain(shown) == shown


@given(st.text())
def test_what_fits_is_not_cut(text: str) -> None:
    harmless = plain(text)

    assert cut(harmless, cell_len(harmless)) == harmless


def test_one_thing_is_not_plural() -> None:
    assert counted(1, "order") == "1 order"
    assert counted(1_200, "order") == "1,200 orders"
