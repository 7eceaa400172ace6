from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from pottery import ETSY, PotteryServices, pottery
from stage import Stage, stage
from states import failing
from tuisync.core.actions.disconnection import close_integration
from tuisync.core.models import INTERVALS, ORGANIZATION_ID, Integration, Organization, Rules
from tuisync.core.orders.telling import SHIPPING
from tuisync.core.remote import Option
from tuisync.core.stock.rules import apply_rules
from tuisync.core.store import schema
from tuisync.core.views.objects import RulesView
from tuisync.screens.details import Details
from tuisync.screens.marketplaces import Marketplaces
from tuisync.screens.records import Records
from tuisync.screens.settings import rule_words


@asynccontextmanager
async def _details(made: PotteryServices) -> AsyncIterator[Stage]:
    async with stage(made) as on:
        await on.press("enter")
        yield on


def _shop(made: PotteryServices) -> Integration:
    found = made.workspace.store.get(schema.INTEGRATIONS, ETSY)
    assert found is not None
    return found


def _organization(made: PotteryServices) -> Organization:
    found = made.workspace.store.get(schema.ORGANIZATION, ORGANIZATION_ID)
    assert found is not None
    return found


async def test_s13_account_modules_warehouse_interval_and_history_on_one_screen(
    tmp_path: Path,
) -> None:
    async with _details(pottery(tmp_path)) as on:
        for line in (
            "Shop          WrenAndThistle, USD",
            "Status        ● active",
            "Items         ● on",
            "Orders        Confirmed",
            "Stock         ● active",
            "Shipments     ● on",
            "Warehouse     all of them",
            "Every         4 h",
            "Last sync     4 min ago",
            "Next sync     in 4 h",
            "API budget    9,812 calls left",
            "Overall sync history",
        ):
            assert line in on.text
        assert on.shows("19 ok · 2 failed", "4 ok · 1 failed")


