"""`ship --file`: many orders with their numbers, shown exactly before any of them leaves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from terminal import Terminal
from tuisync.core.errors import RejectedError
from tuisync.core.remote import Capabilities
from tuisync.testing import FakeMarketplace, ManualClock
from tuisync.testing.marketplace import CARRIERS


@pytest.fixture
def sold(terminal: Terminal) -> list[dict[str, Any]]:
    """Someone who has just sold three mugs to three buyers."""
    mug = terminal.stocked()
    for _ in range(3):
        terminal.shop.sell(mug)
    terminal.ok("sync")
    found: list[dict[str, Any]] = terminal.json("orders", "list")
    return found


def _file(tmp_path: Path, text: str) -> str:
    path = tmp_path / "parcels.csv"
    path.write_text(text)
    return str(path)


def _parcels(terminal: Terminal) -> list[tuple[str, str | None, str | None]]:
    return [
        (order["number"], each["carrier"], each["tracking"])
        for order in terminal.json("orders", "list")
        for each in order["shipments"]
    ]


def test_s36_a_file_is_shown_exactly_before_it_ships(
    terminal: Terminal, sold: list[dict[str, Any]], tmp_path: Path
) -> None:
    one, two, three = sold
    file = _file(
        tmp_path,
        f"Order,Carrier,Tracking number\n{one['number']},dhl,9401\n"
        f"{two['id']},UPS,1Z\n{three['number']},,\n",
    )

    shown = terminal.json("ship", "--file", file)

    assert (shown["updated"], shown["errors"], shown["applied"]) == (3, [], False)
    assert [(c["subject"], c["what"], c["new"]) for c in shown["changes"]] == [
        (one["number"], "parcel", "DHL 9401"),
        (one["number"], "e-mail to", one["contact"]["name"]),
        (two["number"], "parcel", "UPS 1Z"),
        (two["number"], "e-mail to", two["contact"]["name"]),
        (three["number"], "parcel", "without a tracking number"),
        (three["number"], "e-mail to", three["contact"]["name"]),
    ]
    assert _parcels(terminal) == []
    told = terminal.ok("ship", "--file", file)
    assert "Nothing is shipped yet: `--apply` ships them." in told.err

    assert terminal.json("ship", "--file", file, "--apply")["applied"] is True
    assert _parcels(terminal) == [
        (one["number"], "dhl", "9401"),
        (two["number"], "ups", "1Z"),
        (three["number"], None, None),
    ]


def test_a_file_taken_twice_ships_nothing_twice(
    terminal: Terminal, sold: list[dict[str, Any]], tmp_path: Path
) -> None:
    number = sold[0]["number"]
    file = _file(tmp_path, f"order;carrier;tracking\n{number};dhl;9401\n")
    terminal.ok("ship", "--file", file, "--apply")

    again = terminal.json("ship", "--file", file, "--apply")

    assert (again["updated"], again["unchanged"], again["changes"]) == (0, 1, [])
    assert _parcels(terminal) == [(number, "dhl", "9401")]


def test_rows_that_cannot_leave_are_told_and_keep_no_other_back(
    terminal: Terminal, sold: list[dict[str, Any]], tmp_path: Path
) -> None:
    one, two, three = (each["number"] for each in sold)
    terminal.ok("ship", two, "--carrier", "ups", "--tracking", "1Z")
    file = _file(
        tmp_path,
        f"order,carrier,tracking\n{one},dove,1\n{two},dhl,9402\n,dhl,9\n77,dhl,9\n"
        f"{three},dhl,9403\n{three},dhl,9404\n",
    )

    ended = terminal("ship", "--file", file, "--apply", "--json")

    assert ended.code == 4
    errors = {each["line"]: each["message"] for each in ended.json["errors"]}
    assert "knows no carrier `dove`" in errors[2]
    assert "is shipped already" in errors[3]
    assert "The order is missing." in errors[4]
    assert "77" in errors[5]
    assert errors[7] == "Line 6 speaks of this order already."
    assert _parcels(terminal) == [(two, "ups", "1Z"), (three, "dhl", "9403")]


def test_a_number_without_its_carrier_is_refused_where_they_go_together(tmp_path: Path) -> None:
    can = Capabilities(tracking_pair=True, carriers=CARRIERS)
    terminal = Terminal(tmp_path / "home", FakeMarketplace(clock=ManualClock(), capabilities=can))
    mug = terminal.stocked()
    terminal.shop.sell(mug)
    terminal.ok("sync")
    (order,) = terminal.json("orders", "list")
    file = _file(tmp_path, f"order,tracking\n{order['number']},9401\n")

    ended = terminal("ship", "--file", file, "--apply", "--json")

    assert ended.code == 4
    assert "The carrier is missing" in ended.json["errors"][0]["message"]
    assert _parcels(terminal) == []


def test_who_tells_the_shop_themselves_is_told_that_nobody_is_e_mailed(
    terminal: Terminal, sold: list[dict[str, Any]], tmp_path: Path
) -> None:
    terminal.ok("integration", "set", "fake", "shipments=off")
    file = _file(tmp_path, f"order,tracking\n{sold[0]['number']},\n")

    shown = terminal.json("ship", "--file", file)

    assert [(c["what"], c["new"]) for c in shown["changes"]] == [
        ("parcel", "without a tracking number"),
        ("told", "by you, at the shop"),
    ]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ([], "Name the order to ship."),
        (["3001", "--apply"], "`--apply` goes with `--file`."),
        (["3001", "--file", "x.csv"], "With `--file`, all else stands in the file."),
        (["--file", "x.csv", "--no-tell"], "With `--file`, all else stands in the file."),
    ],
)
def test_an_order_and_a_file_exclude_each_other(
    terminal: Terminal, sold: list[dict[str, Any]], given: list[str], said: str
) -> None:
    del sold
    assert terminal.fails(2, "ship", *given)["message"] == said


@pytest.mark.parametrize("said", ["ups", "UPS", "  Ups "])
def test_a_carrier_is_known_by_code_and_name_and_shown_by_name(
    terminal: Terminal, sold: list[dict[str, Any]], said: str
) -> None:
    number = sold[0]["number"]
    shipped = terminal.json("ship", number, "--carrier", said, "--tracking", "1Z")
    (parcel,) = shipped["shipments"]
    assert (parcel["carrier"], parcel["carrier_name"]) == ("ups", "UPS")
    (change,) = (c for c in terminal.json("plan")["changes"] if c["kind"] == "shipment")
    assert (change["new"], change["parcel"]) == ("ups 1Z", "UPS 1Z")

    assert "UPS" in terminal.ok("orders", "show", number).out
    assert "UPS 1Z" in terminal.ok("plan").out
    terminal.ok("push")
    (sent,) = (e["sent"] for e in terminal.json("outbox") if e["kind"] == "shipment")
    assert (sent[0]["new"], sent[0]["parcel"]) == ("ups 1Z", "UPS 1Z")


def test_an_unknown_carrier_is_told_the_nearest_by_name(
    terminal: Terminal, sold: list[dict[str, Any]]
) -> None:
    error = terminal.fails(2, "ship", sold[0]["number"], "--carrier", "upss", "--tracking", "1")

    assert error["hint"].startswith("Did you mean UPS (`ups`)?")


@pytest.mark.parametrize(
    ("headings", "said"),
    [
        ("order", "has no column `tracking`"),
        ("order,Sendungsnummer", "has no column `tracking`"),
        ("order,trackng", "There is no column `trackng`. Did you mean `tracking`?"),
        ("order,number", "has no column `tracking`"),
        ("order,tracking,tracking_number", "has several columns that say `tracking`"),
        ("order,order_id,tracking", "has several columns that say `order`"),
        ("order,tracking,carier", "There is no column `carier`. Did you mean `carrier`?"),
    ],
)
def test_nobody_is_told_anything_by_a_file_whose_columns_are_in_doubt(
    terminal: Terminal, sold: list[dict[str, Any]], tmp_path: Path, headings: str, said: str
) -> None:
    file = _file(tmp_path, f"{headings}\n{sold[0]['number']}\n")

    refused = terminal.fails(2, "ship", "--file", file, "--apply")

    assert said in refused["message"]
    assert _parcels(terminal) == []


def test_cells_are_read_as_spreadsheets_and_the_form_mean_them(
    terminal: Terminal, sold: list[dict[str, Any]], tmp_path: Path
) -> None:
    one, two, _ = (each["number"] for each in sold)
    file = _file(tmp_path, f'order,carrier,tracking\n{one},dhl,"=""0094"""\n{two},dhl,-\n')

    terminal.ok("ship", "--file", file, "--apply")

    assert _parcels(terminal) == [(one, "dhl", "0094"), (two, None, None)]
    assert (
        terminal.json("ship", "--file", _file(tmp_path, f'order,tracking\n{one},"=""0094"""\n'))[
            "unchanged"
        ]
        == 1
    )


