"""Walking over receipts that move while they are read."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import httpx
import pytest

from etsy_payloads import page, receipt
from etsy_session import FakeSession
from tuisync import PermanentError
from tuisync_etsy import receipt_walk
from tuisync_etsy.api import connect
from tuisync_etsy.cursors import Place
from tuisync_etsy.receipt_walk import Query, advance, walk

FIRST = 1_700_000_000
Rows = list[tuple[int, int]]
"""Receipt numbers with their times of change."""


class Till:
    """Serves receipts by time, and lets things happen between pages."""

    def __init__(self, rows: Rows, *, ordered: bool = True) -> None:
        self.rows = dict(rows)
        self.ordered = ordered
        self.queries: list[dict[str, str]] = []
        self.between: Callable[[Till], None] = lambda _: None

    def serve(self, request: httpx.Request) -> httpx.Response:
        query = dict(request.url.params)
        if self.queries:
            self.between(self)
        self.queries.append(query)
        low, high = int(query.get("min_last_modified", 0)), int(query.get("max_last_modified", 9e9))
        found = [row for row in self.rows.items() if low <= row[1] <= high]
        found.sort(key=lambda row: (row[1], row[0]) if self.ordered else (-row[0], 0))
        offset = int(query["offset"])
        shown = [
            receipt(number, updated_timestamp=time)
            for number, time in found[offset : offset + int(query["limit"])]
        ]
        return httpx.Response(200, json=page(*shown, count=len(found)))

    async def walk(self, place: Place | None = None, upper: int | None = None) -> list[int]:
        async with httpx.AsyncClient(transport=httpx.MockTransport(self.serve)) as http:
            api = connect(FakeSession(http))
            query = Query("updated", {}, upper)
            leaves = [leaf async for leaf in walk(api, query, place or Place())]
        return [int(row.id) for leaf in leaves for row in leaf.rows]


def till(count: int, *, apart: int = 10, ordered: bool = True) -> Till:
    return Till([(n, FIRST + n * apart) for n in range(1, count + 1)], ordered=ordered)


@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 250, 1000])
async def test_every_receipt_comes(count: int) -> None:
    assert set(await till(count).walk()) == set(range(1, count + 1))


async def test_no_more_than_the_calls_it_takes() -> None:
    shop = till(1000)
    await shop.walk()
    assert len(shop.queries) <= 11
    assert all(query["limit"] == "100" for query in shop.queries)


async def test_nothing_new_costs_one_call() -> None:
    shop = till(0)
    await shop.walk(Place(mark=FIRST))
    assert len(shop.queries) == 1


@pytest.mark.parametrize("apart", [0, 1])
async def test_many_receipts_of_one_second_all_come(apart: int) -> None:
    rows = [(n, FIRST + apart * (n // 150)) for n in range(1, 601)]
    assert set(await Till(rows).walk()) == set(range(1, 601))


async def test_p14_receipts_that_move_to_the_end_push_nothing_over_a_page_edge() -> None:
    shop = till(500)
    rng = Random(5)  # noqa: S311 - a repeatable test, not a secret

    def touch(shop: Till) -> None:
        for number in rng.sample(sorted(shop.rows), 7):
            shop.rows[number] = FIRST + 100_000 + number

    shop.between = touch
    assert set(await shop.walk()) == set(range(1, 501))


async def test_p14_receipts_that_leave_the_window_push_nothing_over_a_page_edge() -> None:
    shop = till(500)
    upper = FIRST + 500 * 10

    def touch(shop: Till) -> None:
        for number in range(1, 60):
            shop.rows[number] = upper + number

    shop.between = touch
    assert set(await shop.walk(upper=upper)) == set(range(1, 501))


async def test_e09_an_order_other_than_asked_for_is_survived() -> None:
    shop = till(450, ordered=False)
    assert set(await shop.walk()) == set(range(1, 451))
    assert [query["offset"] for query in shop.queries] == ["0", "100", "200", "300", "400"]


async def test_quirk_19_an_ordered_walk_never_comes_near_the_offset_limit() -> None:
    shop = till(3000)
    await shop.walk()
    assert max(int(query["offset"]) for query in shop.queries) == 0


@pytest.fixture
def short_reach(monkeypatch: pytest.MonkeyPatch) -> None:
    """Offsets reach 300 receipts, so that a test need not serve 12,100."""
    monkeypatch.setattr(receipt_walk, "MAX_OFFSET", 200)
    monkeypatch.setattr(receipt_walk, "REACH", 300)


@pytest.mark.usefixtures("short_reach")
async def test_quirk_19_where_offsets_do_not_reach_the_window_of_time_is_narrowed() -> None:
    shop = till(1_000, apart=60, ordered=False)
    found = await shop.walk(Place(mark=FIRST), upper=FIRST + 1_000 * 60)
    assert sorted(set(found)) == list(range(1, 1_001))
    assert max(int(query["offset"]) for query in shop.queries) <= 200
    assert len(shop.queries) < 20


@pytest.mark.usefixtures("short_reach")
async def test_quirk_19_a_second_with_more_than_offsets_reach_says_so() -> None:
    shop = till(400, apart=0, ordered=False)
    with pytest.raises(PermanentError, match="in order"):
        await shop.walk(Place(mark=FIRST), upper=FIRST + 40)


async def test_bounds_before_etsys_first_year_are_not_sent() -> None:
    shop = till(3)
    await shop.walk(Place(mark=5))
    assert shop.queries[0]["min_last_modified"] == "946684800"


def test_a_receipt_without_a_time_makes_the_walk_go_by_offset() -> None:
    after = advance(Place(mark=5), [6, None, *range(7, 105)], 300)
    assert after == Place(mark=5, offset=100, ordered=False)
    assert after is not None
    assert advance(after, list(range(200, 300)), 300) == Place(mark=5, offset=200, ordered=False)


def test_without_a_count_a_short_page_is_the_last() -> None:
    assert advance(Place(), [1, 2], None) is None
    assert advance(Place(), list(range(1, 101)), None) == Place(mark=100)
    assert advance(Place(), [], 500) is None
