from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tuisync.widgets.plain import counted, cut, cut_middle, fit, plain


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


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [
        ("BOT-POP-126-11X14", 17, "BOT-POP-126-11X14"),
        ("BOT-POP-126-11X14", 12, "BOT-P…-11X14"),
        ("BUTTER-ASH-111-6-NAVY-PORC", 22, "BUTTER-AS…-6-NAVY-PORC"),
        ("Poppy Botanical Art Print - 11x14 in", 24, "Poppy Botanical…11x14 in"),
        ("Heron Linocut Print - A3, Black Frame", 16, "Heron…lack Frame"),
        ("Stoneware Mug in Indigo", 16, "Stonewar…Indigo"),
        ("湯呑みと急須", 9, "湯呑…急須"),
        ("Teapot for two", 6, "Teapo…"),
    ],
)
def test_what_tells_variants_apart_is_kept_when_the_middle_is_cut(
    text: str, width: int, shown: str
) -> None:
    assert cut_middle(text, width) == shown


def test_a_mark_stays_with_its_letter_where_the_middle_is_cut() -> None:
    text = "abcdefgh" + "e\u0301" * 8

    assert cut_middle(text, 9) == "abcd…" + "e\u0301" * 4


@given(st.text(), st.integers(min_value=0, max_value=60))
def test_a_cell_cut_in_the_middle_is_exactly_as_wide_as_asked(text: str, width: int) -> None:
    assert cell_len(fit(text, width, middle=True)) == width


def test_one_thing_is_not_plural() -> None:
    assert counted(1, "order") == "1 order"
    assert counted(1_200, "order") == "1,200 orders"
