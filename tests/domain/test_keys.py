"""Under which texts are the same SKU, name or person."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tuisync.core.models import match_key, person_key, record_id, remote_id, variant_id


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("MUG", "  MUG "),
        ("Tom &amp; Jerry", "Tom & Jerry"),
        ("Caf\u00e9", "Cafe\u0301"),
        ("6&quot; plate", '6" plate'),
        ("MUG\n", "MUG"),
    ],
)
def test_s03_dress_does_not_count(one: str, other: str) -> None:
    assert match_key(one) == match_key(other)


@pytest.mark.parametrize(("one", "other"), [("MUG", "mug"), ("MUG-1", "MUG1"), ("A B", "AB")])
def test_s03_case_and_inner_characters_count(one: str, other: str) -> None:
    assert match_key(one) != match_key(other)


def test_nothing_has_an_empty_key() -> None:
    assert match_key("  ") == ""
    assert person_key(None) == person_key(" \t ") == ""


@given(st.text())
def test_trimming_twice_is_trimming_once(text: str) -> None:
    assert person_key(person_key(text)) == person_key(text)
    assert match_key(f"  {match_key(text)}  ") == match_key(match_key(text))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ada@Example.org", " ada@example.ORG "),
        ("Ada  Lovelace", "ada lovelace"),
        ("STRASSE", "stra\u00dfe"),
    ],
)
def test_s31_case_and_spaces_of_people_do_not_count(one: str, other: str) -> None:
    assert person_key(one) == person_key(other)


def test_e20_a_variants_id_is_its_listing_and_its_key() -> None:
    assert variant_id("etsy:1:99", "513=S") == "etsy:1:99:513=S"
    assert variant_id("etsy:1:99", "") == "etsy:1:99"


@given(st.text())
@example("50%3A")
def test_the_shops_own_id_can_be_told_from_ours(remote: str) -> None:
    assert remote_id("shop:a%3Ab", record_id("shop:a%3Ab", remote)) == remote
