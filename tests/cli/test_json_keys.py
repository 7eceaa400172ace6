"""The JSON of every object has the keys it promises; scripts build on them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from terminal import Terminal

ORGANIZATION = "name base_currency timezone primary_warehouse warehouses order_sync first_push"
WAREHOUSE = "name primary active"
INTEGRATION = (
    "id name marketplace status account_id shop_id shop_name currency interval_minutes stock_sync"
    " warehouse rules drift renew_sold_out connected_at last_sync_at next_sync_at counts budget"
)
RULES = "buffer max fixed percent hide_at last_unit"
INTEGRATION_COUNTS = (
    "linked unconfirmed conflict ignored broken frozen_orders owed_pushes"
    " owed_shipments held_pushes refused_pushes refused_shipments"
)
BUDGET = "limit_per_second limit_per_day remaining_today"
RUN = (
    "id batch integration module trigger status queued_at started_at finished_at succeeded failed"
    " counts requests resync_of period"
)
RUN_COUNTS = "created updated unchanged frozen failed skipped"
RECORD = "id run kind remote_id title outcome reason local_id at"
ITEM = (
    "id sku name group attributes price on_hand committed available warehouses listings components"
)
LISTED = (
    "integration variant listing_id title quantity confirmed_at listing_state standing left_alone"
)
LINK = (
    "variant integration listing_id title options sku quantity listing_state state basis item"
    " baseline_at candidates gone"
)
ORDER = (
    "id number integration remote_id status gate frozen payment fulfilment warehouse placed_at"
    " contact address lines total comments shipments"
)
LINE = "id variant sku item title quantity shipped unit_price"
CONTACT = "id name email address orders matched_by"
ADDRESS = "first_line second_line city region postcode country"
OUTBOX = "id integration kind target state attempts next_attempt_at reason sent sent_at"
INBOX = "id class subject message hint count first_at last_at integration"
CHANGE = "integration kind target variant title sku old new reason held"
WHY = "sku on_hand committed available movements commitments channels"
CHANNEL = (
    "integration variant rules desired confirmed confirmed_at"
    " warehouse title listing_state shows left_alone"
)
STATUS = "organization engine integrations inbox outbox next_due_at store"
PLUGIN = "name distribution version api_version state error hooks"


def _has(document: dict[str, Any], keys: str) -> None:
    """Check that all keys are there; more may be."""
    missing = set(keys.split()) - set(document)
    assert not missing, f"{sorted(missing)} of {document}"


@pytest.fixture
def busy(terminal: Terminal) -> Terminal:
    """Someone with stock, an order, a shipment, a push that is owed and a plan."""
    mug = terminal.stocked()
    terminal.shop.list_item("Teapot", 3)
    terminal.shop.sell(mug, 2)
    terminal.ok("sync", "--no-push")
    order = terminal.json("orders", "list")[0]
    terminal.ok("ship", order["id"], "--carrier", "dhl", "--tracking", "JD0146")
    terminal.ok("items", "adjust", "MUG", "--by", "-1", "--reason", "broken")
    return terminal


def test_organization_and_warehouses(busy: Terminal) -> None:
    organization = busy.json("config", "organization")

    _has(organization, ORGANIZATION)
    _has(organization["warehouses"][0], WAREHOUSE)
    _has(busy.json("warehouses")[0], WAREHOUSE)
    assert organization["warehouses"] == busy.json("warehouses", "list")


def test_integration(busy: Terminal) -> None:
    listed = busy.json("integrations")[0]

    _has(listed, INTEGRATION)
    _has(listed["rules"], RULES)
    _has(listed["counts"], INTEGRATION_COUNTS)
    _has(listed["budget"], BUDGET)
    assert listed == busy.json("integration", "show", "fake")
    assert listed == busy.json("integration", "show", "fake:100"), "an id names it as well"


def test_run_and_records(busy: Terminal) -> None:
    run = busy.json("history")[-1]

    _has(run, RUN)
    _has(run["counts"], RUN_COUNTS)
    detail = busy.json("history", run["id"])
    _has(detail, RUN + " records")
    _has(detail["records"][0], RECORD)


def test_period_is_named_from_and_to(busy: Terminal) -> None:
    runs = busy.json("sync", "orders", "--from", "2024-03-01", "--to", "2024-03-03")

    assert runs[0]["period"] == {"from": "2024-03-01", "to": "2024-03-03"}


def test_item_and_why(busy: Terminal) -> None:
    item = busy.json("items", "show", "MUG")

    _has(item, ITEM)
    _has(item["warehouses"][0], "warehouse on_hand committed available")
    _has(item["listings"][0], LISTED)
    assert item["price"] == {"amount": "12.90", "currency": "USD"}
    why = busy.json("why", "MUG")
    _has(why, WHY)
    _has(why["movements"][0], "at delta kind cause warehouse")
    _has(why["channels"][0], CHANNEL)
    _has(why["channels"][0]["rules"][0], "rule value")


def test_open_commitments_are_in_why(busy: Terminal) -> None:
    busy.shop.sell(busy.json("items", "show", "MUG")["listings"][0]["listing_id"])
    busy.ok("sync", "orders")

    _has(busy.json("why", "MUG")["commitments"][0], "order number quantity warehouse")


def test_link_and_candidates(busy: Terminal) -> None:
    busy.ok("items", "add", "--sku", "POT", "--name", "Tea pot")
    link = busy.json("links", "--state", "unconfirmed")[0]

    _has(link, LINK)
    _has(link["candidates"][0], "sku name reason score")


def test_order_and_contact(busy: Terminal) -> None:
    listed = busy.json("orders", "list")[0]

    order = busy.json("orders", "show", listed["number"])
    assert order == listed
    _has(order, ORDER)
    _has(order["address"], ADDRESS)
    _has(order["lines"][0], LINE)
    _has(order["contact"], "id name email")
    _has(order["comments"][0], "text at by")
    _has(order["shipments"][0], "id carrier carrier_name tracking shipped_at push")
    assert order["frozen"] is (order["gate"] == "frozen")
    _has(busy.json("contacts")[0], CONTACT)
    _has(busy.json("contacts")[0]["address"], ADDRESS)


def test_plan_outbox_and_push(busy: Terminal) -> None:
    _has(busy.json("outbox")[0], OUTBOX)
    plan = busy.json("plan")
    _has(plan, "id made_at changes")
    _has(plan["changes"][0], CHANGE)
    report = busy.json("push")
    _has(report, "applied failed held stale stopped")
    _has(report["applied"][0], CHANGE)


def test_inbox(busy: Terminal) -> None:
    _has(busy.json("inbox")[0], INBOX)


def test_status_and_plugins(busy: Terminal) -> None:
    status = busy.json("status")

    _has(status, STATUS)
    _has(status["engine"], "running by pid since answering")
    _has(status["store"], "orders items bytes")
    assert status["engine"] == dict.fromkeys(status["engine"], None) | {"running": False}
    _has(busy.json("plugins", "list")[0], PLUGIN)


def test_unknown_is_null(busy: Terminal) -> None:
    plugin = busy.json("plugins")[0]

    assert plugin["distribution"] is None
    assert plugin["version"] is None
    assert plugin["error"] is None


def test_times_are_utc_and_ids_are_strings(busy: Terminal) -> None:
    documents = [busy.json(*line.split()) for line in ("status", "history", "orders list")]

    for key, value in _leaves(documents):
        if key.endswith("_at") or key == "at":
            assert value is None or _is_utc(value), (key, value)
        if key == "id" or key.endswith("_id"):
            assert value is None or isinstance(value, str), (key, value)


def test_an_empty_list_is_an_empty_array(terminal: Terminal) -> None:
    terminal.ok("init", "--currency", "USD")

    lists = (
        "items list",
        "orders list",
        "links",
        "history",
        "outbox",
        "inbox",
        "contacts",
        "integrations",
    )
    for line in lists:
        assert terminal.json(*line.split()) == [], line


def _leaves(value: Any, key: str = "") -> list[tuple[str, Any]]:
    if isinstance(value, dict):
        return [leaf for name, each in value.items() for leaf in _leaves(each, name)]
    if isinstance(value, list):
        return [leaf for each in value for leaf in _leaves(each, key)]
    return [(key, value)]


def _is_utc(text: str) -> bool:
    return text.endswith("Z") and datetime.fromisoformat(text).tzinfo is not None
