from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from pottery import ETSY, NOW, PotteryServices, pottery, services
from stage import FakeSandbox, Stage, stage
from tuisync.core.actions.organization import init_organization
from tuisync.core.errors import ConsentDenied
from tuisync.core.models import ORGANIZATION_ID, Counts
from tuisync.core.store import schema
from tuisync.core.views.history import run_views
from tuisync.core.views.organization import organization_view
from tuisync.core.views.status import ENGINE
from tuisync.screens.mapping import UNDECIDED
from tuisync.screens.setup import Setup, wizard
from tuisync.screens.setup.firstsync import FirstSyncPage, Found, came_in, found_in
from tuisync.screens.setup.organization import local_zone
from tuisync.screens.setup.pages import FieldsPage

if TYPE_CHECKING:
    import pytest

    from tuisync.core.models import Integration
    from tuisync.core.session import Prompt

ADDRESS = "https://www.example.com/oauth/connect?client_id="


def _organized(tmp_path: Path) -> PotteryServices:
    made = services(tmp_path)
    init_organization(made.workspace, currency="USD", name="Wren")
    return made


async def _at_sign_in(on: Stage) -> None:
    await on.press("n")
    await on.type("key123")
    await on.press("tab")
    await on.type("s3cret")
    await on.press("enter")
    await on.until(lambda: ADDRESS in on.text)


async def test_s07_from_nothing_to_a_connected_shop(tmp_path: Path) -> None:
    made = services(tmp_path)
    assert made.workspace.store.lease(ENGINE, "tui")  # a run without an engine is interrupted
    async with stage(made) as on:
        await on.type("Wren & Thistle")
        await on.press("ctrl+s")
        organization = made.workspace.store.get(schema.ORGANIZATION, ORGANIZATION_ID)
        assert organization is not None
        assert (organization.name, organization.base_currency, organization.first_push) == (
            "Wren & Thistle",
            "USD",
            "review",
        )
        assert on.shows("Which marketplace?")
        await on.press("enter")
        assert on.shows("What Etsy needs", "1.  Open etsy.com", "Keystring", "Shared secret")
        await on.type("key123")
        await on.press("tab")
        await on.type("s3cret")
        assert not on.shows("s3cret")
        await on.press("enter")
        await on.until(lambda: ADDRESS in on.text)
        assert on.shows("Waiting for you: 5:00 left.")
        await on.type("http://localhost:3003/oauth/redirect?code=c&state=s1")
        await on.press("enter")
        await on.until(lambda: on.shows("WrenAndThistle is connected", "80 of 120"))

        assert on.sign_ins.options == {"keystring": "key123", "shared_secret": "s3cret"}


async def test_the_first_sync_ends_with_what_to_do_next(tmp_path: Path) -> None:
    made = _organized(tmp_path)
    async with stage(made) as on:
        await _at_sign_in(on)
        await on.type("code")
        await on.press("enter")
        await on.until(lambda: on.shows("is connected"))
        with made.workspace.store.transaction() as tx:
            for run in list(tx.all(schema.RUNS)):
                tx.put(schema.RUNS, run.but(status="succeeded", finished_at=NOW))
        await on.until(lambda: on.shows("Each has its item."))
        await on.press("enter")

        assert on.app.current_mode == "marketplaces"
        assert on.shows("WrenAndThistle")


async def test_s07_denied_consent_leads_back_and_stores_nothing(tmp_path: Path) -> None:
    made = _organized(tmp_path)
    async with stage(made) as on:
        on.sign_ins.refusal = ConsentDenied("Etsy: the seller said no.", hint="Ask again.")
        await _at_sign_in(on)
        await on.type("x")
        await on.press("enter")
        await on.until(lambda: on.shows("Etsy: the seller said no.", "Ask again."))
        assert made.workspace.store.count(schema.INTEGRATIONS) == 0
        on.sign_ins.refusal = None
        await on.press("ctrl+r")
        await on.until(lambda: not on.shows("the seller said no"))
        await on.type("x")
        await on.press("enter")
        await on.until(lambda: on.shows("is connected"))

        assert made.workspace.store.count(schema.INTEGRATIONS) == 1


