"""A journal cut anywhere, a byte changed anywhere, a file that is not there."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from store.courses import FIRST, SECOND, content, copied, course, expected, files, made, put
from tuisync.core.errors import SchemaTooNew, StoreDamaged
from tuisync.core.models import OutboxEntry, SyncRun
from tuisync.core.store import codec, draft
from tuisync.core.store.schema import ITEMS, OUTBOX, RUNS, Collection, D
from tuisync.core.store.tiny import TinyStore, lines
from tuisync.core.store.tiny import engine as tiny_engine

COMMITS = 4


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hundreds of stores on a disk that need not hold anything."""
    from tuisync.core.store.tiny import files as store_files  # noqa: PLC0415
    from tuisync.core.store.tiny import journal  # noqa: PLC0415

    monkeypatch.setattr(journal, "sync_data", lambda _: None)
    monkeypatch.setattr(store_files, "sync_directory", lambda _: None)


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    """A store of two journals: two commits before the snapshot, two after it."""
    store = TinyStore.open(tmp_path / "whole")
    course(store, 1, 2)
    assert store.compact()
    course(store, 3, COMMITS)
    store.close()
    return tmp_path / "whole"


def opened(directory: Path) -> tuple[int, list[object]]:
    store = TinyStore.open(directory)
    try:
        return store.version, [*content(store)]
    finally:
        store.close()


def ends(journal: bytes) -> list[int]:
    """Return where each line ends."""
    return [place + 1 for place, byte in enumerate(journal) if byte == ord("\n")]


@pytest.mark.parametrize("tail", [b"", b"\0" * 100], ids=["cut", "cut and zeros"])
def test_a_journal_cut_anywhere_gives_whole_commits_and_goes_on(
    whole: Path, tmp_path: Path, tail: bytes
) -> None:
    journal = whole.joinpath(SECOND).read_bytes()
    header, *commits = ends(journal)
    for cut in range(header, len(journal)):
        directory = copied(whole, tmp_path / "cut")
        directory.joinpath(SECOND).write_bytes(journal[:cut] + tail)
        kept = 2 + sum(end <= cut for end in commits)
        assert opened(directory) == (kept, expected(kept))
        assert directory.joinpath(SECOND).read_bytes() == journal[:cut] + tail
        store = TinyStore.open(directory)
        course(store, kept + 1, kept + 1)
        store.close()
        assert opened(directory) == (kept + 1, expected(kept + 1))


def test_a_journal_cut_in_its_first_line_is_damage(whole: Path, tmp_path: Path) -> None:
    journal = whole.joinpath(SECOND).read_bytes()
    for cut in range(ends(journal)[0]):
        directory = copied(whole, tmp_path / "cut")
        directory.joinpath(SECOND).write_bytes(journal[:cut])
        with pytest.raises(StoreDamaged, match=f"{SECOND}.*line 1"):
            opened(directory)


@pytest.mark.parametrize("name", [SECOND, "store.json"])
@pytest.mark.parametrize("mask", [0x01, 0x20, 0xFF])
def test_a_byte_changed_anywhere_is_noticed(
    whole: Path, tmp_path: Path, name: str, mask: int
) -> None:
    good = whole.joinpath(name).read_bytes()
    directory = copied(whole, tmp_path / "changed")
    for place in range(len(good)):
        bad = good[:place] + bytes([good[place] ^ mask]) + good[place + 1 :]
        directory.joinpath(name).write_bytes(bad)
        with pytest.raises((StoreDamaged, SchemaTooNew)) as caught:
            opened(directory)
        assert name in caught.value.message
        assert directory.joinpath(name).read_bytes() == bad


def test_a_byte_changed_in_a_journal_that_leads_on_is_noticed(tmp_path: Path) -> None:
    """As if whoever compacted was killed before the snapshot was replaced."""
    store = TinyStore.open(tmp_path / "whole")
    course(store, 1, 2)
    before = tmp_path.joinpath("whole", "store.json").read_bytes()
    assert store.compact()
    course(store, 3, 3)
    store.close()
    tmp_path.joinpath("whole", "store.json").write_bytes(before)
    assert opened(tmp_path / "whole") == (3, expected(3))
    good = tmp_path.joinpath("whole", FIRST).read_bytes()
    directory = copied(tmp_path / "whole", tmp_path / "changed")
    for place in range(len(good)):
        bad = good[:place] + bytes([good[place] ^ 0x20]) + good[place + 1 :]
        directory.joinpath(FIRST).write_bytes(bad)
        with pytest.raises(StoreDamaged, match=FIRST):
            opened(directory)
    for cut in range(len(good)):
        directory.joinpath(FIRST).write_bytes(good[:cut])
        with pytest.raises(StoreDamaged, match=FIRST):
            opened(directory)


