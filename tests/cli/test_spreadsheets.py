"""Items, stock and links through CSV: compared first, written when asked to, no row in the way."""

from __future__ import annotations

import csv
import stat
from pathlib import Path
from typing import Any

import pytest

from terminal import Terminal
from tuisync.core.archive.lists import LISTS
from tuisync.core.sheets.items import BATCH
from tuisync.core.sheets.reading import read_sheet
from tuisync.testing import a_variant

HEAD = "sku,name,group,attributes,price,currency,warehouse,on_hand\n"


@pytest.fixture
def home(terminal: Terminal) -> Terminal:
    """An organization with two warehouses."""
    terminal.ok("init", "--currency", "USD", "--warehouse", "Main", "--warehouse", "Attic")
    return terminal


def sheet(tmp_path: Path, text: str | bytes, name: str = "stock.csv") -> str:
    """Write a file and return its path."""
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(path)


def items(terminal: Terminal) -> list[dict[str, Any]]:
    """Return all items without what differs from home to home."""
    found: list[dict[str, Any]] = terminal.json("items", "list")
    return [{key: value for key, value in item.items() if key != "id"} for item in found]


def refused(terminal: Terminal, *arguments: str) -> dict[str, Any]:
    """Run an import with errors in its file; returns what it printed."""
    ended = terminal(*arguments, "--json")
    assert ended.code == 4, ended.err
    found: dict[str, Any] = ended.json
    return found


def test_p17_an_import_shows_what_it_would_do_and_writes_nothing(
    home: Terminal, tmp_path: Path
) -> None:
    file = sheet(tmp_path, HEAD + 'MUG,Blue mug,,"Size: S, Colour: Blue",12.90,USD,Attic,7\n')

    shown = home.json("items", "import", file)

    assert shown == {
        "created": 1,
        "updated": 0,
        "unchanged": 0,
        "errors": [],
        "applied": False,
        "changes": [
            {"line": 2, "subject": "MUG", "what": "item", "old": None, "new": "Blue mug"},
            {"line": 2, "subject": "MUG", "what": "on hand in Attic", "old": "0", "new": "7"},
        ],
    }
    assert items(home) == []

    applied = home.json("items", "import", file, "--apply")

    assert applied == {**shown, "applied": True}
    (mug,) = items(home)
    assert (mug["name"], mug["attributes"]) == ("Blue mug", {"Size": "S", "Colour": "Blue"})
    assert (mug["price"], mug["on_hand"]) == ({"amount": "12.90", "currency": "USD"}, 7)
    again = home.json("items", "import", file, "--apply")
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, 1)
    assert items(home) == [mug]


def test_p17_stock_is_adjusted_with_a_reason(home: Terminal, tmp_path: Path) -> None:
    home.ok("items", "add", "--sku", "MUG", "--name", "Mug", "--stock", "5")
    text = "sku,warehouse,on_hand,reason\nMUG,,3,two broke\nMUG,Attic,4,\n"

    done = home.json("items", "import", sheet(tmp_path, text), "--apply")

    assert (done["updated"], done["unchanged"]) == (1, 0)
    movements = home.json("why", "MUG")["movements"]
    assert [(m["kind"], m["delta"], m["warehouse"], m["cause"]) for m in movements] == [
        ("opening", 5, "Main", "added by hand"),
        ("adjust", -2, "Main", "two broke"),
        ("adjust", 4, "Attic", "import of stock.csv"),
    ]


def test_p17_a_bad_row_names_line_and_column_and_blocks_nothing_else(
    home: Terminal, tmp_path: Path
) -> None:
    text = HEAD + (
        "MUG,Mug,,,12.90,USD,,5\n"
        "CUP,,,,1.001,USD,,5\n"
        "BOWL,Bowl,,,9,EUR,Cellar,5\n"
        ",Nothing,,,,,,\n"
        "JAR,Jar,,,9,,,many\n"
        "MUG,Mug,,,,,Main,6\n"
        "MUG,Another name,,,,,Attic,6\n"
        "POT,Pot,,Size,,,,1,too much\n"
        "LID,Lid,,Size,,,,1\n"
        "VASE,Vase,,,8,,Attic,2\n"
    )

    shown = refused(home, "items", "import", sheet(tmp_path, text), "--apply")

    assert [(each["line"], each["column"]) for each in shown["errors"]] == [
        (3, "name"),
        (3, "price"),
        (4, "currency"),
        (5, "sku"),
        (6, "on_hand"),
        (7, "on_hand"),
        (8, "name"),
        (9, ""),
        (10, "attributes"),
    ]
    assert (shown["created"], shown["applied"]) == (2, True)
    assert {item["sku"]: item["on_hand"] for item in items(home)} == {"MUG": 5, "VASE": 2}


