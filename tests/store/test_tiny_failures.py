"""What the TinyDB engine does when its directory, its file or its disk fails it."""

from __future__ import annotations

import errno
import json
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from store.samples import item
from tuisync.core.errors import HomeUnwritable, SchemaTooNew, StoreDamaged, StoreError
from tuisync.core.store import open_store
from tuisync.core.store.schema import ITEMS
from tuisync.core.store.tiny import TinyStore

AS_ROOT = os.geteuid() == 0


@pytest.fixture
def file(tiny: TinyStore, tmp_path: Path) -> Path:
    with tiny.transaction() as transaction:
        transaction.put(ITEMS, item(1))
        transaction.put(ITEMS, item(2))
    return tmp_path / "data" / "store.json"


def put(store: TinyStore, number: int, name: str = "Mug") -> None:
    with store.transaction() as transaction:
        transaction.put(ITEMS, item(number, name=name))


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


def _cut(content: bytes) -> bytes:
    return content[:-5]


def _change(content: bytes, change: Callable[[dict[str, Any]], object]) -> bytes:
    tables = json.loads(content)
    change(tables)
    return json.dumps(tables).encode()


DAMAGE: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "empty": (lambda _: b"", "truncated"),
    "cut": (_cut, "truncated"),
    "zeros": (lambda content: b"\0" * len(content), "malformed"),
    "more": (lambda content: content + b"{}", "trailing"),
    "not utf-8": (lambda content: content.replace(b"Mug", b"M\xffg", 1), "item-00001"),
    "a list": (lambda _: b"[]", "object"),
    "a scalar for a table": (lambda _: b'{"items": 7}', "object"),
    "another file": (lambda _: b'{"_default": {"1": {"a": 1}}}', "does not say"),
    "meta without version": (
        lambda content: _change(content, lambda t: t["_meta"]["store"].pop("version")),
        "does not say",
    ),
    "a field missing": (
        lambda content: _change(content, lambda t: t["items"]["item-00002"].pop("sku")),
        "items, 'item-00002'",
    ),
    "a field of another type": (
        lambda content: _change(content, lambda t: t["items"]["item-00002"].update(name=7)),
        "items, 'item-00002'",
    ),
    "ids that disagree": (
        lambda content: _change(content, lambda t: t["items"]["item-00002"].update(id="x")),
        "'item-00002' holds the document 'x'",
    ),
    "one SKU twice": (
        lambda content: _change(content, lambda t: t["items"]["item-00002"].update(sku="SKU-1")),
        "'item-00001' and 'item-00002' share the sku 'SKU-1'",
    ),
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_a_damaged_file_is_named_and_left_untouched(file: Path, kind: str) -> None:
    damage, words = DAMAGE[kind]
    damaged = damage(file.read_bytes())
    file.write_bytes(damaged)
    with pytest.raises(StoreDamaged, match=words) as caught:
        open_store(file.parent)
    assert str(file) in caught.value.message
    assert caught.value.error_code == "store_damaged"
    assert file.read_bytes() == damaged


@pytest.mark.parametrize("kind", DAMAGE)
def test_a_file_damaged_while_open_is_not_written_over(
    tiny: TinyStore, file: Path, kind: str
) -> None:
    damage, _ = DAMAGE[kind]
    damaged = damage(file.read_bytes())
    file.write_bytes(damaged)
    for _ in range(2):
        with pytest.raises(StoreDamaged):
            put(tiny, 3)
        with pytest.raises(StoreDamaged):
            tiny.refresh()
    assert file.read_bytes() == damaged
    assert list(tiny.all(ITEMS)) == [item(1), item(2)]


def test_a_file_that_is_put_right_again_serves_again(tiny: TinyStore, file: Path) -> None:
    good = file.read_bytes()
    file.write_bytes(b"")
    with pytest.raises(StoreDamaged):
        put(tiny, 3)
    file.write_bytes(good)
    put(tiny, 3)
    assert open_store(file.parent).count(ITEMS) == 3


def test_a_file_that_was_removed_while_open_is_not_made_anew(tiny: TinyStore, file: Path) -> None:
    file.unlink()
    with pytest.raises(StoreDamaged, match="removed while in use"):
        put(tiny, 3)
    assert not file.exists()
    assert tiny.count(ITEMS) == 2


def test_a_newer_layout_is_refused_and_left_untouched(tiny: TinyStore, file: Path) -> None:
    newer = _change(file.read_bytes(), lambda t: t["_meta"]["store"].update(schema=2))
    file.write_bytes(newer)
    with pytest.raises(SchemaTooNew, match="layout 2, this one knows 1"):
        open_store(file.parent)
    with pytest.raises(SchemaTooNew):
        put(tiny, 3)
    assert file.read_bytes() == newer


@pytest.mark.parametrize("call", ["write", "fsync", "replace", "open"])
@pytest.mark.parametrize(
    ("number", "kind", "code", "words"),
    [
        (errno.ENOSPC, StoreError, "disk_full", "no space left"),
        (errno.EIO, StoreError, "store_unwritable", "input/output error"),
        (errno.EROFS, HomeUnwritable, "home_unwritable", "read-only file system"),
        (errno.EACCES, HomeUnwritable, "home_unwritable", "permission denied"),
    ],
)
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
    before = file.read_bytes()
    original = getattr(os, call)

    def failing(*arguments: Any, **options: Any) -> Any:
        if call == "open" and not str(arguments[0]).endswith(".new"):
            return original(*arguments, **options)
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
    assert file.read_bytes() == before
    assert not file.with_name("store.json.new").exists()
    assert list(tiny.all(ITEMS)) == [item(1), item(2)]
    assert tiny.find(ITEMS, "name", "Bowl") == []
    assert tiny.version == 1
    put(tiny, 3)
    assert open_store(file.parent).count(ITEMS) == 3


def test_a_commit_that_the_disk_does_not_confirm_is_reported_and_taken_in(
    tiny: TinyStore, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = os.fsync

    def failing(fd: int) -> None:
        if os.path.isdir(f"/proc/self/fd/{fd}") or os.fstat(fd).st_nlink > 1:  # noqa: PTH112
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        original(fd)

    monkeypatch.setattr(os, "fsync", failing)
    with pytest.raises(StoreError, match="did not confirm"):
        put(tiny, 3)
    monkeypatch.undo()
    assert tiny.refresh()
    assert tiny.count(ITEMS) == open_store(file.parent).count(ITEMS) == 3


def test_short_writes_are_continued(
    tiny: TinyStore, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = os.write
    monkeypatch.setattr(os, "write", lambda fd, content: original(fd, content[:7]))
    put(tiny, 3)
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
    before = (small_disk / "store.json").read_bytes()
    with pytest.raises(StoreError, match="no space left") as caught:
        put(store, 2, name="x" * 100_000)
    assert caught.value.error_code == "disk_full"
    assert (small_disk / "store.json").read_bytes() == before
    assert sorted(path.name for path in small_disk.glob("*.new")) == []
    put(store, 3)
    assert list(open_store(small_disk).all(ITEMS)) == [item(1), item(3)]
    store.close()


def test_a_lock_file_that_cannot_be_opened_is_named(tiny: TinyStore, file: Path) -> None:
    lock = file.with_name("store.lock")
    lock.unlink()
    lock.mkdir()
    with pytest.raises(StoreError, match=r"store\.lock cannot be"):
        put(tiny, 3)
