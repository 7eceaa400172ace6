# ruff: noqa: RUF001  # characters that look like others are what is tested
from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuisync.core.models import match_key
from tuisync.core.text import clean, spreadsheet_plain, spreadsheet_safe

VISIBLE_FORMAT = {*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD}
"""Format characters of Arabic, Syriac and Kaithi that print: number and year signs."""

JOINERS = {0x200C, 0x200D}

any_text = st.text(
    st.characters(exclude_categories=()) | st.sampled_from("\x1b\x07[]m;0\x9b\x9d\u200d\u202e\r\n")
)


@pytest.mark.parametrize(
    ("text", "inert"),
    [
        ("plain text", "plain text"),
        ("Müsli & Öl – 5 €", "Müsli & Öl – 5 €"),
        ("  spaces  stay  ", "  spaces  stay  "),
        ("one\ntwo\r\nthree\tfour\x0bfive\u2028six", "one two three four five six"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b[38;2;1;2;3mrgb", "rgb"),
        ("\x9b31mred", "red"),
        ("\x1b]0;title\x07text", "text"),
        ("\x1b]8;;https://evil.example\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1b]52;c;ZXZpbA==\x07copied", "copied"),
        ("\x1bPdevice\x1b\\x", "x"),
        ("\x1b]0;unfinished", "0;unfinished"),
        ("\x1bcreset", "reset"),
        ("a\x00b\x08c\x7fd\x85e\x9fg", "abcd eg"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("\u2066isolate\u2069\u200e\u200f\u061c", "isolate"),
        ("zero\u200bwidth\ufeff\u2060\u00ad", "zerowidth"),
        ("filler\u3164\uffa0\u115f", "filler"),
        ("tag\U000e0041\U000e007f", "tag"),
        ("hidden\ufe00\U000e0101", "hidden"),
        ("lone \ud83d surrogate", "lone \ufffd surrogate"),
        ("👩\u200d🚀 and 👩🏽\u200d❤️\u200d👨", "👩\u200d🚀 and 👩🏽\u200d❤️\u200d👨"),
        ("a\u200db \u200d👩", "ab 👩"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("क्\u200dष", "क्\u200dष"),
        ("e\u0301 stays decomposed", "e\u0301 stays decomposed"),
        ("\uffff\ufdd0\U0001fffe", ""),
    ],
)
def test_what_becomes_of_a_text(text: str, inert: str) -> None:
    assert clean(text) == inert


def test_no_control_or_format_character_survives() -> None:
    for code in range(sys.maxunicode + 1):
        kept = clean(chr(code))
        if unicodedata.category(chr(code)) in {"Cc", "Cf", "Cs", "Zl", "Zp"}:
            assert kept in {"", " ", "\ufffd"} or code in VISIBLE_FORMAT, hex(code)


def test_every_letter_and_symbol_survives() -> None:
    fillers = {0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0}
    selectors = {*range(0xFE00, 0xFE0E), *range(0xE0100, 0xE01F0)}
    for code in range(sys.maxunicode + 1):
        if unicodedata.category(chr(code))[0] in "LMNPS" and code not in fillers | selectors:
            assert clean(chr(code)) == chr(code), hex(code)


@given(any_text)
def test_a_clean_text_is_clean(text: str) -> None:
    once = clean(text)

    assert clean(once) == once
    assert not any(unicodedata.category(char) in {"Cc", "Cs"} for char in once)
    once.encode()


@given(any_text, st.sampled_from(["\x1b[2J", "\x9b2J", "\x1b]0;x\x07", "\u202e", "\x07"]))
def test_no_instruction_to_a_terminal_survives(text: str, instruction: str) -> None:
    inert = clean(text + instruction + text)

    assert not {"\x1b", "\x9b", "\x07", "\u202e"} & set(inert)


def test_a_long_hostile_text_is_cleaned_in_a_moment() -> None:
    for piece in ("\x1b]", "\x9d", "\x1b[0", "\x9b;", "\x1bP\x1b", "\u200d👩"):
        clean(piece * 50_000)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Blue mug", "  Blue mug "),
        ("Tom & Jerry", "Tom &amp; Jerry"),
        ("5&quot; bowl", '5" bowl'),
        ("it&#39;s", "it's"),
        ("Café", "Cafe\u0301"),
        ("Blue\nmug", "Blue mug"),
        ("SKU-1", "SKU\u200b-1"),
    ],
)
def test_s03_names_that_only_look_different_are_equal(one: str, other: str) -> None:
    assert match_key(one) == match_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("SKU-1", "sku-1"), ("SKU-1", "SKU1"), ("A B", "A  B"), ("1", "１"), ("ﬁ", "fi")],
)
def test_s03_case_and_characters_count(one: str, other: str) -> None:
    assert match_key(one) != match_key(other)


@pytest.mark.parametrize(
    "cell", ["=1+1", "+1 now", "-cmd", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "'=1", "''@x"]
)
def test_a_formula_becomes_text(cell: str) -> None:
    assert spreadsheet_safe(cell) == "'" + cell


@pytest.mark.parametrize("cell", ["", "Blue mug", "5", "-5", "+3.50", "a=b", "'quoted'", "it's"])
def test_an_ordinary_cell_stays(cell: str) -> None:
    assert spreadsheet_safe(cell) == cell


@given(st.text() | st.from_regex(r"'*[=+@\-\t]?[0-9.a-z]*", fullmatch=True))
def test_a_cell_comes_back_as_it_was(cell: str) -> None:
    safe = spreadsheet_safe(cell)

    assert spreadsheet_plain(safe) == cell
    assert safe[:1] not in {"=", "@", "\t", "\r", "\n"}