@pytest.mark.parametrize(
    "data",
    [
        "sku;name;on_hand\r\nM\u00dcG;Tasse;5\r\n".encode(),
        b"\xef\xbb\xbf" + "sku,name,on_hand\r\nM\u00dcG,Tasse,5\r\n".encode(),
        "SKU\tName\tOn hand\nM\u00dcG\tTasse\t5\n".encode("utf-16"),
        "Name;Stock;SKU\r\nTasse;5;M\u00dcG\r\n".encode(),
        '"sku","name","on_hand"\n"M\u00dcG","Tasse","5"\n\n,,\n'.encode(),
        "\u200bnote;sku;name;on_hand\nlook;M\u00dcG;Tasse;5.0\n".encode(),
    ],
)
def test_p17_files_come_as_spreadsheets_write_them(
    home: Terminal, tmp_path: Path, data: bytes
) -> None:
    home.ok("items", "import", sheet(tmp_path, data), "--apply")

    (item,) = items(home)
    assert (item["sku"], item["name"], item["on_hand"]) == ("M\u00dcG", "Tasse", 5)


def test_p17_quotes_commas_and_breaks_inside_cells(home: Terminal, tmp_path: Path) -> None:
    text = 'sku,name\nMUG,"A ""big"", blue mug"\nCUP,"two\nlines"\nBOWL,Bowl\n'

    shown = refused(home, "items", "import", sheet(tmp_path, text), "--apply")

    assert [(each["line"], each["column"]) for each in shown["errors"]] == [(3, "name")]
    assert [item["name"] for item in items(home)] == ["Bowl", 'A "big", blue mug']


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"name\nMug\n", "has no column `sku`"),
        (b"", "has no column `sku`"),
        ("sku,name\nMUG,Tassé\n".encode("cp1252"), "is not Unicode text (line 2)"),
    ],
)
def test_what_is_no_such_list_is_refused(
    home: Terminal, tmp_path: Path, data: bytes, words: str
) -> None:
    error = home.fails(2, "items", "import", sheet(tmp_path, data))

    assert words in error["message"]
    assert error["hint"]


def test_a_file_that_is_not_there_is_refused(home: Terminal, tmp_path: Path) -> None:
    assert home.fails(2, "items", "import", str(tmp_path / "no.csv"))["code"] == "usage"


def test_a_heading_that_looks_like_a_slip_is_told(home: Terminal, tmp_path: Path) -> None:
    shown = refused(home, "items", "import", sheet(tmp_path, "sku,name,pirce\nMUG,Mug,5\n"))

    (error,) = shown["errors"]
    assert (error["line"], error["column"]) == (1, "pirce")
    assert "Did you mean `price`?" in error["message"]


def test_a_quote_that_never_ends_is_told_where_it_begins(home: Terminal, tmp_path: Path) -> None:
    text = 'sku,name\nMUG,Mug\nCUP,"Cup\nBOWL,Bowl\n'

    shown = refused(home, "items", "import", sheet(tmp_path, text))

    assert [each["line"] for each in shown["errors"]] == [3]
    assert shown["created"] == 1


def test_p17_hostile_text_in_a_file_stays_text(home: Terminal, tmp_path: Path) -> None:
    data = "sku,name,price\nX,\x1b[31mred\x07,\u202e[bold]9\nY\x1b]0;own\x07,Mug,5\n".encode()

    ended = home("items", "import", sheet(tmp_path, data, "\x1b[31mevil.csv"), "--json")

    assert ended.code == 4
    assert all(sign not in ended.out for sign in ("\x1b", "\u202e", "\x07"))
    assert [each["line"] for each in ended.json["errors"]] == [2, 2, 3]
    assert items(home) == []


def test_an_import_reads_well_in_a_terminal(home: Terminal, tmp_path: Path) -> None:
    ended = home.ok("items", "import", sheet(tmp_path, HEAD + "MUG,Mug,,,9,,,5\n"))

    assert "no, only compared" in ended.out
    assert "on hand in Main" in ended.out
    assert "`--apply` writes it" in ended.err


EVIL = ["=1+1", "'=1+1", "+49 walk", "-5", "@SUM(A1)", "a, b: c\\d", '"q"', "\u4ed5\u4e8b"]