def test_one_number_for_two_orders_is_told_before_they_leave(
    terminal: Terminal, sold: list[dict[str, Any]], tmp_path: Path
) -> None:
    one, two, three = (each["number"] for each in sold)
    file = _file(
        tmp_path,
        f"order,carrier,tracking\n{one},dhl,9401a\n{two},dhl,9401A\n{three},,\n",
    )

    shown = terminal.json("ship", "--file", file)

    assert [
        (c["subject"], c["new"]) for c in shown["changes"] if c["what"] == "same number as"
    ] == [(two, f"order {one}")]


def test_a_parcel_the_shop_refused_is_not_passed_over_as_one_that_has_left(
    terminal: Terminal, sold: list[dict[str, Any]], tmp_path: Path
) -> None:
    number = sold[0]["number"]
    terminal.fake.raises("push_shipment", RejectedError("That is no number of DHL's"))
    terminal.ok("ship", number, "--carrier", "dhl", "--tracking", "1Z9")
    terminal("push")

    ended = terminal(
        *("ship", "--file", _file(tmp_path, f"order,carrier,tracking\n{number},ups,1Z9\n")),
        *("--apply", "--json"),
    )

    assert ended.code == 4
    (error,) = ended.json["errors"]
    assert f"The shop refused the parcel of order {number}." in error["message"]
    assert f"`tuisync ship {number} --carrier C --tracking T`" in error["message"]
