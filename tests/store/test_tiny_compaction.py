"""Compaction: when, what it leaves, and that nobody loses their way meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from store.courses import FIRST, SECOND, content, course, expected, files, put
from store.engines import POLL, TIMEOUT
from store.samples import item
from tuisync.core.errors import StoreError
from tuisync.core.store.schema import ITEMS
from tuisync.core.store.tiny import TinyStore
from tuisync.core.store.tiny.engine import _REST
from tuisync.core.store.tiny.snapshot import write_snapshot

THIRD = "journal-00000003.jsonl"
WRITE = "tuisync.core.store.tiny.engine.write_snapshot"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def peer(data: Path) -> Iterator[TinyStore]:
    store = TinyStore.open(data, timeout=TIMEOUT, poll=POLL)
    yield store
    store.close()


def test_it_leaves_the_snapshot_a_new_journal_and_the_one_before(
    tiny: TinyStore, data: Path
) -> None:
    course(tiny, 1, 3)
    assert tiny.compact()
    assert set(files(data)) == {"store.json", FIRST, SECOND}
    course(tiny, 4, 5)
    assert tiny.compact()
    assert set(files(data)) == {"store.json", SECOND, THIRD}
    assert content(tiny) == content(TinyStore.open(data)) == expected(5)
    assert TinyStore.open(data).version == 5


def test_an_empty_store_has_nothing_to_compact(tiny: TinyStore, data: Path) -> None:
    assert not tiny.compact()
    assert files(data) == {}


def test_of_two_who_want_to_compact_one_does(tiny: TinyStore, peer: TinyStore) -> None:
    course(tiny, 1, 1)
    lease = peer.lease("compact", "somebody")
    assert lease is not None
    assert not tiny.compact()
    lease.release()
    assert tiny.compact()
    assert tiny.holder("compact") is None


def test_a_reader_stays_open_across_three_compactions(tiny: TinyStore, peer: TinyStore) -> None:
    """Looking after each, it goes from journal to journal."""
    state = None
    for number in range(1, 4):
        course(tiny, number, number)
        assert tiny.compact()
        assert peer.refresh()
        assert content(peer) == expected(number)
        assert state is None or state is peer._state
        state = peer._state
    course(peer, 4, 4)
    assert tiny.refresh()
    assert content(tiny) == expected(4)


def test_a_reader_that_slept_through_two_compactions_need_not_read_all_anew(
    tiny: TinyStore, peer: TinyStore
) -> None:
    course(peer, 1, 1)
    state = peer._state
    for number in (2, 3):
        course(tiny, number, number)
        assert tiny.compact()
    assert peer.refresh()
    assert content(peer) == expected(3)
    assert peer._state is state


def test_a_reader_that_slept_through_three_compactions_finds_its_way(
    tiny: TinyStore, peer: TinyStore
) -> None:
    course(tiny, 1, 1)
    peer.refresh()
    for number in range(2, 5):
        course(tiny, number, number)
        assert tiny.compact()
    assert peer.count(ITEMS) == 1
    assert peer.refresh()
    assert content(peer) == expected(4)
    assert peer.version == 4
    course(peer, 5, 5)
    tiny.refresh()
    assert content(tiny) == expected(5)


def test_a_writer_that_slept_through_three_compactions_commits_on_top(
    tiny: TinyStore, peer: TinyStore
) -> None:
    course(peer, 1, 1)
    for number in range(2, 5):
        course(tiny, number, number)
        assert tiny.compact()
    course(peer, 5, 5)
    tiny.refresh()
    assert content(tiny) == content(peer) == expected(5)


def test_indexes_in_use_follow_what_others_commit(tiny: TinyStore, peer: TinyStore) -> None:
    put(tiny, 1)
    peer.refresh()
    assert peer.find(ITEMS, "name", "Mug") == [item(1)]
    put(tiny, 1, "Cup")
    put(tiny, 2)
    assert tiny.compact()
    put(tiny, 3)
    peer.refresh()
    assert peer.find(ITEMS, "name", "Mug") == [item(2), item(3)]
    assert peer.find(ITEMS, "name", "Cup") == [item(1, name="Cup")]


def test_commits_go_on_while_the_snapshot_is_written(
    tiny: TinyStore, peer: TinyStore, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    course(tiny, 1, 5)

    def interrupted(*arguments: object, **named: object) -> int:
        course(tiny, 6, 6)
        course(peer, 7, 7)
        tiny.refresh()
        return write_snapshot(*arguments, **named)  # type: ignore[arg-type]  # handed on as they came

    monkeypatch.setattr(WRITE, interrupted)
    assert tiny.compact()
    assert '"version":5' in data.joinpath("store.json").read_text("utf-8")
    assert "Mug “5”" in data.joinpath("store.json").read_text("utf-8")
    assert "Mug “6”" not in data.joinpath("store.json").read_text("utf-8")
    assert "Mug “4”" in data.joinpath("store.json").read_text("utf-8")
    for store in (tiny, peer, TinyStore.open(data)):
        store.refresh()
        assert content(store) == expected(7)
        assert store.version == 7


def test_a_compaction_that_was_killed_before_its_snapshot_is_made_up_for(
    tiny: TinyStore, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class KilledError(Exception):
        pass

    def killed(*_: object, **__: object) -> int:
        raise KilledError

    course(tiny, 1, 2)
    for number in (3, 4, 5):
        monkeypatch.setattr(WRITE, killed)
        with pytest.raises(KilledError):
            tiny.compact()
        monkeypatch.undo()
        course(tiny, number, number)
        assert content(TinyStore.open(data)) == expected(number)
    assert len(files(data)) == 5
    assert tiny.compact()
    assert set(files(data)) == {"store.json", "journal-00000004.jsonl", "journal-00000005.jsonl"}
    assert content(TinyStore.open(data)) == expected(5)


def test_it_begins_by_itself_once_the_journal_outgrows_the_snapshot(data: Path) -> None:
    store = TinyStore.open(data, compact=2_000)
    numbers = iter(range(1, 1_000))
    while not data.joinpath(SECOND).exists():
        number = next(numbers)
        course(store, number, number)
        store._background.join()
    journal = data.joinpath(FIRST).stat().st_size
    assert 2_000 < journal < 3_000
    while not data.joinpath(THIRD).exists():
        number = next(numbers)
        course(store, number, number)
        store._background.join()
    store.close()
    assert content(TinyStore.open(data)) == expected(number)


def test_it_lets_a_stream_of_commits_pass(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tuisync.core.store.tiny.engine._LULL", 3_600.0)
    store = TinyStore.open(data, compact=2_000)
    number = 0
    while store._pending() <= 4 * 2_000:
        number += 1
        course(store, number, number)
    assert store._background.running
    assert not data.joinpath(SECOND).exists()

    store.close()

    assert data.joinpath(SECOND).exists()
    assert content(TinyStore.open(data)) == expected(number)


def test_a_stream_of_commits_that_does_not_end_holds_it_up_for_four_times_as_much(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = TinyStore.open(data, compact=2_000)
    looks: list[int] = []

    def lull(seconds: float) -> bool:
        if seconds != _REST:
            looks.append(store._pending())
            course(store, len(looks) + 100, len(looks) + 100)
        return False

    monkeypatch.setattr(store._closed, "wait", lull)
    number = 0
    while store._background._thread is None:
        number += 1
        course(store, number, number)
    store._background.join()

    assert 2_000 < looks[0] < looks[-1] <= 4 * 2_000
    assert looks[-1] > 4 * 2_000 - 500, "it gave up too early"
    assert data.joinpath(SECOND).exists()
    store.close()


def test_one_that_closing_hastens_keeps_what_others_committed_meanwhile(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tuisync.core.store.tiny.engine._LULL", 3_600.0)
    store, other = TinyStore.open(data, compact=10), TinyStore.open(data)
    course(store, 1, 1)
    course(other, 2, 3)

    store.close()

    assert data.joinpath(SECOND).exists()
    course(other, 4, 4)
    assert content(other) == content(TinyStore.open(data)) == expected(4)
    other.close()


def test_a_transaction_that_closing_overtakes_undoes_nothing(data: Path) -> None:
    store, other = TinyStore.open(data), TinyStore.open(data)
    course(store, 1, 1)
    failures: list[BaseException] = []

    def late() -> None:
        try:
            course(store, 9, 9)
        except RuntimeError as error:
            failures.append(error)

    thread = threading.Thread(target=late)
    with other._exclusive():
        thread.start()
        while not store._guard._lock.locked():
            pass
        store.close()
    course(other, 2, 2)
    thread.join()

    assert [str(each) for each in failures] == ["the store is closed"]
    assert content(TinyStore.open(data)) == expected(2)
    other.close()


def test_closing_waits_for_it(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closing = threading.Event()

    def slow(*arguments: object, **named: object) -> int:
        closing.wait(10)
        return write_snapshot(*arguments, **named)  # type: ignore[arg-type]  # handed on as they came

    monkeypatch.setattr(WRITE, slow)
    store = TinyStore.open(data, compact=10)
    course(store, 1, 2)
    threading.Timer(0.05, closing.set).start()
    store.close()
    assert "Mug" in data.joinpath("store.json").read_text("utf-8")


def test_one_that_fails_is_not_tried_at_every_commit(
    data: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    tries = []

    def failing(*_: object, **__: object) -> int:
        tries.append(1)
        raise StoreError("no space")

    monkeypatch.setattr(WRITE, failing)
    store = TinyStore.open(data, compact=10)
    for number in range(1, 6):
        course(store, number, number)
        store._background.join()
    assert len(tries) == 1
    assert "could not be compacted: no space" in caplog.text
    store.close()


def test_who_did_not_compact_knows_that_somebody_did(data: Path) -> None:
    store, other = (TinyStore.open(data, compact=3_000) for _ in range(2))
    course(store, 1, 9)
    other.refresh()
    course(other, 10, 10)
    assert other.compact()
    generation = other._trail and other._trail.journal.generation
    for number in range(11, 14):
        course(store, number, number)
        store._background.join()
    assert store._trail is not None
    assert store._trail.journal.generation == generation
    store.close()
    other.close()


def test_commits_go_on_while_it_rests_and_closing_ends_the_rest(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tuisync.core.store.tiny.engine._REST", 3_600.0)
    store = TinyStore.open(data, compact=2_000)
    course(store, 1, 100)
    store.close()

    assert data.joinpath(SECOND).exists()
    assert content(TinyStore.open(data)) == expected(100)
