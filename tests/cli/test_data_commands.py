"""`doctor`, `backup`, `restore` and `export` by command line: their JSON and exit codes."""

from __future__ import annotations

from pathlib import Path

import pytest

from terminal import Terminal
from tuisync.core.store import schema
from tuisync.core.views.status import ENGINE


@pytest.fixture
def stocked(terminal: Terminal) -> Terminal:
    """Somebody with a shop and stock."""
    terminal.stocked()
    return terminal


def test_doctor_says_what_it_looked_at(stocked: Terminal) -> None:
    found = stocked.json("doctor")

    assert [set(each) for each in found] == [{"check", "ok", "message"}] * len(found)
    assert {each["ok"] for each in found} == {True}
    assert "committed" in stocked.ok("doctor").out


def test_doctor_before_there_is_anything(terminal: Terminal) -> None:
    assert {each["ok"] for each in terminal.json("doctor")} == {True}


def test_doctor_ends_with_4_when_something_is_wrong(stocked: Terminal) -> None:
    services = stocked.open()
    with services.workspace.store.transaction() as tx:
        balance = next(tx.all(schema.BALANCES))
        tx.put(schema.BALANCES, balance.but(on_hand=99))
    services.close()

    ended = stocked("doctor", "--json")

    assert ended.code == 4
    assert [each["check"] for each in ended.json if not each["ok"]] == ["on hand"]


def test_doctor_tells_of_a_store_that_is_damaged(stocked: Terminal) -> None:
    (stocked.home / "data" / "store.json").write_text("{")

    ended = stocked("doctor", "--json")

    assert ended.code == 4
    [found] = ended.json
    assert (found["check"], found["ok"]) == ("store", False)
    assert "store.json" in found["message"]


def test_doctor_changes_nothing_and_disturbs_no_engine(stocked: Terminal) -> None:
    services = stocked.open()
    lease = services.workspace.store.lease(ENGINE, "daemon")
    assert lease is not None
    before = services.workspace.store.version

    found = stocked("doctor", "--json").json

    # The fake's clock is years behind the machine's, which dates the heartbeat.
    assert {each["check"]: each["ok"] for each in found}["engine"]
    assert not services.workspace.store.refresh()
    assert services.workspace.store.version == before
    services.close()


def test_p17_backup_restore_and_export_say_what_they_did(stocked: Terminal, tmp_path: Path) -> None:
    file, directory = str(tmp_path / "backup.json"), str(tmp_path / "export")

    made = stocked.json("backup", file)
    assert set(made) == {"file", "made_at", "documents", "bytes"}
    written = stocked.json("export", directory)
    assert set(written) == {"directory", "files"}
    back = stocked.json("restore", file, "--yes", "--home", str(stocked.home))
    assert set(back) == {"file", "made_at", "documents", "kept", "integrations"}
    assert stocked.json("integrations")[0]["status"] == "needs_reauth"


def test_p17_a_person_is_told_too(stocked: Terminal, tmp_path: Path) -> None:
    file = str(tmp_path / "backup.json")

    assert file in stocked.ok("backup", file).out
    assert "items.csv" in stocked.ok("export", str(tmp_path / "export")).out
    ended = stocked.ok("restore", file, "--yes", "--home", str(stocked.home))
    assert "before-restore" in ended.out
    assert "tuisync reconnect fake" in ended.err


def test_p17_restore_beside_an_engine_is_busy(stocked: Terminal, tmp_path: Path) -> None:
    file = str(tmp_path / "backup.json")
    stocked.ok("backup", file)
    services = stocked.open()
    assert services.workspace.store.lease(ENGINE, "tui") is not None

    error = stocked.fails(6, "restore", file, "--yes", "--home", str(stocked.home))

    assert error["code"] == "busy"
    services.close()


def test_p17_nothing_to_back_up_and_nothing_to_restore(terminal: Terminal, tmp_path: Path) -> None:
    assert terminal.fails(2, "backup", str(tmp_path / "b.json"))["code"] == "no_organization"
    assert terminal.fails(2, "restore", str(tmp_path / "b.json"))["code"] == "not_found"
    assert terminal.fails(2, "export", str(tmp_path / "e"))["code"] == "no_organization"
    assert not (tmp_path / "e").exists()
