"""What the TinyDB engine does when its directory, its file or its disk fails it."""

from __future__ import annotations

import errno
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from store.courses import FIRST, files, put
from store.samples import item
from tuisync.core.errors import HomeUnwritable, StoreError
from tuisync.core.store import open_store
from tuisync.core.store.schema import ITEMS
from tuisync.core.store.tiny import TinyStore

AS_ROOT = os.geteuid() == 0


@pytest.fixture
def file(tiny: TinyStore, tmp_path: Path) -> Path:
    with tiny.transaction() as transaction:
        transaction.put(ITEMS, item(1))
        transaction.put(ITEMS, item(2))
    return tmp_path / "data" / FIRST


def test_a_home_below_a_file_is_refused_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(HomeUnwritable, match=r"file/data cannot be used: not a directory\.") as e:
        open_store(tmp_path / "file" / "data")
    assert "--home" in e.value.hint
    assert e.value.error_code == "home_unwritable"


def test_a_home_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(HomeUnwritable, match="not a directory"):
        open_store(tmp_path / "file")
    assert (tmp_path / "file").read_text() == ""


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs /proc, where nobody can write")
def test_a_home_where_nothing_can_be_made_is_refused() -> None:
    with pytest.raises(HomeUnwritable, match="/proc/tuisync cannot be used"):
        open_store(Path("/proc/tuisync"))


def test_a_home_that_may_not_be_written_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if AS_ROOT:  # nothing keeps root out, so the system's answer is put in its mouth
        monkeypatch.setattr(os, "access", lambda *_: False)
    tmp_path.chmod(0o500)
    with pytest.raises(HomeUnwritable, match="may not be written"):
        open_store(tmp_path)


FAILURES = [
    (errno.ENOSPC, StoreError, "disk_full", "no space left"),
    (errno.EIO, StoreError, "store_unwritable", "input/output error"),
    (errno.EROFS, HomeUnwritable, "home_unwritable", "read-only file system"),
    (errno.EACCES, HomeUnwritable, "home_unwritable", "permission denied"),
]


@pytest.mark.parametrize("call", ["pwrite", "fdatasync"])
@pytest.mark.parametrize(("number", "kind", "code", "words"), FAILURES)
def test_a_failing_disk_leaves_the_last_good_state(
    *,
    tiny: TinyStore,
    file: Path,
    monkeypatch: pytest.MonkeyPatch,
    call: str,
    number: int,
    kind: type[StoreError],
    code: str,
    words: str,
) -> None:
    before = files(file.parent)

    def failing(*arguments: Any, **options: Any) -> Any:
        raise OSError(number, os.strerror(number))

    def commit() -> None:
        with tiny.transaction() as transaction:
            transaction.put(ITEMS, item(1, name="Bowl"))
            transaction.put(ITEMS, item(3))
            monkeypatch.setattr(os, call, failing)

    with pytest.raises(kind, match=words) as caught:
        commit()
    monkeypatch.undo()
    assert str(file) in caught.value.message
    assert caught.value.error_code == code
    assert caught.value.hint
    assert files(file.parent) == before
    assert list(tiny.all(ITEMS)) == [item(1), item(2)]
    assert tiny.find(ITEMS, "name", "Bowl") == []
    assert tiny.version == 1
    put(tiny, 3)
    assert open_store(file.parent).count(ITEMS) == 3


@pytest.mark.parametrize("call", ["pwrite", "fsync", "replace", "open"])
@pytest.mark.parametrize(("number", "kind", "code", "words"), FAILURES)
def test_a_disk_that_fails_at_the_first_commit_leaves_an_empty_store(
    *,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    call: str,
    number: int,
    kind: type[StoreError],
    code: str,
    words: str,
) -> None:
    store = TinyStore.open(tmp_path)
    original = getattr(os, call)

    def failing(*arguments: Any, **options: Any) -> Any:
        if call == "open" and not str(arguments[0]).endswith((".new", ".jsonl")):
            return original(*arguments, **options)
        raise OSError(number, os.strerror(number))

    def commit() -> None:
        with store.transaction() as transaction:
            transaction.put(ITEMS, item(1))
            monkeypatch.setattr(os, call, failing)

    with pytest.raises(kind, match=words) as caught:
        commit()
    monkeypatch.undo()
    assert caught.value.error_code == code
    assert TinyStore.open(tmp_path).version == store.version == 0
    assert not list(tmp_path.glob("*.new"))
    put(store, 3)
    assert list(open_store(tmp_path).all(ITEMS)) == list(store.all(ITEMS)) == [item(3)]