async def test_s06_enter_begins_again_where_an_attempt_has_ended(tmp_path: Path) -> None:
    made = _organized(tmp_path)
    async with stage(made) as on:
        on.sign_ins.refusal = ConsentDenied("Etsy: the seller said no.")
        await _at_sign_in(on)
        await on.type("x")
        await on.press("enter")
        await on.until(lambda: on.shows("the seller said no", "enter starts again"))
        on.sign_ins.refusal = None
        await on.type("http://localhost:3003/oauth/redirect?code=of-the-old-attempt")
        await on.press("enter")
        await on.until(lambda: on.shows("5:00 left") and not on.shows("of-the-old-attempt"))
        await on.type("x")
        await on.press("enter")
        await on.until(lambda: on.shows("is connected"))


async def test_s06_the_time_left_is_counted_down(tmp_path: Path) -> None:
    made = _organized(tmp_path)
    async with stage(made) as on:
        await _at_sign_in(on)
        made.workspace.clock.advance(minutes=1, seconds=30)  # type: ignore[attr-defined]  # a manual clock
        await on.until(lambda: on.shows("3:30 left"))


async def test_escape_leaves_the_wizard_and_stores_nothing(tmp_path: Path) -> None:
    made = _organized(tmp_path)
    async with stage(made) as on:
        await _at_sign_in(on)
        await on.press("escape")

        assert not isinstance(on.app.screen, Setup)
        assert made.workspace.store.count(schema.INTEGRATIONS) == 0
        assert not [each for each in on.app.workers if each.group == "signin" and each.is_running]


async def test_the_address_can_be_copied(tmp_path: Path) -> None:
    async with stage(_organized(tmp_path)) as on:
        await _at_sign_in(on)
        await on.press("ctrl+y")

        assert on.app.clipboard.startswith(ADDRESS)


async def test_the_field_that_takes_the_keys_is_in_sight_on_a_narrow_terminal(
    tmp_path: Path,
) -> None:
    async with stage(_organized(tmp_path), size=(60, 12)) as on:
        await on.press("n")
        page = on.app.screen.query_one(FieldsPage)
        for _ in page.rows:
            assert on.app.focused is not None
            assert page.region.contains_region(on.app.focused.region)
            await on.press("tab")
        await on.press("enter")

        assert on.shows("Fill in “Keystring” first.")
        assert on.app.focused is page.rows[0].editor
        assert page.region.contains_region(on.app.focused.region)


async def test_what_is_missing_takes_no_room_of_what_follows(tmp_path: Path) -> None:
    async with stage(services(tmp_path)) as on:
        lines = on.text.split("\n")
        place = next(number for number, line in enumerate(lines) if "Currency" in line)
        await on.press("ctrl+s")

        assert on.shows("Fill in “Name” first.")
        assert "Currency" in on.text.split("\n")[place]
        await on.type("Wren")
        assert not on.shows("is missing")
        assert on.shows("As you want to see it on top")


async def test_the_sign_in_stands_in_the_middle_of_a_wide_terminal(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path), size=(200, 60)) as on:
        await on.press("1", "enter", "r")
        heading = next(line for line in on.text.split("\n") if "Sign in at" in line)

        assert heading.index("Sign") == (200 - 92) // 2 + 2


async def test_what_is_missing_is_said_on_the_page(tmp_path: Path) -> None:
    async with stage(_organized(tmp_path)) as on:
        await on.press("n", "ctrl+s")
        assert on.shows("Fill in “Keystring” first.")
        await on.type("k")
        assert not on.shows("is missing")
        await on.press("enter", "enter")  # the last field's ends the page
        assert on.shows("Fill in “Shared secret” first.")


async def test_what_the_core_refuses_is_said_on_the_page(tmp_path: Path) -> None:
    made = services(tmp_path)
    async with stage(made) as on:
        await on.type("Wren")
        await on.press("tab", "tab", "tab")
        await on.type(" " * 3)
        await on.press("ctrl+s")
        assert on.shows("Fill in “Warehouse” first.")
        await on.type("W" * 101)
        await on.press("ctrl+s")

        assert "cannot be the name of" in " ".join(on.text.split())
        assert not made.workspace.store.count(schema.ORGANIZATION)