def test_damage_in_the_middle_names_the_line_and_nothing_is_touched(tmp_path: Path) -> None:
    directory = made(tmp_path / "data", 5)
    store = TinyStore.open(directory)
    journal = directory / FIRST
    good = journal.read_bytes().split(b"\n")
    good[3] = good[3].replace(b"Mug", b"Mag")
    journal.write_bytes(b"\n".join(good))
    before = files(directory)
    with pytest.raises(StoreDamaged, match=r"line 4: its checksum is wrong") as caught:
        TinyStore.open(directory)
    assert str(journal) in caught.value.message
    assert files(directory) == before
    store.close()


@pytest.mark.parametrize("kind", ["gone", "doubled", "exchanged", "from elsewhere"])
def test_lines_that_do_not_belong_are_noticed(tmp_path: Path, kind: str) -> None:
    directory, other = made(tmp_path / "data", 5), made(tmp_path / "other", 5)
    _, *rows = directory.joinpath(FIRST).read_bytes().splitlines(keepends=True)
    _, *others = other.joinpath(FIRST).read_bytes().splitlines(keepends=True)
    header = directory.joinpath(FIRST).read_bytes().splitlines(keepends=True)[0]
    changed = {
        "gone": [*rows[:2], *rows[3:]],
        "doubled": [*rows[:2], rows[1], *rows[2:]],
        "exchanged": [rows[0], rows[2], rows[1], *rows[3:]],
        "from elsewhere": [*rows[:4], others[4]],
    }[kind]
    directory.joinpath(FIRST).write_bytes(header + b"".join(changed))
    if kind == "from elsewhere":
        assert rows[:1] != others[:1]
    with pytest.raises(StoreDamaged, match="does not follow the line before it"):
        TinyStore.open(directory)


def test_the_snapshot_of_another_store_is_noticed(tmp_path: Path) -> None:
    directory, other = made(tmp_path / "data", 2), made(tmp_path / "other", 2)
    directory.joinpath("store.json").write_bytes(other.joinpath("store.json").read_bytes())
    with pytest.raises(StoreDamaged, match=f"{FIRST}.*line 1"):
        TinyStore.open(directory)


def test_a_missing_journal_is_named(whole: Path) -> None:
    whole.joinpath(SECOND).unlink()
    with pytest.raises(StoreDamaged, match=f"{SECOND} is damaged .it is missing"):
        TinyStore.open(whole)


def test_a_missing_snapshot_is_named(whole: Path) -> None:
    whole.joinpath("store.json").unlink()
    with pytest.raises(StoreDamaged, match=r"store\.json is damaged .it is missing"):
        TinyStore.open(whole)


def test_files_that_are_removed_while_open_are_not_made_anew(whole: Path) -> None:
    store = TinyStore.open(whole)
    whole.joinpath(SECOND).unlink()
    for _ in range(2):
        with pytest.raises(StoreDamaged, match=f"{SECOND}.*missing"):
            put(store, 9)
        with pytest.raises(StoreDamaged, match=f"{SECOND}.*missing"):
            store.refresh()
    assert not whole.joinpath(SECOND).exists()
    assert content(store) == expected(COMMITS)
    store.close()


def test_a_journal_damaged_while_open_is_not_written_to(whole: Path) -> None:
    store = TinyStore.open(whole)
    journal = whole / SECOND
    good = journal.read_bytes()
    for bad in (good.replace(b"Mug", b"Mag"), b"", good + b"{}\n"):
        journal.write_bytes(bad)
        for _ in range(2):
            with pytest.raises(StoreDamaged, match=SECOND):
                put(store, 9)
            with pytest.raises(StoreDamaged, match=SECOND):
                store.refresh()
        assert journal.read_bytes() == bad
        assert content(store) == expected(COMMITS)
    journal.write_bytes(good)
    put(store, 9)
    store.close()
    assert opened(whole)[0] == COMMITS + 1


def test_a_commit_that_was_taken_back_is_forgotten_by_who_saw_it(whole: Path) -> None:
    store = TinyStore.open(whole)
    journal = whole / SECOND
    good = journal.read_bytes()
    journal.write_bytes(good[: ends(good)[-2]])
    assert store.refresh()
    assert content(store) == expected(COMMITS - 1)
    assert not store.refresh()
    course(store, COMMITS, COMMITS)
    store.close()
    assert opened(whole) == (COMMITS, expected(COMMITS))


def test_a_commit_that_was_replaced_by_another_of_its_length_is_noticed(tmp_path: Path) -> None:
    directory = made(tmp_path / "data", 2)
    store, peer = TinyStore.open(directory), TinyStore.open(directory)
    put(peer, 7, "Cup")
    store.refresh()
    journal = directory / FIRST
    journal.write_bytes(journal.read_bytes()[: ends(journal.read_bytes())[-2]])
    put(TinyStore.open(directory), 7, "Bun")
    assert store.refresh()
    assert store.find(ITEMS, "name", "Bun")
    assert not store.find(ITEMS, "name", "Cup")
    put(peer, 8)
    assert peer.find(ITEMS, "name", "Bun")


