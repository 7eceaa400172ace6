"""SKUs made up of a title: short, readable, and sound whatever the shop sends."""

from __future__ import annotations

import re
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuisync.core.linking.made_skus import made_skus

SOUND = re.compile(r"[A-Z0-9]+(-[A-Z0-9]+)*")


def made(title: str, *siblings: tuple[str, ...], place: int = 0, count: int = 1) -> list[str]:
    """Return the first SKUs for a variant."""
    return list(islice(made_skus(title, siblings or [()], place, "fake 1001"), count))


@pytest.mark.parametrize(
    ("title", "sku"),
    [
        ("Mug", "MUG"),
        ("Speckled Mug - Handmade Stoneware Coffee Mug, Pottery Gift", "SPECKLED-MUG"),
        ("Mug, blue", "MUG-BLUE"),
        ("The Potter\u2019s Caf\u00e9 &amp; Mug\u2122 of \u00c5lesund", "POTTERS-CAFE-MUG"),
        ("Stra\u00dfe \u00d8resund", "STRASSE-ORESUND"),
        ("A cup for the road", "CUP-ROAD"),
        ("The", "THE"),
        ("\u6e6f\u5451\u307f Yunomi Tea Cup", "YUNOMI-TEA-CUP"),
        ("\uff2d\uff35\uff27 \u2460", "MUG-1"),
        ("Supercalifragilisticexpialidocious mug", "SUPERCALIFRAGILISTIC"),
        ("=cmd|' /C calc'!A0", "CMD-C-CALC-A0"),
        ("\u202eevil\u202c \x1b[31mmug\x1b[0m", "EVIL-MUG"),
        ("", "FAKE-1001"),
        ("\u0427\u0430\u0448\u043a\u0430", "FAKE-1001"),
        ("\u0427a\u0448\u043a\u0430 42", "FAKE-1001"),
        ("2024", "FAKE-1001"),
        ("---", "FAKE-1001"),
    ],
)
def test_a_sku_is_made_of_the_first_words_of_a_title(title: str, sku: str) -> None:
    assert made(title) == [sku]


def test_siblings_are_told_apart_by_their_options_else_by_their_number() -> None:
    sizes = (("Large", "Navy"), ("Small", "Navy"))
    assert made("Mug", *sizes, place=1) == ["MUG-SMALL-NAVY"]
    assert made("Mug", ("\u5927",), ("\u5c0f",), place=1) == ["MUG-2"]
    assert made("Mug", ("A+",), ("A-",), place=0) == ["MUG-1"]
    assert made("Mug", (), (), place=0) == ["MUG-1"]
    assert made("Mug", ("Large",)) == ["MUG"], "one alone needs none"


def test_options_that_differ_late_are_not_cut_short() -> None:
    late = (("12 oz / 350 ml", "Navy and white"), ("12 oz / 350 ml", "Navy and black"))

    assert made("Mug", *late, place=1) == ["MUG-12-OZ-350-ML-NAVY-AND-BLACK"]


def test_what_is_taken_is_told_apart_by_more_words_then_by_a_number() -> None:
    wishes = made("Oatmeal Bowl - Handmade", count=4)

    assert wishes == ["OATMEAL-BOWL", "OATMEAL-BOWL-HANDMADE", "OATMEAL-BOWL-2", "OATMEAL-BOWL-3"]


@given(
    st.text(max_size=200),
    st.lists(st.lists(st.text(max_size=60), max_size=3), min_size=1, max_size=4),
    st.text(max_size=60),
)
def test_any_text_gives_sound_skus_and_the_same_ones_again(
    title: str, siblings: list[list[str]], fallback: str
) -> None:
    for place in range(len(siblings)):
        first, *others = islice(made_skus(title, siblings, place, fallback), 12)
        assert SOUND.fullmatch(first)
        assert len(first) <= 90
        assert len({first, *others}) == 12
        assert all(SOUND.fullmatch(each) for each in others)
        assert next(made_skus(title, siblings, place, fallback)) == first
