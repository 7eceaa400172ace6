"""A backup is everything but the secrets; going back to it repeats nothing at a shop."""

from __future__ import annotations

import stat
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from terminal import Terminal
from tuisync.core.actions.items import adjust_stock
from tuisync.core.archive.backup import read_backup, write_backup
from tuisync.core.archive.restore import restore
from tuisync.core.doctor import ledger
from tuisync.core.errors import Conflict, EngineBusy, StoreDamaged
from tuisync.core.home import Home
from tuisync.core.models import LIVE, OutboxEntry
from tuisync.core.remote import Tokens
from tuisync.core.store import open_store, schema
from tuisync.core.store.memory import MemoryStore
from tuisync.core.views.status import ENGINE

ACCESS, REFRESH, OPTION = "planted-access-token", "planted-refresh-token", "planted-shared-secret"
SOON = datetime(2024, 3, 1, tzinfo=UTC)


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path / "home")


@pytest.fixture
def busy(terminal: Terminal) -> Terminal:
    """Somebody with a shipment and a number that are owed, and a run that is under way."""
    mug = terminal.stocked()
    terminal.shop.sell(mug, 2)
    terminal.ok("sync", "--no-push")
    order = terminal.json("orders", "list")[0]
    terminal.ok("ship", order["id"], "--carrier", "dhl", "--tracking", "JD0146")
    terminal.ok("items", "adjust", "MUG", "--by", "-1", "--reason", "broken")
    services = terminal.open()
    services.secrets.store_tokens(
        "fake:100", Tokens(access=ACCESS, refresh=REFRESH, expires_at=SOON), None
    )
    services.secrets.store_options("fake:100", {"shared_secret": OPTION})
    with services.workspace.store.transaction() as tx:
        run = next(iter(tx.all(schema.RUNS)))
        tx.put(schema.RUNS, run.but(id="under-way", status="running"))
    services.close()
    return terminal


def dump(home: Path) -> dict[str, dict[str, Any]]:
    store = open_store(home / "data")
    found = {
        each.name: {document.id: document for document in store.all(each)}
        for each in schema.COLLECTIONS
    }
    store.close()
    return found


def owed(entries: dict[str, OutboxEntry]) -> dict[str, str]:
    return {each.kind: each.state for each in entries.values() if each.state in LIVE}


def test_p17_a_backup_comes_back_whole_and_calm(busy: Terminal, tmp_path: Path) -> None:
    before = dump(busy.home)
    assert set(owed(before["outbox"])) == {"stock", "shipment"}
    busy.ok("backup", str(tmp_path / "backup.json"))

    other = tmp_path / "other"
    said = busy.json("restore", str(tmp_path / "backup.json"), "--home", str(other))

    after = dump(other)
    assert said["kept"] is None
    assert said["integrations"] == ["fake"]
    assert said["documents"] == sum(map(len, before.values()))
    for name in before.keys() - {"outbox", "runs", "integrations"}:
        assert after[name] == before[name], name
    assert owed(after["outbox"]) == {"stock": "held", "shipment": "unknown"}
    for id_, entry in before["outbox"].items():
        if entry.state not in LIVE:
            assert after["outbox"][id_] == entry
    assert after["runs"].pop("under-way").status == "interrupted"
    del before["runs"]["under-way"]
    assert after["runs"] == before["runs"]
    [integration] = after["integrations"].values()
    assert integration.status == "needs_reauth"
    assert "backup" in integration.status_reason
    same = integration.but(status="active", status_reason="")
    assert [same] == list(before["integrations"].values())


def test_p17_a_backup_holds_no_secret_and_is_private(busy: Terminal, tmp_path: Path) -> None:
    made = busy.json("backup", str(tmp_path / "backup.json"))

    content = (tmp_path / "backup.json").read_bytes()
    assert made["bytes"] == len(content)
    for secret in (ACCESS, REFRESH, OPTION):
        assert secret.encode() in (busy.home / "secrets.json").read_bytes(), "it was planted"
        assert secret.encode() not in content
    assert stat.S_IMODE((tmp_path / "backup.json").stat().st_mode) == 0o600
    assert [each.name for each in tmp_path.iterdir() if "partial" in each.name] == []


def test_p17_a_backup_replaces_no_file(busy: Terminal, tmp_path: Path) -> None:
    there = tmp_path / "there.json"
    there.write_text("mine")

    assert busy.fails(2, "backup", str(there))["code"] == "conflict"

    assert there.read_text() == "mine"


def test_p17_a_backup_is_one_moment_while_others_write(busy: Terminal, tmp_path: Path) -> None:
    services, other = busy.open(), busy.open()
    moment = services.workspace.store.moment
    first = next(iter(other.workspace.store.all(schema.ITEMS)))

    def written_meanwhile() -> Any:
        found = moment()
        with other.workspace.store.transaction() as tx:
            tx.put(schema.ITEMS, first.but(name="Changed meanwhile"))
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(services.workspace.store, "moment", written_meanwhile)
        write_backup(services.workspace, tmp_path / "backup.json")
    services.close()
    other.close()

    kept = [document for _, document in read_backup(tmp_path / "backup.json").documents()]
    assert first in kept
    assert dump(busy.home)["items"][first.id].name == "Changed meanwhile"