def test_what_a_killed_writer_left_is_cut_off_by_the_next_and_by_nobody_else(whole: Path) -> None:
    journal = whole / SECOND
    good = journal.read_bytes()
    journal.write_bytes(good + b'["12345678",{"kind":"com')
    store = TinyStore.open(whole)
    assert not store.refresh()
    with store.transaction():
        pass
    assert journal.read_bytes() != good
    put(store, 9)
    assert journal.read_bytes().startswith(good + b'["')
    assert b"12345678" not in journal.read_bytes()
    store.close()


def test_a_long_rest_of_a_killed_writer_leaves_nothing_behind(whole: Path) -> None:
    journal = whole / SECOND
    good = journal.read_bytes()
    journal.write_bytes(good + b'["12345678",{"kind":"com' + b"x" * 5_000)
    store, peer = TinyStore.open(whole), TinyStore.open(whole)
    put(store, 9)
    assert journal.read_bytes()[len(good) :].count(b"\n") == 1
    assert journal.read_bytes().endswith(b"]\n")
    assert peer.refresh()
    put(peer, 10)
    store.close()
    peer.close()
    assert opened(whole)[0] == COMMITS + 2


def test_a_mended_snapshot_without_checksum_is_looked_at_and_taken(whole: Path) -> None:
    path = whole / "store.json"
    text = path.read_text("utf-8")
    start = text.index(',"checksum"')
    mended = (text[:start] + text[text.index("}", start) :]).replace("Mug “2”", "Cup")
    path.write_text(mended, "utf-8")
    store = TinyStore.open(whole)
    assert [each.name for each in store.find(ITEMS, "name", "Cup")] == ["Cup"]
    store.close()
    path.write_text(mended.replace('"sku":', '"sky":'), "utf-8")
    with pytest.raises(StoreDamaged, match="items, 'item-0000"):
        TinyStore.open(whole)


def test_a_snapshot_changed_by_hand_says_what_to_do(whole: Path) -> None:
    path = whole / "store.json"
    path.write_text(path.read_text("utf-8").replace("Mug “2”", "Cup “2”"), "utf-8")
    with pytest.raises(StoreDamaged, match="checksum is wrong") as caught:
        TinyStore.open(whole)
    assert "take its checksum out" in caught.value.hint


@pytest.mark.parametrize("name", [SECOND, "store.json"])
def test_a_newer_layout_is_refused_and_left_untouched(whole: Path, name: str) -> None:
    path = whole / name
    if name == "store.json":
        path.write_bytes(path.read_bytes().replace(b'"schema":2', b'"schema":3'))
    else:
        store = TinyStore.open(whole)
        monkey = lines.Header(3, 3, COMMITS, "future")
        whole.joinpath("journal-00000003.jsonl").write_bytes(lines.encode(monkey))
        last = path.read_bytes().splitlines(keepends=True)[-1]
        following = lines.Next(lines.checksum(last), 3, lines.checksum(lines.encode(monkey)))
        path.write_bytes(path.read_bytes() + lines.encode(following))
        with pytest.raises(SchemaTooNew):
            store.refresh()
        with pytest.raises(SchemaTooNew):
            put(store, 9)
        store.close()
    before = files(whole)
    with pytest.raises(SchemaTooNew, match="layout 3, this one knows 2"):
        TinyStore.open(whole)
    assert files(whole) == before


def test_a_word_of_a_newer_tuisync_is_told_as_such(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def newer(collection: Collection[D], document: D) -> tuple[bytes, D]:
        encoded, clean = codec.encode(collection, document)
        return encoded.replace(b'"resync"', b'"new"').replace(b'"dead"', b'"new"'), clean

    store = TinyStore.open(tmp_path)
    now = datetime(2024, 3, 1, tzinfo=UTC)
    run = SyncRun(
        id="r", batch="b", integration="i", module="items", trigger="resync", queued_at=now
    )
    push = OutboxEntry(
        id="p",
        integration="i",
        kind="stock",
        target="t",
        state="dead",
        created_at=now,
        updated_at=now,
    )
    with monkeypatch.context() as patch, store.transaction() as tx:
        patch.setattr(draft, "encode", newer)
        tx.put(RUNS, run)
        tx.put(OUTBOX, push)
    store.close()

    store = TinyStore.open(tmp_path)
    with pytest.raises(StoreDamaged, match="One of the runs cannot be read") as caught:
        store.get(RUNS, "r")
    assert "A newer tuisync" in caught.value.hint
    with pytest.raises(StoreDamaged, match="One of the outbox cannot be read"):
        store.find(OUTBOX, "live", "i")
    store.close()


def test_the_threshold_is_the_documented_one() -> None:
    assert tiny_engine.COMPACT == 16 * 1024 * 1024
