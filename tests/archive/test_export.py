"""An export is read by TinyDB as it comes, and by a spreadsheet."""

from __future__ import annotations

import csv
import stat
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from tinydb import TinyDB

from terminal import Terminal
from tuisync.core.remote import Tokens
from tuisync.core.store import schema


@pytest.fixture
def exported(tmp_path: Path) -> tuple[Terminal, Path]:
    """Somebody with stock and an order, whose data was exported."""
    terminal = Terminal(tmp_path / "home")
    mug = terminal.stocked()
    evil = terminal.shop.list_item("=HYPERLINK(1)", 3)
    order = terminal.shop.sell(mug, 2)
    line = msgspec.structs.replace(order.lines[0], options={"=Name": "Ann, in red"})
    terminal.shop.orders[order.remote_id] = msgspec.structs.replace(order, lines=(line,))
    terminal.shop.sell(evil.remote_id)
    terminal.ok("sync", "--no-push")
    services = terminal.open()
    secret = Tokens(
        access="planted-access-token",
        refresh="planted-refresh-token",
        expires_at=datetime(2024, 3, 1, tzinfo=UTC),
    )
    services.secrets.store_tokens("fake:100", secret, None)
    services.close()
    terminal.ok("export", str(tmp_path / "export"))
    return terminal, tmp_path / "export"


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_p17_tinydb_as_it_comes_reads_every_row(exported: tuple[Terminal, Path]) -> None:
    terminal, directory = exported
    services = terminal.open()
    store = services.workspace.store
    with TinyDB(directory / "tuisync.json", access_mode="r") as database:
        for collection in schema.COLLECTIONS:
            found = list(database.table(collection.name))
            ours = list(store.all(collection))
            assert [row["id"] for row in found] == [each.id for each in ours]
            assert [row.doc_id for row in found] == list(range(1, len(ours) + 1))
        assert len(database.table("orders")) == 2
    services.close()


def test_p17_the_lists_are_csv(exported: tuple[Terminal, Path]) -> None:
    _, directory = exported

    [mug] = rows(directory / "items.csv")
    assert (mug["sku"], mug["price"], mug["currency"]) == ("MUG", "12.90", "USD")
    assert (mug["on_hand"], mug["committed"], mug["available"]) == ("10", "2", "8")
    assert len(rows(directory / "orders.csv")) == 2
    lines = rows(directory / "order_lines.csv")
    assert {each["quantity"] for each in lines} == {"1", "2"}
    assert {each["options"] for each in lines} == {"", "'=Name: Ann\\, in red"}
    assert rows(directory / "contacts.csv")[0]["name"]
    links = {each["title"]: each for each in rows(directory / "links.csv")}
    assert links["Mug"]["item"] == "MUG"
    assert "'=HYPERLINK(1)" in links, "a spreadsheet takes it for text"


def test_p17_an_export_is_private_and_holds_no_secret(exported: tuple[Terminal, Path]) -> None:
    _, directory = exported

    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    assert len(list(directory.iterdir())) == 6
    for path in directory.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert b"planted" not in path.read_bytes()


def test_p17_an_export_takes_an_empty_directory_only(exported: tuple[Terminal, Path]) -> None:
    terminal, directory = exported
    before = {path: path.read_bytes() for path in directory.iterdir()}

    assert terminal.fails(2, "export", str(directory))["code"] == "conflict"
    assert terminal.fails(2, "export", str(directory / "items.csv"))["code"] == "usage"

    assert {path: path.read_bytes() for path in directory.iterdir()} == before
    (directory.parent / "empty").mkdir()
    said = terminal.json("export", str(directory.parent / "empty"))
    assert set(said["files"]) == {path.name for path in directory.iterdir()}