def test_p17_items_and_stock_come_back_as_they_went(home: Terminal, tmp_path: Path) -> None:
    for number, name in enumerate(EVIL):
        home.ok("items", "add", "--sku", f"S{number}", "--name", name, "--stock", str(number))
        home.ok(
            "items", "adjust", f"S{number}", "--to", "3", "--warehouse", "Attic", "--reason", "x"
        )
    text = 'sku,attributes,price\nS0,"Note: a\\, b\\: c, Size: S",0.10\n'
    home.ok("items", "import", sheet(tmp_path, text), "--apply")
    before = items(home)
    file = str(tmp_path / "items.csv")

    written = home.json("items", "export", file)
    same = home.json("items", "import", file, "--apply")
    other = Terminal(tmp_path / "other")
    other.ok("init", "--currency", "USD", "--warehouse", "Main", "--warehouse", "Attic")
    other.ok("items", "import", file, "--apply")

    assert written == {"file": file, "rows": 2 * len(EVIL)}
    assert (same["unchanged"], same["changes"]) == (len(EVIL), [])
    assert items(home) == before == items(other)
    assert before[0]["attributes"] == {"Note": "a, b: c", "Size": "S"}
    assert stat.S_IMODE(Path(file).stat().st_mode) == 0o600
    with Path(file).open(newline="", encoding="utf-8") as lines:
        cells = {row["name"] for row in csv.DictReader(lines)}
    assert cells >= {"'=1+1", "''=1+1", "'+49 walk", "'@SUM(A1)"}
    assert home.fails(2, "items", "export", file)["code"] == "conflict"


def test_p17_many_changes_wait_for_the_plan_and_one_goes_out(
    terminal: Terminal, tmp_path: Path
) -> None:
    terminal.stocked(first_push="review")
    terminal.ok("plan")
    terminal.ok("apply")
    one = sheet(tmp_path, "sku,on_hand\nMUG,8\n", "one.csv")
    terminal.ok("items", "import", one, "--apply")
    assert [each["state"] for each in terminal.json("outbox")][-1:] == ["queued"]
    terminal.ok("push")

    more = sheet(tmp_path, "sku,name,on_hand\nMUG,,6\nCUP,Cup,5\n", "more.csv")
    terminal.ok("items", "import", more, "--apply")

    assert [each["state"] for each in terminal.json("outbox") if each["state"] != "applied"] == [
        "held"
    ]


def test_x19_items_of_a_file_are_linked_to_what_fits(terminal: Terminal, tmp_path: Path) -> None:
    terminal.shop.list_item("Vase", 4, sku="VASE")
    terminal.connected()
    terminal.ok("sync")

    terminal.ok("items", "import", sheet(tmp_path, "sku,name,on_hand\nVASE,Vase,4\n"), "--apply")

    (link,) = terminal.json("links")
    assert (link["state"], link["item"]) == ("linked", "VASE")


@pytest.fixture
def mapped(terminal: Terminal) -> Terminal:
    """A shop with a linked, an ignored, a conflicting and two unconfirmed variants."""
    sizes = [a_variant(2, options={"Size": "S"}), a_variant(3, options={"Size": "M"})]
    mug = terminal.stocked()
    terminal.shop.list_item("=cmd|Vase", 4)
    terminal.shop.list_item("Shirt", variants=sizes)
    terminal.ok("items", "add", "--sku", "TEE", "--name", "Tee", "--stock", "5")
    terminal.ok("sync", "items")
    assert mug
    return terminal


def variants(terminal: Terminal) -> dict[str, str]:
    """Return the variant ids by title and size."""
    return {
        f"{each['title']} {each['options'].get('Size', '')}".strip(): each["variant"]
        for each in terminal.json("links")
    }


def test_x19_links_come_back_as_they_went(mapped: Terminal, tmp_path: Path) -> None:
    ids = variants(mapped)
    mapped.ok("ignore", ids["=cmd|Vase"])
    mapped.ok("link", ids["Shirt S"], "TEE")
    file = str(tmp_path / "links.csv")

    written = mapped.json("links", "export", file)
    same = mapped.json("links", "import", file, "--apply")

    assert written["rows"] == 4
    assert (same["unchanged"], same["changes"], same["errors"]) == (4, [], [])

    before = mapped.json("links")
    mapped.ok("unlink", ids["Shirt S"])
    mapped.ok("unlink", ids["Mug"])
    back = mapped.json("links", "import", file, "--apply")
    assert back["updated"] == 2
    for each in (*before, *(after := mapped.json("links"))):
        for key in ("baseline_at", "candidates"):
            each.pop(key)
    assert after == before