def test_p17_every_backup_adds_up_while_a_writer_is_at_work(busy: Terminal, tmp_path: Path) -> None:
    services, writer = busy.open(), busy.open()
    done = threading.Event()

    def count_again_and_again() -> None:
        while not done.is_set():
            adjust_stock(writer.workspace, "MUG", by=1, reason="found one")

    thread = threading.Thread(target=count_again_and_again)
    thread.start()
    try:
        sizes = [
            write_backup(services.workspace, tmp_path / f"{number}.json").documents
            for number in range(8)
        ]
    finally:
        done.set()
        thread.join()
        services.close()
        writer.close()

    assert sizes[-1] > sizes[0], "it was at work"
    for number in range(8):
        store = MemoryStore()
        with store.transaction() as tx:
            for collection, document in read_backup(tmp_path / f"{number}.json").documents():
                tx.put(collection, document)
        assert ledger.on_hand(store).ok


def test_p17_restore_asks_before_it_replaces_and_keeps_the_old_data(
    busy: Terminal, tmp_path: Path
) -> None:
    busy.ok("backup", str(tmp_path / "backup.json"))
    busy.ok("items", "add", "--sku", "LATER", "--name", "Made later")
    before, home = dump(busy.home), str(busy.home)

    refused = busy.fails(2, "restore", str(tmp_path / "backup.json"), "--home", home)
    assert refused["code"] == "conflict"
    assert dump(busy.home) == before

    said = busy.json("restore", str(tmp_path / "backup.json"), "--yes", "--home", home)
    assert "LATER" not in {each.sku for each in dump(busy.home)["items"].values()}
    store = open_store(Path(said["kept"]))
    assert "LATER" in {each.sku for each in store.all(schema.ITEMS)}
    store.close()


def test_p17_restore_refuses_while_an_engine_works(busy: Terminal, tmp_path: Path) -> None:
    busy.ok("backup", str(tmp_path / "backup.json"))
    services = busy.open()
    lease = services.workspace.store.lease(ENGINE, "daemon")
    assert lease is not None
    before = dump(busy.home)

    with pytest.raises(EngineBusy):
        restore(Home.at(busy.home), tmp_path / "backup.json", replace=True)

    assert dump(busy.home) == before
    lease.release()
    services.close()
    restore(Home.at(busy.home), tmp_path / "backup.json", replace=True)


@pytest.mark.parametrize("place", [0.0, 0.1, 0.5, 0.9, 0.999])
def test_p17_a_damaged_backup_changes_nothing(busy: Terminal, tmp_path: Path, place: float) -> None:
    path = tmp_path / "backup.json"
    busy.ok("backup", str(path))
    content = bytearray(path.read_bytes())
    content[int(place * len(content))] ^= 0x01
    path.write_bytes(content)
    before = dump(busy.home)

    with pytest.raises(StoreDamaged):
        restore(Home.at(busy.home), path, replace=True)

    assert dump(busy.home) == before
    assert sorted(each.name for each in busy.home.iterdir() if "data" in each.name) == ["data"]


def test_p17_half_a_backup_is_refused(busy: Terminal, tmp_path: Path) -> None:
    path = tmp_path / "backup.json"
    busy.ok("backup", str(path))
    path.write_bytes(path.read_bytes()[:-200])

    error = busy.fails(1, "restore", str(path), "--yes", "--home", str(busy.home))

    assert error["code"] == "store_damaged"
    assert str(path) in error["message"]


def test_p17_restore_mends_a_damaged_store(busy: Terminal, tmp_path: Path) -> None:
    busy.ok("backup", str(tmp_path / "backup.json"))
    (busy.home / "data" / "store.json").write_text("{")

    with pytest.raises(Conflict):
        restore(Home.at(busy.home), tmp_path / "backup.json")
    busy.ok("restore", str(tmp_path / "backup.json"), "--yes", "--home", str(busy.home))

    assert busy.json("items", "list")[0]["sku"] == "MUG"


def test_p17_what_was_held_goes_out_after_a_plan(busy: Terminal, tmp_path: Path) -> None:
    busy.ok("backup", str(tmp_path / "backup.json"))
    busy.ok("restore", str(tmp_path / "backup.json"), "--yes", "--home", str(busy.home))
    services = busy.open()
    with services.workspace.store.transaction() as tx:  # a sign-in
        [integration] = tx.all(schema.INTEGRATIONS)
        tx.put(schema.INTEGRATIONS, integration.but(status="active", status_reason=""))
    services.secrets.store_tokens(integration.id, busy.fake.sign_in().tokens, None)
    services.close()

    busy.clock.advance(minutes=1)
    busy("push")
    assert busy.shop.quantity(busy.json("links")[0]["listing_id"]) == 8, "it waits for the plan"
    busy.ok("plan")
    busy("apply")
    assert busy.shop.quantity(busy.json("links")[0]["listing_id"]) == 7


@pytest.mark.parametrize("moved", [1, 2])
def test_p17_a_machine_that_stops_between_two_moves_ends_with_the_backups_data(
    busy: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moved: int
) -> None:
    backup, moves, rename = tmp_path / "backup.json", iter(range(1, 9)), Path.rename
    busy.ok("backup", str(backup))
    busy.ok("items", "add", "--sku", "LATER", "--name", "Later")

    def stop_after(self: Path, target: Path) -> Path:
        if next(moves) > moved:
            raise PowerCutError
        return rename(self, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", stop_after)
        patched.setattr("tuisync.core.archive.restore.sync_directory", power_cut)
        with pytest.raises(PowerCutError):
            restore(Home.at(tmp_path / "home"), backup, replace=True)

    assert [each["sku"] for each in busy.json("items", "list")] == ["MUG"]
    assert not list((tmp_path / "home").glob("data.restoring*"))
    assert len(list((tmp_path / "home").glob("data.before-restore-*"))) == 1


class PowerCutError(BaseException):
    """The machine stops here: nobody gets to tidy up."""


def power_cut(_: Path) -> None:
    raise PowerCutError
