"""The TinyDB engine's files: who may read them, what is in them, what a write leaves."""

from __future__ import annotations

import asyncio
import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from tinydb import Query, TinyDB
from tinydb.table import Table

from store.courses import FIRST, SECOND, files, put
from store.samples import item, order
from tuisync.core.store import open_store
from tuisync.core.store.port import Change
from tuisync.core.store.schema import ITEMS, ORDERS
from tuisync.core.store.state import State
from tuisync.core.store.tiny import TinyStore, migration
from tuisync.core.store.tiny.table import Database


@pytest.fixture
def file(tiny: TinyStore, tmp_path: Path) -> Path:
    with tiny.transaction() as transaction:
        transaction.put(ITEMS, item(1, Size="S"))
        transaction.put(ORDERS, order(1))
    assert tiny.compact()
    return tmp_path / "data" / "store.json"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_data_directory_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        store = open_store(tmp_path / "home" / "data")
        with store.transaction() as transaction:
            transaction.put(ITEMS, item(1))
        assert store.lease("engine", "tui")
    finally:
        os.umask(before)
    made = [path for path in (tmp_path / "home").rglob("*") if path.is_file()]
    assert {path.name for path in made} >= {"store.json", FIRST, "store.lock", "engine.lock"}
    assert {mode(path) for path in made} == {0o600}
    directories = [tmp_path / "home" / name for name in ("", "data", "data/leases")]
    assert {mode(path) for path in directories} == {0o700}
    store.close()


def test_a_directory_that_exists_is_left_as_it_is(tmp_path: Path) -> None:
    tmp_path.chmod(0o750)
    open_store(tmp_path).close()
    assert mode(tmp_path) == 0o750