def test_x19_a_file_decides_about_links(mapped: Terminal, tmp_path: Path) -> None:
    ids = variants(mapped)
    text = (
        "variant,state,item\n"
        f"{ids['Shirt S']},,TEE\n"
        f"{ids['Shirt M']},linked,TEE\n"
        f"{ids['=cmd|Vase']},ignored,\n"
        f"{ids['Mug']},unconfirmed,\n"
    )
    file = sheet(tmp_path, text)

    shown = mapped.json("links", "import", file)
    assert (shown["updated"], shown["applied"]) == (4, False)
    assert {each["item"] for each in mapped.json("links")} == {None, "MUG"}
    mapped.ok("links", "import", file, "--apply")

    found = {each["variant"]: (each["state"], each["item"]) for each in mapped.json("links")}
    assert found == {
        ids["Shirt S"]: ("linked", "TEE"),
        ids["Shirt M"]: ("linked", "TEE"),
        ids["=cmd|Vase"]: ("ignored", None),
        ids["Mug"]: ("unconfirmed", None),
    }
    mapped.ok("sync", "items")
    assert mapped.json("links", "import", file)["unchanged"] == 4


def test_x19_a_link_that_moves_leaves_its_orders_to_the_user(
    mapped: Terminal, tmp_path: Path
) -> None:
    mug = variants(mapped)["Mug"]
    mapped.shop.sell(mug.rpartition(":")[2], 2)
    mapped.ok("sync")

    mapped.ok("links", "import", sheet(tmp_path, f"variant,item\n{mug},TEE\n"), "--apply")

    (link,) = [each for each in mapped.json("links") if each["variant"] == mug]
    assert (link["item"], link["former"]) == ("TEE", ["MUG"])
    mapped.ok("link", mug, "TEE", "--repoint", "open")
    assert mapped.json("items", "show", "TEE")["committed"] == 2


def test_x19_a_bad_link_names_line_and_column(mapped: Terminal, tmp_path: Path) -> None:
    ids = variants(mapped)
    text = (
        "variant,state,item,basis\n"
        "fake:100:9999,,TEE,\n"
        f"{ids['Shirt S']},,NOTHING,\n"
        f"{ids['Shirt S']},lost,,\n"
        f"{ids['Shirt S']},ignored,TEE,\n"
        f"{ids['Shirt S']},linked,,\n"
        f"{ids['Shirt S']},,TEE,guess\n"
        f"{ids['Shirt M']},,TEE,\n"
        f"{ids['Shirt M']},ignored,,\n"
        ",,TEE,\n"
    )

    shown = refused(mapped, "links", "import", sheet(tmp_path, text), "--apply")

    assert [(each["line"], each["column"]) for each in shown["errors"]] == [
        (2, "variant"),
        (3, "item"),
        (4, "state"),
        (5, "state"),
        (6, "item"),
        (7, "basis"),
        (9, "variant"),
        (10, "variant"),
    ]
    assert shown["updated"] == 1


def test_the_list_of_links_is_still_the_plain_command(mapped: Terminal) -> None:
    assert len(mapped.json("links", "--state", "unconfirmed")) == 3
    assert len(mapped.json("links", "-i", "fake")) == 4


def test_p17_every_list_of_an_export_reads_back_equal(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path / "home")
    mug = terminal.stocked()
    evil = terminal.shop.list_item("=HYPERLINK(1), \u201cx\u201d", 3)
    for listing in (mug, evil.remote_id):
        terminal.shop.sell(listing)
    terminal.ok("sync", "--no-push")
    terminal.ok("export", str(tmp_path / "export"))
    services = terminal.open()
    try:
        for name, (heads, rows) in LISTS.items():
            columns = [str(head) for head in heads]
            path = tmp_path / "export" / f"{name}.csv"
            read = read_sheet(path, columns, key=columns[0])
            wanted = [
                {h: str(c) for h, c in zip(columns, row, strict=True) if c not in {None, ""}}
                for row in rows(services.workspace.store)
            ]
            assert wanted, name
            assert [dict(line.cells) for line in read.lines] == wanted
            assert read.faults == []
    finally:
        services.close()


def test_a_hundred_thousand_rows_do_not_keep_the_store(home: Terminal, tmp_path: Path) -> None:
    count = 3 * BATCH + 1
    text = "sku,name,on_hand\n" + "".join(f"S{n},Item {n},{n}\n" for n in range(count))
    services = home.open()
    before = services.workspace.store.version
    services.close()

    done = home.json("items", "import", sheet(tmp_path, text), "--apply")

    services = home.open()
    after = services.workspace.store.version
    services.close()
    assert done["created"] == count
    assert after >= 4
    assert before < after