@pytest.mark.parametrize("call", ["pwrite", "fsync", "fdatasync", "replace", "open"])
@pytest.mark.parametrize(("number", "kind", "code", "words"), FAILURES)
def test_a_compaction_that_fails_harms_nothing(
    *,
    tiny: TinyStore,
    file: Path,
    monkeypatch: pytest.MonkeyPatch,
    call: str,
    number: int,
    kind: type[StoreError],
    code: str,
    words: str,
) -> None:
    """It fails at each call of that name in turn, until it gets by."""
    original = getattr(os, call)
    for turn in range(20):
        left = [turn]

        def failing(*arguments: Any, left: list[int] = left, **options: Any) -> Any:
            if call == "open" and not str(arguments[0]).endswith((".new", ".jsonl")):
                return original(*arguments, **options)
            if left[0] == 0:
                raise OSError(number, os.strerror(number))
            left[0] -= 1
            return original(*arguments, **options)

        monkeypatch.setattr(os, call, failing)
        error = _compaction_error(tiny)
        monkeypatch.undo()
        if error is None:
            break
        assert isinstance(error, kind) or "did not confirm" in error.message
        assert not list(file.parent.glob("*.new"))
        assert tiny.count(ITEMS) == TinyStore.open(file.parent).count(ITEMS) == 2 + turn
        put(tiny, 3 + turn)
        assert TinyStore.open(file.parent).count(ITEMS) == 3 + turn
    assert turn > 0
    assert tiny.compact()
    reopened = TinyStore.open(file.parent)
    assert list(reopened.all(ITEMS)) == list(tiny.all(ITEMS))


def _compaction_error(store: TinyStore) -> StoreError | None:
    try:
        assert store.compact()
    except StoreError as error:
        return error
    return None


def test_a_line_that_cannot_be_taken_back_is_spoken_of(
    tiny: TinyStore, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: Any) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "fdatasync", failing)
    monkeypatch.setattr(os, "ftruncate", failing)
    with pytest.raises(StoreError, match="nor put back") as caught:
        put(tiny, 3)
    monkeypatch.undo()
    assert "look whether" in caught.value.hint
    assert tiny.count(ITEMS) == 2
    assert tiny.refresh()
    assert tiny.count(ITEMS) == open_store(file.parent).count(ITEMS) == 3


def test_a_file_whose_disk_failed_is_opened_anew(
    tiny: TinyStore, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a descriptor that met an error says afterwards is not to be trusted."""
    original, opened = os.open, list[str]()

    def failing(_: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    def noting(path: Any, *arguments: Any, **options: Any) -> int:
        opened.append(str(path))
        return original(path, *arguments, **options)

    monkeypatch.setattr(os, "fdatasync", failing)
    with pytest.raises(StoreError):
        put(tiny, 3)
    monkeypatch.undo()
    monkeypatch.setattr(os, "open", noting)
    put(tiny, 3)
    put(tiny, 4)
    assert opened.count(str(file)) == 1


@pytest.mark.parametrize("point", ["tiny.journal.sync_data", "state.State.commit"])
def test_an_interrupt_amid_a_commit_leaves_all_of_it_or_nothing(
    tiny: TinyStore, file: Path, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    def interrupted(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(f"tuisync.core.store.{point}", interrupted)
    with pytest.raises(KeyboardInterrupt):
        put(tiny, 3)
    monkeypatch.undo()
    put(tiny, 4)
    assert tiny.version == open_store(file.parent).version
    assert list(tiny.all(ITEMS)) == list(open_store(file.parent).all(ITEMS))
    assert tiny.count(ITEMS) == (3 if point.startswith("tiny") else 4)


def test_short_writes_are_continued(
    tiny: TinyStore, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = os.pwrite
    monkeypatch.setattr(os, "pwrite", lambda fd, content, at: original(fd, content[:7], at))
    put(tiny, 3)
    assert tiny.compact()
    assert open_store(file.parent).count(ITEMS) == 3


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    point = tmp_path / "disk"
    point.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(point)]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"cannot mount a small disk here: {error}")
    yield point
    subprocess.run(["umount", "-l", str(point)], check=True)


def test_a_full_disk_leaves_the_last_good_state(small_disk: Path) -> None:
    store = TinyStore.open(small_disk)
    put(store, 1)
    before = files(small_disk)
    with pytest.raises(StoreError, match="no space left") as caught:
        put(store, 2, name="x" * 100_000)
    assert caught.value.error_code == "disk_full"
    assert files(small_disk) == before
    put(store, 3)
    assert list(open_store(small_disk).all(ITEMS)) == [item(1), item(3)]
    store.close()


def test_a_disk_too_full_to_compact_goes_on(small_disk: Path) -> None:
    store = TinyStore.open(small_disk)
    put(store, 1, name="x" * 36_000)
    with pytest.raises(StoreError, match="no space left"):
        store.compact()
    assert not list(small_disk.glob("*.new"))
    put(store, 2)
    assert open_store(small_disk).count(ITEMS) == 2
    store.close()


def test_a_lock_file_that_cannot_be_opened_is_named(tiny: TinyStore, file: Path) -> None:
    lock = file.with_name("store.lock")
    lock.unlink()
    lock.mkdir()
    with pytest.raises(StoreError, match=r"store\.lock cannot be"):
        put(tiny, 3)
