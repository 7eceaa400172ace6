"""A store that the first engine wrote: one file, rewritten by every commit, no journal."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest

from store.courses import FIRST, files, put
from store.engines import TIMEOUT
from store.samples import item, movement, order
from tuisync.core.errors import StoreBusy, StoreDamaged
from tuisync.core.models import Document
from tuisync.core.store import open_store
from tuisync.core.store.schema import ITEMS, MOVEMENTS, ORDERS
from tuisync.core.store.tiny import TinyStore, migration

BACKUP = "store-layout-1-version-41.json"


@pytest.fixture
def old(tmp_path: Path) -> Path:
    documents: dict[str, Sequence[Document]] = {
        "items": [item(1), item(2, name="Bowl")],
        "movements": [movement(1)],
        "orders": [order(1)],
    }
    tables = {
        name: {each.id: msgspec.to_builtins(each) for each in kept}
        for name, kept in documents.items()
    }
    meta = {"_meta": {"store": {"schema": 1, "version": 41}}}
    path = tmp_path / "store.json"
    path.write_bytes(msgspec.json.encode({**meta, **tables, "notes": {"7": {"text": "mine"}}}))
    return path


def test_it_opens_and_goes_on(old: Path) -> None:
    store = open_store(old.parent)
    assert store.version == 41
    assert store.find(ITEMS, "name", "Bowl") == [item(2, name="Bowl")]
    assert list(store.all(MOVEMENTS)) == [movement(1)]
    assert store.find(ORDERS, "remote", "etsy:1/1") == [order(1)]
    with store.transaction() as transaction:
        transaction.put(ITEMS, item(3))
    assert store.version == 42
    store.close()
    assert open_store(old.parent).count(ITEMS) == 3


def test_a_copy_of_its_file_is_kept(old: Path) -> None:
    before = old.read_bytes()
    open_store(old.parent).close()
    backup = old.with_name(BACKUP)
    assert backup.read_bytes() == before
    assert backup.stat().st_mode & 0o777 == 0o600
    assert json.loads(old.read_bytes())["_meta"]["store"]["schema"] == 2
    assert json.loads(old.read_bytes())["notes"] == {"7": {"text": "mine"}}
    assert set(files(old.parent)) == {"store.json", FIRST, BACKUP}


def test_it_happens_once(old: Path) -> None:
    open_store(old.parent).close()
    before = files(old.parent)
    open_store(old.parent).close()
    assert files(old.parent) == before


def test_it_waits_for_the_lock(old: Path) -> None:
    before = files(old.parent)
    newer = old.with_name("elsewhere")
    holder = TinyStore.open(newer)
    holder._lock._path, holder._lock._turn = (
        old.with_name("store.lock"),
        old.with_name("store.lock.turn"),
    )
    with holder._exclusive(), pytest.raises(StoreBusy):
        TinyStore.open(old.parent, timeout=TIMEOUT)
    assert files(old.parent) == before


@pytest.mark.parametrize("point", ["Journal.create", "write_snapshot"])
def test_one_that_was_killed_is_done_again(
    old: Path, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    class KilledError(Exception):
        pass

    def killed(*_: object) -> None:
        raise KilledError

    before = old.read_bytes()
    monkeypatch.setattr(f"{migration.__name__}.{point}", killed)
    with pytest.raises(KilledError):
        open_store(old.parent)
    monkeypatch.undo()
    assert old.read_bytes() == before
    store = open_store(old.parent)
    assert (store.version, store.count(ITEMS)) == (41, 2)
    assert old.with_name(BACKUP).read_bytes() == before


@pytest.mark.parametrize(
    ("good", "bad", "words"),
    [
        ('"sku":"SKU-2"', '"sku":"SKU-1"', "'item-00001' and 'item-00002' share the sku 'SKU-1'"),
        ('"sku":"SKU-2"', '"sku":7', "items, 'item-00002'"),
        ('"sku":"SKU-2"', '"sky":"SKU-2"', "items, 'item-00002'"),
        ('"id":"item-00002"', '"id":"x"', "'item-00002' holds the document 'x'"),
        ('"version":41', '"varsion":41', "does not say that it is a store"),
        ('"schema":1', '"schema":2', "which journal goes on"),
        ('"orders"', "orders", "malformed"),
        ('{"_meta"', '[{"_meta"', "object"),
    ],
)
def test_one_that_is_damaged_is_named_and_left_untouched(
    old: Path, good: str, bad: str, words: str
) -> None:
    text = old.read_text("utf-8")
    assert good in text
    old.write_text(text.replace(good, bad, 1), "utf-8")
    before = files(old.parent)
    with pytest.raises(StoreDamaged, match=words) as caught:
        open_store(old.parent)
    assert str(old) in caught.value.message
    assert files(old.parent) == before


def test_one_put_in_the_place_of_a_newer_is_refused(old: Path, tmp_path: Path) -> None:
    store = TinyStore.open(tmp_path / "new")
    put(store, 1)
    old.with_name(FIRST).write_bytes(tmp_path.joinpath("new", FIRST).read_bytes())
    before = files(old.parent)
    with pytest.raises(StoreDamaged, match="old layout, and there are journals"):
        open_store(old.parent)
    assert files(old.parent) == before
