from __future__ import annotations

from pathlib import Path

from pottery import pottery, services
from stage import stage
from tuisync.core.actions.organization import init_organization


async def test_what_is_owed_stands_with_its_state_and_reason(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path)) as on:
        await on.press("6")

        assert on.shows("[owed 3]", "refused 1", "done 1")
        assert on.shows("■ held for you", "↑ waiting", "… will retry", "in 8 min")
        await on.press("right")
        assert on.shows("✗ refused", "the listing needs a shipping profile first")


async def test_an_empty_outbox_and_an_empty_plan_say_what_they_are_for(tmp_path: Path) -> None:
    made = services(tmp_path)
    init_organization(made.workspace, currency="USD")
    async with stage(made) as on:
        await on.press("6")
        assert on.shows("Nothing is owed to any shop.", "Press p to compare")
        await on.press("P")
        assert on.said()[-1] == "Nothing is owed to any shop."
        await on.press("p")
        assert on.shows("Nothing would change.")
        await on.press("A")
        assert on.said()[-1] == "There is nothing to apply."


async def test_contacts_are_listed_with_how_they_were_known(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path)) as on:
        await on.press("8")

        assert on.shows("Ada Brandt", "ada@example.com", "same e-mail", "new with the order")


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