async def test_s27_exactly_the_eight_intervals_are_offered(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    async with _details(made) as on:
        await on.press("i")
        table = on.table()
        assert [int(each.key) for each in table.rows] == list(INTERVALS)
        assert table.key == "240"
        await on.press("home", "enter")

        assert _shop(made).interval_minutes == 30
        assert on.shows("30 min")


async def test_s47_interval_preference_and_history_are_two_keys_away(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    async with _details(made) as on:
        await on.press("o", "down", "enter")
        assert _organization(made).order_sync == "confirmed_and_fulfilled"
        await on.press("h", "enter")
        assert isinstance(on.app.screen, Records)


async def test_s33_the_preference_set_at_one_shop_is_read_at_the_other(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    orders = [each.id for each in made.workspace.store.all(schema.ORDERS)]
    async with _details(made) as on:
        assert on.shows("Orders        Confirmed")
        await on.press("o", "down", "enter")
        here = next(line for line in on.text.split("\n") if "Orders        " in line)
        await on.press("escape", "down", "enter")
        assert on.shows("Wren & Thistle Stall")
        there = next(line for line in on.text.split("\n") if "Orders        " in line)

    assert "ulfilled" in here
    assert here.split() == there.split()
    assert made.workspace.store.count(schema.ORGANIZATION) == 1
    assert [each.id for each in made.workspace.store.all(schema.ORDERS)] == orders


async def test_s34_s35_stock_sync_is_switched(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    async with _details(made) as on:
        await on.press("t")
        assert on.shows("etsy: Stop sending numbers there?", "No number is sent there any more")
        await on.press("n")
        assert _shop(made).stock_sync == "active"
        await on.press("t", "y")
        assert "t sends them again" in on.said()[-1]
        assert on.shows("Stock         ○ inactive")
        assert _shop(made).stock_sync == "inactive"
        await on.press("t")
        assert on.shows("Stock         ● active")


@pytest.mark.parametrize(
    ("answer", "status"),
    [("y", "inactive"), ("n", "active"), ("escape", "active"), ("enter", "active")],
)
async def test_s39_disabling_asks_first_and_begins_on_the_safe_side(
    tmp_path: Path, answer: str, status: str
) -> None:
    made = pottery(tmp_path)
    async with _details(made) as on:
        await on.press("d")
        assert on.shows("Disable etsy?", "Nothing is fetched from it")
        await on.press(answer)

        assert _shop(made).status == status


async def test_s40_enabling_takes_one_key(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    async with _details(made) as on:
        await on.press("d", "y")
        assert on.shows("○ inactive")
        await on.press("e")

        assert _shop(made).status == "active"


async def test_s10_a_warehouse_is_chosen_by_name(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    async with _details(made) as on:
        await on.press("w", "down", "enter")

        assert on.shows("Warehouse     Studio") or on.shows("Warehouse     Barn")
        assert _shop(made).warehouse is not None


async def test_s10_leaving_the_choice_changes_nothing(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    async with _details(made) as on:
        before, history = _shop(made), made.workspace.store.count(schema.RUNS)
        await on.press("w", "down", "escape")

        assert on.shows("Warehouse     all of them")
        assert (_shop(made), made.workspace.store.count(schema.RUNS)) == (before, history)


async def test_s11_another_warehouse_is_one_line_of_history(tmp_path: Path) -> None:
    async with _details(pottery(tmp_path)) as on:
        await on.press("w", "down", "enter")
        first = "Barn" if on.shows("Warehouse     Barn") else "Studio"
        await on.press("w", "down", "enter")
        second = "Studio" if first == "Barn" else "Barn"
        assert on.shows(f"Warehouse     {second}")
        await on.press("h", "home", "enter")

        assert isinstance(on.app.screen, Records)
        assert on.shows(f"Warehouse: {first} → {second}")


@pytest.mark.parametrize("answer", ["y", "n", "escape", "enter"])
async def test_s12_mapping_is_switched_off_only_after_a_yes(tmp_path: Path, answer: str) -> None:
    made = pottery(tmp_path)
    async with _details(made) as on:
        await on.press("w", "down", "enter")
        mapped, history = _shop(made).warehouse, made.workspace.store.count(schema.RUNS)
        await on.press("w", "home", "enter")
        assert on.shows("from all warehouses?", "Disable mapping")
        assert _shop(made).warehouse == mapped is not None
        await on.press(answer)

        off = answer == "y"
        assert _shop(made).warehouse == (None if off else mapped)
        assert on.shows("Warehouse     all of them") is off
        assert made.workspace.store.count(schema.RUNS) == history + off


async def test_s09_one_warehouse_cannot_be_mapped_and_says_why(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    with made.workspace.store.transaction() as tx:
        barn = next(each for each in tx.all(schema.WAREHOUSES) if not each.primary)
        tx.put(schema.WAREHOUSES, barn.but(active=False))
    async with _details(made) as on:
        await on.press("w")

        assert "second warehouse" in on.said()[-1]
        assert _shop(made).warehouse is None


async def test_a_rule_that_is_refused_stays_in_the_form_with_the_reason(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    async with _details(made) as on:
        await on.press("u")
        await on.type("two")
        await on.press("enter")
        assert on.shows("“Last units only here” is a whole number", "two")
        await on.press("backspace", "backspace", "backspace", "2", "enter")

        assert _shop(made).rules.last_unit == 2
        assert on.shows("Rules         last 2 only here")


async def test_enter_on_a_line_changes_it(tmp_path: Path) -> None:
    async with _details(pottery(tmp_path)) as on:
        table = on.table("#settings")
        table.go_to("Every")
        await on.press("enter")

        assert on.shows("Sync by itself every")


async def test_a_revoked_shop_is_signed_in_again_by_one_key(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    async with stage(made) as on:
        await on.press("down", "enter")
        assert on.shows("! sign in", "Craft Fair says")
        await on.press("r")
        await on.until(lambda: on.shows("https://www.example.com/oauth/connect?state=s2"))
        await on.type("code123")
        await on.press("enter")

        await on.until(lambda: on.shows("● active"))
        assert "fair is signed in again." in on.said()


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (62.5, "good for 62 days"),
        (13.5, "ends in 13 days"),
        (0.5, "ends soon: sign in"),
        (-1, "ended: sign in again"),
    ],
)
async def test_p11_the_end_of_the_sign_in_is_counted_down_to(
    tmp_path: Path, days: float, said: str
) -> None:
    made = pottery(tmp_path)
    ends = made.workspace.now() + timedelta(days=days)
    with made.workspace.store.transaction() as tx:
        tx.put(schema.INTEGRATIONS, _shop(made).but(sign_in_ends_at=ends))
    async with _details(made) as on:
        assert on.shows(said)


async def test_e19_shipments_the_shop_refuses_are_shown_and_tried_again(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    refused = {SHIPPING: "Etsy does not allow it."}
    with made.workspace.store.transaction() as tx:
        tx.put(schema.INTEGRATIONS, _shop(made).but(withheld=refused))
    async with _details(made) as on:
        assert on.shows("! you tell them", "Etsy does not allow")
        await on.press("p")
        assert on.shows("Shipments     ● on")
        await on.press("p")
        assert on.shows("etsy: Tell the shop of shipments yourself?", "your buyers get no e-mail")
        await on.press("y")
        assert on.shows("You chose to tell")


async def test_disconnecting_says_what_will_happen_and_asks(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    async with _details(made) as on:
        await on.press("x")
        assert on.shows("Disconnect etsy?", "18 listings removed here", "takes up your links")
        await on.press("n")
        assert _shop(made).status == "active"

        await on.press("x", "y")
        assert made.workspace.store.get(schema.INTEGRATIONS, ETSY) is None
        assert isinstance(on.app.screen, Marketplaces)
        assert any("is disconnected" in said for said in on.said())


async def test_a_shop_disconnected_elsewhere_is_left(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    async with _details(made) as on:
        close_integration(made.workspace, "etsy")
        on.app.stir()
        await on.until(lambda: isinstance(on.app.screen, Marketplaces))


async def test_signing_in_again_asks_for_a_secret_that_a_restore_left_out(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    async with _details(made) as on:
        on.sign_ins.missing = (Option(key="shared_secret", title="Shared secret", secret=True),)
        await on.press("r")
        assert on.shows("The key to Etsy", "A backup holds no secrets", "Shared secret")
        await on.press("enter")
        assert on.shows("Fill in “Shared secret” first.")
        await on.type("s3cr3t-of-the-key")
        assert not on.shows("s3cr3t-of-the-key")
        await on.press("enter")
        await on.until(lambda: on.shows("state=s2"))
        await on.type("http://localhost:3003/oauth/redirect?code=c&state=s2")
        await on.press("enter")
        await on.until(lambda: isinstance(on.app.screen, Details))

        assert on.sign_ins.secrets == {"shared_secret": "s3cr3t-of-the-key"}


async def test_why_a_shop_stands_as_it_does_is_told_beside_its_state(tmp_path: Path) -> None:
    async with stage(failing(tmp_path), size=(120, 40)) as on:
        assert on.text.count("The shop took back our access.") == 1
        await on.press("enter")

        status = next(line for line in on.text.split("\n") if "Status  " in line)
        assert status.split(None, 1)[1].split("  ")[-1] == "disable"
        assert "! sign in: The shop took back our access." in status


async def test_the_stock_rules_have_plain_names_an_example_each_and_errors_that_use_them(
    tmp_path: Path,
) -> None:
    async with _details(pottery(tmp_path)) as on:
        await on.press("u")
        for label in ("Last units only here", "Percentage", "Buffer", "Maximum", "Hide at"):
            assert on.shows(label)
        assert on.shows("1: of 10 units it shows 9.")
        await on.press("home", "ctrl+k")
        await on.type("many")
        await on.press("enter")
        assert on.shows("“Last units only here” is a whole number, not `many`.")
        assert on.shows("Save", "esc Cancel"), "all of it has room"


def test_a_shop_s_rules_are_called_as_in_the_steps_of_a_number() -> None:
    given = {"last_unit": 2, "percent": 50, "buffer": 1, "fixed": 5, "max": 20, "hide_at": 1}
    steps = [step.rule for step in apply_rules(10, Rules(**given), None)][1:]

    assert rule_words(RulesView(**given)) == ", ".join(steps)
