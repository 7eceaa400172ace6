from __future__ import annotations

from tuisync.widgets.rows import MANY, Rows


def _rows(*words: str) -> Rows[str]:
    return Rows(words, key=str, text=str)


def test_every_word_must_be_there_whatever_its_case() -> None:
    rows = _rows("Blue mug small", "Blue bowl", "Sand mug small")

    assert list(rows.matching("SMALL blue")) == [0]
    assert list(rows.matching("mug")) == [0, 2]
    assert list(rows.matching("")) == [0, 1, 2]
    assert list(rows.matching("nothing")) == []


def test_unknown_values_come_last_in_both_directions() -> None:
    numbers = {"a": 3, "b": None, "c": 1}
    rows = _rows(*numbers)

    assert list(rows.ordered([0, 1, 2], numbers.get)) == [2, 0, 1]
    assert list(rows.ordered([0, 1, 2], numbers.get, reverse=True)) == [0, 2, 1]


def test_many_rows_are_ranked_once_and_few_whenever_it_is_asked_for() -> None:
    few, many = (Rows(range(count), key=str) for count in (MANY, MANY + 1))

    assert few.is_ranked(int)
    assert many.is_ranked(None)
    assert not many.is_ranked(int, reverse=True)
    assert many.ranked(int, reverse=True)[0] == MANY
    assert many.is_ranked(int, reverse=True)
    assert not many.is_ranked(int)


def test_a_row_is_found_by_its_key() -> None:
    rows = _rows("a", "b")

    assert rows.get("b") == "b"
    assert rows.get("c") is None
    assert "a" in rows


def test_of_two_rows_with_one_key_the_later_counts() -> None:
    rows = Rows([("a", 1), ("b", 2), ("a", 3)], key=lambda row: row[0])

    assert list(rows) == [("a", 3), ("b", 2)]
    assert rows.key(0) == "a"


def test_the_longest_text_is_measured_in_cells_once_and_no_further_than_asked() -> None:
    asked: list[str] = []

    def text(row: str) -> str:
        asked.append(row)
        return row

    rows = Rows(["mug", "湯呑み", "teapot for two"], key=str)

    assert rows.widest("name", text, 80) == 14
    assert rows.widest("name", text, 80) == 14
    assert len(asked) == 3
    assert rows.widest("short", text, 5) == 5
    assert asked[3:] == ["mug", "湯呑み"]


def test_of_numbers_the_largest_and_the_smallest_are_measured() -> None:
    rows = Rows([1, 12_345, -123_456, 0], key=str)
    unknown: Rows[int | None] = Rows([None], key=str)

    assert rows.widest_number("n", lambda n: f"{n:,}", 80, lambda n: n) == 8
    assert unknown.widest_number("n", lambda _: "-", 80, lambda n: n) == 1