def test_opening_writes_nothing(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    assert store.count(ITEMS) == store.version == store.size() == 0
    store.close()
    assert list(tmp_path.iterdir()) == []


def test_all_is_there_after_reopening(file: Path) -> None:
    store = open_store(file.parent)
    assert list(store.all(ITEMS)) == [item(1, Size="S")]
    assert store.find(ORDERS, "remote", "etsy:1/1") == [order(1)]
    assert store.version == 1
    store.close()


def test_tinydb_with_string_ids_reads_every_document(file: Path) -> None:
    class Rows(Table):
        document_id_class = str  # type: ignore[assignment]  # TinyDB annotates it as `int`

    class Readable(TinyDB):
        table_class = Rows

    with Readable(file, access_mode="r") as database:
        assert database.tables() == {"_meta", "items", "orders"}
        assert [row["number"] for row in database.table("orders").all()] == ["1"]
        mugs = database.table("items").search(Query().name == "Mug")
        assert [(mug.doc_id, mug["sku"]) for mug in mugs] == [("item-00001", "SKU-1")]
        meta = database.table("_meta").get(doc_id="store")
        assert isinstance(meta, dict)
        assert (meta["schema"], meta["version"], meta["generation"]) == (2, 1, 2)


def test_the_engines_own_tinydb_sees_the_journals_and_never_writes(
    tiny: TinyStore, file: Path
) -> None:
    before = file.read_bytes()
    with Database(file.parent) as database:
        put(tiny, 2)
        table = database.table("items")
        assert table.search(Query().attributes.Size == "S")[0]["sku"] == "SKU-1"
        assert len(table) == 2
        assert repr(database) == f"Database({str(file.parent)!r})"
        with pytest.raises(TypeError, match="transaction"):
            table.update({"name": "Bowl"})
        with pytest.raises(TypeError, match="transaction"):
            table.truncate()
        with pytest.raises(TypeError, match="transaction"):
            database.drop_tables()
    assert file.read_bytes() == before
    assert tiny.count(ITEMS) == 2


def test_a_new_store_is_empty_to_tinydb(tmp_path: Path) -> None:
    with Database(tmp_path) as database:
        assert database.tables() == set()


def test_the_file_has_one_document_per_line_in_order(tiny: TinyStore, file: Path) -> None:
    with tiny.transaction() as transaction:
        transaction.put(ITEMS, item(0))
        transaction.put(ITEMS, item(2))
    assert tiny.compact()
    lines = file.read_text("utf-8").splitlines()
    assert [line[1:11] for line in lines if '"sku"' in line and "Mug" in line][:3] == [
        "item-00000",
        "item-00001",
        "item-00002",
    ]
    assert json.loads(file.read_bytes())["items"]["item-00001"]["attributes"] == {"Size": "S"}


def test_a_commit_appends_one_line_and_touches_nothing_else(tiny: TinyStore, file: Path) -> None:
    before = files(file.parent)
    put(tiny, 2)
    after = files(file.parent)
    assert after.pop(SECOND).removeprefix(before.pop(SECOND)).count(b"\n") == 1
    assert after == before


def test_nothing_is_written_when_nothing_changed(tiny: TinyStore, file: Path) -> None:
    before = files(file.parent)
    with tiny.transaction() as transaction:
        transaction.put(ITEMS, item(1, Size="S"))
        transaction.put(ORDERS, order(1))
    assert files(file.parent) == before


def test_a_remainder_of_a_killed_compaction_is_written_over(tiny: TinyStore, file: Path) -> None:
    remainder = file.with_name("store.json.new")
    remainder.write_text("x" * 100_000)
    assert tiny.compact()
    assert not remainder.exists()
    assert open_store(file.parent).count(ITEMS) == 1


def test_tables_of_others_are_kept(tiny: TinyStore, file: Path) -> None:
    text = file.read_text("utf-8")
    start = text.index(',"checksum"')
    text = text[:start] + text[text.index("}", start) :]
    file.write_text(text.replace('"items": {', '"notes": {"7": {"text": "mine"}},\n"items": {'))
    store = TinyStore.open(file.parent)
    put(store, 2)
    assert store.compact()
    assert json.loads(file.read_bytes())["notes"] == {"7": {"text": "mine"}}
    assert open_store(file.parent).count(ITEMS) == 2


def test_the_size_is_the_files(tiny: TinyStore, file: Path) -> None:
    assert tiny.size() == sum(map(len, files(file.parent).values()))


def test_no_child_process_inherits_a_file(tiny: TinyStore, file: Path) -> None:
    assert tiny.lease("engine", "tui")
    listing = (
        "import os; print([os.readlink(f'/proc/self/fd/{n}') for n in range(3, 50)"
        " if os.path.exists(f'/proc/self/fd/{n}')])"
    )
    if not Path("/proc/self/fd").exists():
        pytest.skip("needs /proc")
    with tiny.transaction():
        output = subprocess.check_output(
            [sys.executable, "-c", listing], text=True, close_fds=False
        )
    assert str(file.parent) not in output


def test_opening_a_store_imports_nothing_heavy(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from tuisync.core.store import open_store;"
        "store = open_store(Path(sys.argv[1]));"
        "print(*{'asyncio', 'httpx', 'textual', 'rich', 'pluggy', 'click'} & set(sys.modules))"
    )
    output = subprocess.check_output(
        [sys.executable, "-c", program, str(tmp_path / "data")], text=True
    )
    assert output.split() == []


def test_the_port_alone_does_not_load_tinydb() -> None:
    program = (
        "import sys, tuisync.core.store.port, tuisync.core.store.memory;"
        "print('tinydb' in sys.modules)"
    )
    assert subprocess.check_output([sys.executable, "-c", program], text=True) == "False\n"


def test_a_released_lease_names_nobody(tiny: TinyStore, tmp_path: Path) -> None:
    lease = tiny.lease("credentials:etsy:1", "tui")
    assert lease is not None
    path = tmp_path / "data" / "leases" / "credentials:etsy:1.lock"
    assert json.loads(path.read_bytes())["pid"] == os.getpid()
    lease.release()
    assert path.read_bytes() == b""


async def test_files_made_by_another_are_no_change_by_themselves(tmp_path: Path) -> None:
    """A first commit makes the files before it writes its line."""
    store = TinyStore.open(tmp_path, poll=0.01)
    changes = store.changes()
    migration.found(tmp_path / "store.json", State()).close()
    waiting = asyncio.ensure_future(anext(changes))
    done, _ = await asyncio.wait({waiting}, timeout=0.05)
    assert not done
    put(store, 1)
    assert await asyncio.wait_for(waiting, timeout=10) == Change(1, frozenset({"items"}))
    store.close()
