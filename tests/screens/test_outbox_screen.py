from __future__ import annotations

from pathlib import Path

from pottery import ETSY, pottery, services
from stage import stage
from states import failing
from tuisync.core.actions.orders import ship_order
from tuisync.core.actions.organization import init_organization
from tuisync.core.store import schema
from tuisync.core.views.objects import PushReport
from tuisync.screens.outbox import report_words


async def test_what_is_owed_stands_with_its_state_and_reason(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path)) as on:
        await on.press("6")

        assert on.shows("[owed 3]", "refused 1", "done 1")
        assert on.shows("■ held for you", "↑ waiting", "… will retry", "in 8 min")
        await on.press("right")
        assert on.shows("✗ refused", "the listing needs a shipping profile first")


async def test_a_parcel_that_waits_is_told_with_carrier_and_number(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    order = ship_order(made.workspace, "3301442900", carrier="usps", tracking="9401")
    async with stage(made) as on:
        await on.press("6")
        on.table().go_to(f"shipment:{order.id}#{order.shipments[-1].id}")
        await on.settle()

        assert on.shows("Parcel   USPS 9401", "e        correct carrier and number")


async def test_an_empty_outbox_and_an_empty_plan_say_what_they_are_for(tmp_path: Path) -> None:
    made = services(tmp_path)
    init_organization(made.workspace, currency="USD")
    async with stage(made) as on:
        await on.press("6")
        assert on.shows("Nothing is owed to any shop.", "Press p to compare")
        await on.press("P")
        assert on.said()[-1] == "Nothing is owed to any shop."
        await on.press("p")
        assert on.shows("There is no shop yet whose numbers could change.")
        await on.press("A")
        assert on.said()[-1] == "There is nothing to apply."


async def test_contacts_are_listed_with_how_they_were_known(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path)) as on:
        await on.press("8")

        assert on.shows("Ada Brandt", "ada@example.com", "same e-mail", "new buyer")


async def test_a_refused_push_is_sent_again_or_given_up(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    async with stage(made) as on:
        await on.press("6", "down", "r")
        assert on.said()[-1] == "It waits for you to look at the plan: p."
        await on.press("right", "r")
        assert on.shows("[refused 0]")
        await on.press("left", "x")
        assert on.shows("Give up")
        await on.press("n")
        assert on.shows("[owed 4]")
        await on.press("x", "y")
        assert on.shows("[owed 3]", "done 2")


async def test_what_was_sent_stays_while_more_is_owed(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    store = made.workspace.store
    teapot = f"stock:{ETSY}:1412000010"
    async with stage(made) as on:
        await on.press("6", "left")
        assert on.shows("[done 1]", "✓ sent", "2 → 1", "3 min ago")
        with store.transaction() as tx:
            entry = tx.get(schema.OUTBOX, teapot)
            assert entry is not None
            tx.put(schema.OUTBOX, entry.but(state="held"))
        await on.press("right")
        assert on.shows("[owed 4]", "4 listings owed, 2 held for you")
        await on.press("left")

        assert on.shows("[done 1]", "✓ sent", "2 → 1")
        for key in ("r", "e", "x"):
            await on.press(key)
            assert on.said()[-1] == "It was sent.", key


def test_a_push_by_hand_tells_changes() -> None:
    report = PushReport(applied=[], failed=[], held=[], stale=[], stopped=[])

    assert report_words(report) == "0 changes sent."


async def test_what_was_refused_is_told_where_nothing_is_owed(tmp_path: Path) -> None:
    async with stage(failing(tmp_path)) as on:
        await on.press("6")

        assert on.shows("Nothing is owed, 5 refused")