async def test_a_currency_is_found_by_typing(tmp_path: Path) -> None:
    made = services(tmp_path)
    async with stage(made) as on:
        await on.type("Wren")
        await on.press("tab", "e")
        await on.type("ur")
        await on.press("enter", "ctrl+s")
        organization = made.workspace.store.get(schema.ORGANIZATION, ORGANIZATION_ID)

        assert organization is not None
        assert organization.base_currency == "EUR"


async def test_the_demo_walks_itself_through_to_the_consent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wizard, "PACE", 0.01)
    sandbox = FakeSandbox()
    async with stage(services(tmp_path), demo=sandbox, banner="A sandbox.") as on:
        await on.until(lambda: bool(sandbox.visited) and on.shows("Sign in at Etsy"))

        assert sandbox.visited[0].startswith(ADDRESS)
        assert on.sign_ins.options == dict(sandbox.options)
        assert on.shows("A sandbox.")


async def test_a_demo_s_buyer_buys_and_the_order_is_fetched(tmp_path: Path) -> None:
    sandbox = FakeSandbox()
    shop = pottery(tmp_path)
    async with stage(shop, demo=sandbox) as on:
        await on.press("escape", "B")

        assert sandbox.bought == 1
        queued = shop.workspace.store.find(schema.RUNS, "status", "queued")
        assert {(run.module, run.trigger) for run in queued} == {("orders", "manual")}


async def test_nobody_buys_where_there_is_no_sandbox(tmp_path: Path) -> None:
    shop = pottery(tmp_path)
    async with stage(shop) as on:
        await on.press("B")

        assert shop.workspace.store.count(schema.RUNS, "status", "queued") == 0


def test_the_machines_zone_is_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", ":Europe/Vienna")

    assert local_zone(["Europe/Vienna", "UTC"]) == "Europe/Vienna"


def test_an_unknown_zone_falls_back_to_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Mars/Olympus")

    assert local_zone([]) == "UTC"


async def test_escape_asks_before_what_was_typed_is_lost(tmp_path: Path) -> None:
    async with stage(services(tmp_path)) as on:
        assert on.shows("esc Not now", "enter Next field", "f1 Help"), "in a field, ? types one"
        await on.type("My shop")
        await on.press("escape")
        assert on.shows("Leave the setup?", "What you typed on this page is not kept.")
        await on.press("enter")  # the safe answer
        assert isinstance(on.app.screen, Setup)
        assert on.shows("My shop")
        await on.press("escape", "y")

        assert not isinstance(on.app.screen, Setup)


async def test_enter_goes_from_field_to_field_and_ends_the_page_at_the_last(
    tmp_path: Path,
) -> None:
    made = _organized(tmp_path)
    async with stage(made) as on:
        await on.press("n")
        await on.type("key123")
        await on.press("enter")
        assert on.shows("What Etsy needs")
        await on.type("s3cret")
        await on.press("enter")
        await on.until(lambda: ADDRESS in on.text)


async def test_one_can_return_to_each_page_and_what_it_asked_can_be_changed(
    tmp_path: Path,
) -> None:
    made = services(tmp_path)
    async with stage(made) as on:
        await on.press("ctrl+o")
        assert on.said()[-1] == "This is the first page."
        await on.type("Wrong name")
        await on.press("ctrl+s", "enter")  # Etsy of the marketplaces
        assert on.shows("What Etsy needs")
        await on.press("ctrl+o", "ctrl+o")
        assert on.shows("Name", "Wrong name")
        await on.press("home", "ctrl+k")
        await on.type("Right name")
        await on.press("tab", "tab", "tab", "home", "ctrl+k")
        await on.type("Barn")
        await on.press("ctrl+s", "enter")
        assert on.shows("What Etsy needs")

    found = organization_view(made.workspace.store)
    assert (found.name, found.primary_warehouse) == ("Right name", "Barn")
    assert len(found.warehouses) == 1


