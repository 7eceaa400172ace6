"""Specific periods and the intervals of the schedule, by command line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from tuisync.core.store import schema

if TYPE_CHECKING:
    from terminal import Terminal


def test_s24_a_period_is_whole_days_in_the_organizations_zone(terminal: Terminal) -> None:
    terminal.connected()
    terminal.ok("config", "organization", "timezone=Europe/Vienna")

    (run,) = terminal.json("sync", "orders", "--from", "2024-03-01", "--to", "2024-03-03")

    assert run["trigger"] == "period"
    (call,) = terminal.fake.calls_of("fetch_orders")
    period = call.request.period  # type: ignore[union-attr]  # a fetch request
    assert period is not None
    assert period.start.isoformat() == "2024-02-29T23:00:00+00:00"
    assert period.end.isoformat() == "2024-03-03T23:00:00+00:00"


@pytest.mark.parametrize(
    "days",
    ["--from 2024-03-01", "--from 2024-03-03 --to 2024-03-01", "--from soon --to 2024-03-01"],
)
def test_s24_a_bad_period_starts_nothing(terminal: Terminal, days: str) -> None:
    terminal.connected()

    error = terminal.fails(2, "sync", "orders", *days.split())

    assert error["code"] == "usage"
    assert terminal.fake.calls == []
    assert terminal.json("history") == []


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Australia/Lord_Howe"])
def test_s24_the_first_and_the_last_second_are_in_and_their_neighbours_out(
    terminal: Terminal, zone: str
) -> None:
    terminal.connected()
    terminal.ok("config", "organization", f"timezone={zone}")
    terminal.ok("sync")
    mug = terminal.shop.list_item("Mug", 50).remote_id
    here = ZoneInfo(zone)
    placed = {
        "the last second of February": datetime(2024, 2, 29, 23, 59, 59, tzinfo=here),
        "1 March 00:00:00": datetime(2024, 3, 1, tzinfo=here),
        "3 March 23:59:59": datetime(2024, 3, 3, 23, 59, 59, tzinfo=here),
        "4 March 00:00:00": datetime(2024, 3, 4, tzinfo=here),
    }
    ids = {}
    for name, at in placed.items():
        terminal.clock.now = at.astimezone(UTC)
        ids[terminal.shop.sell(mug).remote_id] = name
    normal = _cursor(terminal)

    (run,) = terminal.json("sync", "orders", "--from", "2024-03-01", "--to", "2024-03-03")

    found = {ids[order["remote_id"]] for order in terminal.json("orders", "list")}
    assert found == {"1 March 00:00:00", "3 March 23:59:59"}
    assert run["period"] == {"from": "2024-03-01", "to": "2024-03-03"}
    assert _cursor(terminal) == normal, "the normal cursor is unchanged"
    terminal.ok("sync", "orders")
    assert len(terminal.json("orders", "list")) == 4, "and the next sync brings the rest"


def _cursor(terminal: Terminal) -> object:
    services = terminal.open()
    try:
        return services.workspace.store.get(schema.CURSORS, "fake:100/orders")
    finally:
        services.close()


def test_s26_a_new_connection_is_synced_every_240_minutes(terminal: Terminal) -> None:
    terminal.connected()
    (shop,) = terminal.json("integrations")
    assert shop["interval_minutes"] == 240


def test_s27_the_eight_intervals_and_no_other_are_taken(terminal: Terminal) -> None:
    terminal.connected()
    for minutes in (30, 60, 90, 120, 150, 180, 210, 240):
        view = terminal.json("integration", "set", "fake", f"interval={minutes}")
        assert view["interval_minutes"] == minutes
    for wrong in ("45", "0", "-30", "270", "1.5", "soon", ""):
        assert terminal.fails(2, "integration", "set", "fake", f"interval={wrong}")["code"] == (
            "usage"
        )
    assert terminal.json("integration", "show", "fake")["interval_minutes"] == 240


def test_s27_the_next_sync_is_half_an_hour_from_the_choice(terminal: Terminal) -> None:
    terminal.connected()
    terminal.ok("daemon", "--once")
    terminal.clock.advance(minutes=7)

    view = terminal.json("integration", "set", "fake", "interval=30")

    due = terminal.clock.now + timedelta(minutes=30)
    assert view["next_sync_at"] == f"{due:%Y-%m-%dT%H:%M:%SZ}"
