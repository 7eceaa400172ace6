from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tuisync.widgets.columns import GAP, ROOMY, Cell, Column, placed, sku_column, title_column


def _column(
    key: str, width: int, *, flex: int = 0, rank: int = 0, widest: int = 10_000
) -> Column[str]:
    return Column(key, key, Cell, width, flex=flex, rank=rank, widest=widest)


def _widths(columns: list[Column[str]], width: int) -> dict[str, int]:
    return {column.key: cells for column, cells in placed(columns, width)}


def test_what_is_left_goes_to_the_flexible_columns_by_their_share() -> None:
    columns = [_column("sku", 10), _column("name", 10, flex=3), _column("shops", 10, flex=1)]

    assert _widths(columns, 54) == {"sku": 10, "name": 25, "shops": 15}


def test_a_column_takes_no_more_than_its_widest_and_leaves_the_rest_to_the_others() -> None:
    columns = [_column("sku", 10, flex=1, widest=12), _column("name", 10, flex=1)]

    assert _widths(columns, 42) == {"sku": 12, "name": 28}


def test_the_least_important_columns_go_first() -> None:
    columns = [
        _column("sku", 10),
        _column("name", 20, rank=1),
        _column("price", 10, rank=3),
        _column("committed", 10, rank=2),
    ]

    assert list(_widths(columns, 46)) == ["sku", "name", "committed"]
    assert list(_widths(columns, 32)) == ["sku", "name"]


def test_a_column_that_fits_after_all_comes_back_in_its_place() -> None:
    columns = [_column("a", 5, rank=3), _column("wide", 30, rank=2), _column("sku", 10)]

    assert list(_widths(columns, 20)) == ["a", "sku"]


def test_columns_that_must_stay_are_squeezed() -> None:
    columns = [_column("sku", 10), _column("name", 30, flex=1)]

    assert _widths(columns, 30) == {"sku": 10, "name": 18}


def _snug(key: str, width: int, **more: int | str) -> Column[str]:
    return replace(_column(key, width), snug=True, **more)  # type: ignore[arg-type]


def test_a_snug_column_takes_what_its_longest_text_needs_and_leaves_the_rest() -> None:
    columns = [_snug("sku", 10, flex=1), _snug("on hand", 9), _column("why", 10, flex=1)]

    shown = placed(columns, 120, {"sku": 26, "on hand": 3})

    assert [each.width for each in shown] == [26, 7, 83]


def test_a_snug_column_shrinks_to_its_least_before_another_is_left_out() -> None:
    columns = [_snug("sku", 10, flex=1), _column("why", 10, rank=1)]

    assert [each.width for each in placed(columns, 24, {"sku": 26})] == [12, 10]


def test_a_snug_column_without_any_text_is_left_out() -> None:
    columns = [_column("title", 10, flex=1), _snug("reason", 14)]

    assert [each.column.key for each in placed(columns, 80, {"reason": 0})] == ["title"]
    assert [each.column.key for each in placed(columns, 80)] == ["title", "reason"]


def test_a_narrow_table_writes_short_headings() -> None:
    column = _snug("available", 9, short="avail")

    (narrow,) = placed([column], ROOMY - 1, {"available": 2})
    (wide,) = placed([column], ROOMY, {"available": 2})

    assert (narrow.width, column.heading(narrow.width)) == (5, "avail")
    assert (wide.width, column.heading(wide.width)) == (9, "available")


def test_what_a_column_does_not_take_goes_to_those_before_it_too() -> None:
    columns = [_column("name", 10, flex=1), _column("sku", 10, flex=1, widest=12)]

    assert _widths(columns, 42) == {"name": 28, "sku": 12}


_COLUMNS = st.lists(
    st.builds(
        lambda width, flex, rank: _column(f"{width}{flex}{rank}", width, flex=flex, rank=rank),
        st.integers(1, 30),
        st.integers(0, 4),
        st.integers(1, 5),
    ),
    min_size=1,
    max_size=8,
)


@given(_COLUMNS, st.integers(31, 200))
def test_a_line_never_overflows(columns: list[Column[str]], width: int) -> None:
    shown = placed(columns, width)

    assert shown
    assert sum(each.width for each in shown) + GAP * (len(shown) - 1) <= width


def test_titles_are_sorted_without_regard_to_case_and_those_without_one_have_a_dash() -> None:
    column: Column[str | None] = title_column("name", "Name", lambda name: name)

    assert column.order is not None
    assert [column.order(each) for each in ("Mug", "bowl", None)] == ["mug", "bowl", None]
    assert [column.text(each) for each in ("Mug", None)] == ["Mug", "-"]
    assert column.snug
    assert column.middle


def test_a_column_of_skus_is_one_of_titles_that_takes_less() -> None:
    title: Column[str | None] = title_column("name", "Name", lambda name: name)
    sku: Column[str | None] = sku_column("sku", "SKU", lambda name: name, sorts=False)

    assert sku.widest < title.widest
    assert sku.width < title.width
    assert sku.order is None


def test_a_column_has_what_it_wishes_before_less_important_ones_come_in() -> None:
    columns = [
        _column("sku", 10),
        replace(_column("name", 10, rank=1, flex=1), wish=20),
        _column("price", 10, rank=2),
    ]

    assert _widths(columns, 34) == {"sku": 10, "name": 22}
    assert _widths(columns, 44) == {"sku": 10, "name": 20, "price": 10}
    assert _widths(columns, 22) == {"sku": 10, "name": 10}


def test_a_snug_column_wishes_for_no_more_than_it_needs() -> None:
    columns = [_column("sku", 10), _snug("name", 10, flex=1, wish=20), _column("shop", 7, rank=1)]

    assert [each.column.key for each in placed(columns, 41, {"name": 20})] == [
        "sku",
        "name",
        "shop",
    ]
    assert [each.column.key for each in placed(columns, 33, {"name": 20})] == ["sku", "name"]
    assert [each.column.key for each in placed(columns, 33, {"name": 12})] == [
        "sku",
        "name",
        "shop",
    ]