async def test_one_can_return_to_which_marketplace_and_choose_another(tmp_path: Path) -> None:
    async with stage(services(tmp_path)) as on:
        await on.type("Wren")
        await on.press("ctrl+s")
        assert on.shows("Which marketplace?", "Etsy", "Craft Fair")
        await on.press("enter")
        await on.type("key123")
        await on.press("tab")
        await on.type("s3cret")
        await on.press("enter")
        await on.until(lambda: ADDRESS in on.text)
        await on.press("ctrl+o", "ctrl+o")
        assert on.shows("Which marketplace?")
        await on.press("down", "enter")
        await on.until(lambda: on.shows("Craft Fair"))
        await on.type("http://localhost:3004/oauth/redirect?code=c&state=s1")
        await on.press("enter")
        await on.until(lambda: on.shows("is connected"))

        assert on.sign_ins.options == {}, "another marketplace never sees the key of the first"


async def test_back_leads_from_a_sign_in_without_a_key_to_which_marketplace(
    tmp_path: Path,
) -> None:
    async with stage(_organized(tmp_path)) as on:
        on.app.push_screen(Setup())
        await on.settle()
        await on.press("ctrl+o")
        assert on.said()[-1] == "This is the first page."
        await on.press("down", "enter", "ctrl+o")
        table = on.table()

        assert (table.key, table.has_focus) == ("fair", True)


async def test_after_a_failed_sign_in_one_can_correct_what_was_given(tmp_path: Path) -> None:
    async with stage(_organized(tmp_path)) as on:
        on.sign_ins.refusal = ConsentDenied("Etsy: the seller said no.")
        await _at_sign_in(on)
        await on.type("x")
        await on.press("enter")
        await on.until(lambda: on.shows("goes back to what Etsy needs."))
        await on.press("ctrl+o")
        assert on.shows("What Etsy needs", "key123")
        assert not on.shows("s3cret")
        assert not [each for each in on.app.workers if each.group == "signin" and each.is_running]
        page = on.app.screen.query_one(FieldsPage)
        assert [row.value for row in page.rows] == ["key123", "s3cret"]


def _files_with(directory: Path, words: bytes) -> list[Path]:
    files = (each for each in directory.rglob("*") if each.is_file())
    return [each for each in files if words in each.read_bytes()]


async def test_what_was_given_is_there_again_in_this_session_and_nowhere_else(
    tmp_path: Path,
) -> None:
    made = _organized(tmp_path)
    async with stage(made) as on:
        await _at_sign_in(on)
        await on.press("escape", "n")
        page = on.app.screen.query_one(FieldsPage)
        assert [row.value for row in page.rows] == ["key123", "s3cret"]
        await on.press("escape")
        assert not isinstance(on.app.screen, Setup), "nothing new was typed"

    assert not _files_with(tmp_path, b"s3cret")


async def test_no_address_is_awaited_once_the_sign_in_has_failed(tmp_path: Path) -> None:
    async with stage(_organized(tmp_path)) as on:
        on.sign_ins.fails_at_once = ConsentDenied("The key is unknown.")
        await on.press("n")
        await on.type("key123")
        await on.press("enter")
        await on.type("s3cret")
        await on.press("enter")
        await on.until(lambda: on.shows("The key is unknown."))

        assert not on.shows("asking for the address")


async def test_a_currency_is_found_by_its_name(tmp_path: Path) -> None:
    async with stage(services(tmp_path)) as on:
        await on.press("tab", *"euro")
        assert on.shows("EUR", "Euro")
        await on.press("enter")

        assert on.app.screen.query_one(FieldsPage).rows[1].value == "EUR"


def test_the_first_numbers_say_what_each_counts() -> None:
    found = Found(listings=120, variants=211, undecided=211, sure=207)

    assert came_in(found).startswith("120 listings came in, with 211 variants")
    assert came_in(Found(1, 1, 0, 0)) == "1 listing came in."


