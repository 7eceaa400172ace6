"""Which item a variant is linked to by itself, and which never."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from tuisync.core.linking.candidates import Candidates
from tuisync.core.linking.decide import decide_link, match_name, shared_skus, variant_name
from tuisync.core.models import Item, Listing, ListingVariant, OrderLine
from tuisync.core.orders.settle import resolve_variant
from tuisync.testing import a_variant

MUG = Item(id="1", sku="MUG", name="Blue mug")
CUP = Item(id="2", sku="CUP", name="Red cup")
TWIN = Item(id="3", sku="MUG-2", name="Blue mug")


def a_shown(*variants: ListingVariant, title: str = "Blue mug") -> Listing:
    return Listing(
        id="fake:100:1",
        integration="fake:100",
        listing_id="1",
        title=title,
        state="active",
        variants=variants or (a_variant(sku="MUG"),),
        read_at=datetime(2024, 3, 1, tzinfo=UTC),
    )


def test_s03_the_same_sku_links() -> None:
    verdict = decide_link(a_variant(sku="MUG"), by_sku=[MUG], by_name=[], sku_is_shared=False)
    assert (verdict.state, verdict.basis, verdict.item) == ("linked", "sku", "1")


def test_s03_the_same_name_links_where_no_sku_does() -> None:
    verdict = decide_link(a_variant(), by_sku=[], by_name=[MUG], sku_is_shared=False)
    assert (verdict.state, verdict.basis, verdict.item) == ("linked", "name", "1")


def test_s03_the_sku_wins_over_the_name() -> None:
    verdict = decide_link(a_variant(sku="CUP"), by_sku=[CUP], by_name=[MUG], sku_is_shared=False)
    assert (verdict.basis, verdict.item) == ("sku", "2")


def test_s03_two_candidates_are_a_conflict() -> None:
    verdict = decide_link(a_variant(), by_sku=[], by_name=[MUG, TWIN], sku_is_shared=False)
    assert (verdict.state, verdict.item, verdict.candidates) == ("conflict", None, ("1", "3"))
    assert verdict.reason == "2 items have the same name."


def test_p09_a_sku_shared_within_one_listing_never_links() -> None:
    verdict = decide_link(a_variant(sku="MUG"), by_sku=[MUG], by_name=[MUG], sku_is_shared=True)
    assert (verdict.state, verdict.item) == ("conflict", None)


def test_an_unlinked_pair_never_links_by_itself() -> None:
    again = decide_link(
        a_variant(sku="MUG"), by_sku=[MUG], by_name=[MUG], sku_is_shared=False, never=["1"]
    )
    assert again.state == "unconfirmed"
    other = decide_link(
        a_variant(sku="MUG"), by_sku=[MUG], by_name=[MUG, TWIN], sku_is_shared=False, never=["1"]
    )
    assert other.item == "3"


def test_a_name_stands_for_a_single_variant_or_with_its_options() -> None:
    single = a_shown(a_variant(options={"Size": "S"}))
    assert match_name(single, single.variants[0]) == "Blue mug"
    several = a_shown(a_variant(options={"Size": "S"}), a_variant(options={"Size": "M"}))
    assert match_name(several, several.variants[1]) == "Blue mug - M"


def test_variants_without_options_have_no_name_to_be_matched_by() -> None:
    several = a_shown(a_variant(key="a"), a_variant(key="b"))
    assert match_name(several, several.variants[0]) is None
    assert variant_name(several, several.variants[0]) == "Blue mug"


def test_shared_skus_are_those_of_several_variants() -> None:
    listing = a_shown(
        a_variant(sku="A &amp; B", key="1"),
        a_variant(sku="A & B ", key="2"),
        a_variant(sku="C", key="3"),
        a_variant(sku="", key="4"),
        a_variant(key="5"),
    )
    assert shared_skus(listing) == {"A & B"}


def a_sold(key: str | None, sku: str | None = None) -> OrderLine:
    return OrderLine(id="1", title="Blue mug", quantity=1, sku=sku, variant_key=key)


def test_e20_a_line_finds_its_variant_by_key_however_often_product_ids_change() -> None:
    small, medium = a_variant(sku="S", key="Size=S"), a_variant(sku="M", key="Size=M")
    listing = a_shown(small, medium)
    assert resolve_variant(listing, a_sold("Size=M", "S")) == medium


def test_a_line_without_a_key_finds_the_only_variant_or_the_one_of_its_sku() -> None:
    assert resolve_variant(a_shown(a_variant(key="x")), a_sold(None)) is not None
    several = a_shown(a_variant(sku="S", key="1"), a_variant(sku="M", key="2"))
    found = resolve_variant(several, a_sold(None, " M "))
    assert found is not None
    assert found.key == "2"


def test_a_line_that_fits_two_variants_finds_none() -> None:
    several = a_shown(a_variant(sku="S", key="1"), a_variant(sku="S", key="2"))
    assert resolve_variant(several, a_sold("gone", "S")) is None
    assert resolve_variant(several, a_sold(None)) is None


def test_candidates_are_ranked_with_their_reasons() -> None:
    items = [CUP, TWIN, MUG, Item(id="4", sku="mug", name="Something else entirely")]
    ranked = Candidates(items).rank("MUG", "Blue mug")
    assert [(each.item.id, each.reason, each.score) for each in ranked[:3]] == [
        ("1", "same SKU", 100),
        ("3", "same name", 100),
        ("4", "same SKU but for case", 95),
    ]


def test_a_similar_name_is_offered_but_never_as_exact() -> None:
    [first, *_] = Candidates([MUG, CUP]).rank(None, "Blue mug, large, hand made")
    assert (first.item.id, first.reason) == ("1", "similar name")
    assert 55 <= first.score <= 94


def test_nothing_alike_is_nothing_offered() -> None:
    assert Candidates([MUG, CUP]).rank("XYZ", "Zeppelin poster") == []


@given(st.text(), st.lists(st.text(min_size=1), max_size=6))
def test_ranking_survives_any_text(name: str, names: list[str]) -> None:
    items = [Item(id=str(n), sku=text, name=text) for n, text in enumerate(names)]
    ranked = Candidates(items).rank(name, name)
    assert len(ranked) <= 5
    assert all(0 <= each.score <= 100 for each in ranked)