async def test_frozen_and_skipped_orders_are_explained_in_the_wizard(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    shop = next(each for each in made.workspace.store.all(schema.INTEGRATIONS))
    async with stage(made, size=(100, 30)) as on:
        page = FirstSyncPage(shop)
        await on.app.screen.mount(page)
        (run,) = run_views(made.workspace.store, limit=1)
        page.show([msgspec.structs.replace(run, counts=Counts(frozen=34, skipped=266))])
        page.say_next(Found(listings=120, variants=211, undecided=211, sure=207))
        await on.settle()

        said = " ".join(on.text.split())
        assert "Frozen kept whole" in said
        assert "Skipped read, nothing to do here" in said
        assert "211 variants without an item yet" in said
        assert "makes items of 207. The other 4 you decide one by one." in said


def test_a_shop_s_first_numbers_are_those_of_the_mapping(tmp_path: Path) -> None:
    store = pottery(tmp_path).workspace.store
    found = found_in(store, ETSY)
    undecided = sum(store.count(schema.LINKS, "state", each) for each in UNDECIDED)

    assert found.undecided == undecided
    assert found.sure <= found.undecided <= found.variants


async def test_what_was_typed_is_there_again_after_going_back_and_on(tmp_path: Path) -> None:
    async with stage(services(tmp_path)) as on:
        await on.type("Wren")
        await on.press("ctrl+s", "enter")  # Etsy of the marketplaces
        await on.type("key123")
        await on.press("tab")
        await on.type("s3cret")
        await on.press("ctrl+o", "ctrl+o")
        assert on.shows("Warehouse", "Wren")
        await on.press("ctrl+s", "enter")
        assert on.shows("What Etsy needs")
        page = on.app.screen.query_one(FieldsPage)
        assert [row.value for row in page.rows] == ["key123", "s3cret"]

    assert not _files_with(tmp_path, b"s3cret")


async def test_who_comes_back_starts_at_the_first_field(tmp_path: Path) -> None:
    async with stage(services(tmp_path)) as on:
        await on.type("Wren")
        await on.press("ctrl+s", "enter")  # Etsy of the marketplaces
        await on.type("key123")
        await on.press("ctrl+o", "enter")
        page = on.app.screen.query_one(FieldsPage)

        assert [bool(row.value) for row in page.rows[:2]] == [True, False]
        assert on.app.focused is page.rows[0].editor


async def test_the_help_says_when_the_wizard_stores_what(tmp_path: Path) -> None:
    async with stage(services(tmp_path)) as on:
        await on.press("f1")

        assert on.shows("Your business is stored when its ", "once you have signed in.")
        assert not on.shows("Nothing is stored")


async def test_the_bottom_line_says_what_enter_does_on_a_page(tmp_path: Path) -> None:
    async with stage(_organized(tmp_path)) as on:
        await on.press("n")
        assert "enter Next field" in on.footer()
        await on.type("key123")
        await on.press("tab")
        assert "enter Go on" in on.footer()
        await on.type("s3cret")
        await on.press("tab")
        assert "enter Go on" in on.footer(), "on the button"


async def test_where_there_is_no_address_yet_the_sign_in_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def unreachable(*_: object) -> Integration:
        await asyncio.Event().wait()
        raise AssertionError

    async with stage(_organized(tmp_path)) as on:
        monkeypatch.setattr(on.sign_ins, "connect", unreachable)
        await on.press("n")
        await on.type("key123")
        await on.press("tab")
        await on.type("s3cret")
        await on.press("ctrl+s", "ctrl+y")
        assert on.said()[-1] == "There is no address to copy yet."
        await on.press("enter")
        assert on.said()[-1] == "Nothing is pasted yet."
        await on.type("rubbish")
        await on.press("enter")
        assert on.said()[-1] == "There is no address of Etsy yet that this could answer."
        assert on.shows("rubbish")


async def test_what_was_pasted_is_seen_to_be_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def slow(_name: str, _options: dict[str, str], prompt: Prompt) -> Integration:
        await prompt.visit(ADDRESS)
        await asyncio.Event().wait()
        raise AssertionError

    async with stage(_organized(tmp_path)) as on:
        monkeypatch.setattr(on.sign_ins, "connect", slow)
        await _at_sign_in(on)
        assert on.shows("Waiting for you: 5:00 left.")
        await on.type("code")
        await on.press("enter")

        assert on.shows("Checking what you pasted: 5:00 left.")
