from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from textual import events
from textual.binding import Binding
from textual.color import Color
from textual.command import CommandList
from textual.geometry import Size

from pottery import calm, pottery, services
from stage import FakeEngine, Stage, stage
from states import SCREENS as ANYWHERE
from states import STATES
from tuisync.core.actions.organization import init_organization
from tuisync.core.errors import StoreError
from tuisync.core.store import schema
from tuisync.screens import live
from tuisync.screens.details import Details
from tuisync.screens.dialogs.choose import Choose
from tuisync.screens.dialogs.form import Form
from tuisync.screens.item import ItemDetail
from tuisync.screens.marketplaces import Marketplaces
from tuisync.screens.order import OrderDetail
from tuisync.screens.palette import Palette
from tuisync.screens.place import Place
from tuisync.screens.places import PLACES
from tuisync.screens.records import Records
from tuisync.screens.verbs import Verb
from tuisync.widgets.header import StatusLine
from tuisync.widgets.keybar import KeyBar
from tuisync.widgets.marks import TONES
from tuisync.widgets.table import Table

if TYPE_CHECKING:
    from rich.style import Style
    from textual.strip import Strip

SCREENS: tuple[type[Place[Any]], ...] = (
    *(each.screen for each in PLACES),
    Details,
    ItemDetail,
    OrderDetail,
    Records,
)


def _verbs() -> Iterator[tuple[str, Verb]]:
    for screen in SCREENS:
        for verb in screen.VERBS:
            yield screen.__name__, verb


async def test_number_keys_switch_places_and_each_keeps_its_state(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path)) as on:
        await on.press("3", "down", "down", "4", "enter")
        assert isinstance(on.app.screen, OrderDetail)
        await on.press("3")
        assert on.table().key == "JUG-L"
        await on.press("4")
        assert on.app.screen is on.app.screen_stack[0], "what lay on top of the list is left"
        assert on.table().key == "etsy:8101:3301442900"


async def test_number_keys_are_typed_in_dialogs(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path)) as on:
        await on.press("3", "a", "4")

        assert isinstance(on.app.screen, Form)
        assert on.app.screen.values["units"] == "4"


@pytest.mark.parametrize("state", ["empty", "normal"])
async def test_escape_never_quits_and_numbers_go_anywhere(tmp_path: Path, state: str) -> None:
    async with stage(STATES[state](tmp_path)) as on:
        for name, keys in ANYWHERE.items():
            await on.press(*keys.split())
            if isinstance(on.app.screen, Place):
                assert all(f"{place.key}" in _numbers(on) for place in PLACES), name
            await on.press("escape", "escape", "escape")
            assert on.app.is_running, name
            assert isinstance(on.app.screen, Place), name


def _numbers(on: Stage) -> set[str]:
    """Return the keys that go to places from here."""
    active = on.app.screen.active_bindings.values()
    return {each.binding.key for each in active if each.binding.action.startswith("go(")}


@pytest.mark.parametrize("key", ["q", "ctrl+q"])
async def test_quitting_gives_the_engine_back_once(tmp_path: Path, key: str) -> None:
    engine = FakeEngine()
    async with stage(calm(tmp_path), engine=engine) as on:
        assert engine.calls == ["start"]
        await on.pilot.press(key)
        await on.pilot.pause()

    assert engine.calls == ["start", "stop"]
    assert on.app.return_code == 0


async def test_keys_after_quitting_come_to_nothing(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path)) as on:
        await on.app.action_quit()
        for key in ("enter", "down", "question_mark", "3"):
            on.app.simulate_key(key)

    assert not (tmp_path / "logs").exists()


async def test_leaving_in_any_way_stops_the_engine(tmp_path: Path) -> None:
    engine = FakeEngine()
    async with stage(pottery(tmp_path), engine=engine):
        pass

    assert engine.calls == ["start", "stop"]


async def test_suspending_gives_the_lease_back_and_coming_back_takes_it(tmp_path: Path) -> None:
    engine = FakeEngine()
    async with stage(pottery(tmp_path), engine=engine) as on:
        assert any(
            active.binding.key == "ctrl+z" for active in on.app.screen.active_bindings.values()
        )
        on.app.app_suspend_signal.publish(on.app)
        on.app.app_resume_signal.publish(on.app)

        assert engine.calls == ["start", "stop", "start"]


async def test_the_header_says_who_syncs(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    async with stage(made) as on:
        assert on.shows("○ no engine")
        lease = made.workspace.store.lease("engine", "daemon")
        assert lease is not None
        on.app.stir()
        await on.settle()
        assert on.shows("● engine: daemon")
        lease.release()
        tui = made.workspace.store.lease("engine", "tui")
        on.app.stir()
        await on.settle()
        assert on.shows("● engine here")
        made.workspace.clock.advance(minutes=2)  # type: ignore[attr-defined]  # a manual clock
        on.app.stir()
        await on.settle()
        assert on.shows("not answering")
        assert tui is not None


@pytest.mark.parametrize(
    ("width", "told"),
    [
        (130, "↻ etsy items 1,240 of 3,000, 4 min left · etsy orders 17"),
        (100, "↻ etsy items 1,240 of 3,000, 4 min left"),
        (80, "↻ etsy items 1,240 of 3,000"),
    ],
)
async def test_the_header_tells_as_much_of_a_sync_as_there_is_room_for(
    tmp_path: Path, width: int, told: str
) -> None:
    async with stage(STATES["busy"](tmp_path), size=(width, 24)) as on:
        header = on.text.split("\n")[0]
        assert header.startswith(f" Wren & Thistle   {told}   ")
        assert "! 6 need you" in header


async def test_the_header_and_the_tabs_fit_any_width(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path)) as on:
        for width in (40, 60, 80, 120, 200):
            await on.pilot.resize_terminal(width, 24)
            await on.settle()
            header, tabs = on.text.split("\n")[:2]

            assert header.endswith("○ no engine" if width > 70 else "○")
            first = {60: "1Market", 80: "1 Market"}.get(width, "1 Marketplaces")
            assert first in tabs
            last = {60: "9Plan•", 80: "9 Plan•", 120: "9 Plan 1", 200: "9 Plan (1)"}.get(width, "9")
            assert tabs.rstrip().endswith(last)


async def test_a_badge_tells_what_waits_where(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path), size=(120, 30)) as on:
        assert on.shows("2 Mapping 9", "4 Orders 1", "5 Inbox 8", "6 Outbox 3", "9 Plan 1")
        assert on.shows("! 8 need you")
        await on.pilot.resize_terminal(80, 24)
        await on.settle()
        assert on.shows("1 Market 2 Map• 3 Items 4 Orders• 5 Inbox• 6 Outbox• 7 Hist 8 Contacts")


async def test_a_change_made_elsewhere_appears_by_itself(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    async with stage(made) as on:
        with made.workspace.store.transaction() as tx:
            shop = tx.find(schema.INTEGRATIONS, "name", "etsy")[0]
            tx.put(schema.INTEGRATIONS, shop.but(status="inactive"))
        await on.until(lambda: on.shows("○ inactive"))


async def test_a_place_out_of_sight_catches_up_when_it_is_shown(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    async with stage(made) as on:
        await on.press("3", "1")
        with made.workspace.store.transaction() as tx:
            item = tx.find(schema.ITEMS, "sku", "BOWL-OAT")[0]
            tx.put(schema.ITEMS, item.but(name="Renamed bowl"))
        await on.settle()
        await on.press("3")

        assert on.shows("Renamed bowl")


async def test_an_error_is_shown_with_its_hint_and_kept_in_the_messages(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path)) as on:
        on.app.report(StoreError("The disk is full.", hint="Make room."))
        await on.press("exclamation_mark")

        assert on.shows("Messages of this session", "The disk is full. Make room.")


async def test_a_fault_of_ours_in_an_action_is_written_down_and_the_session_goes_on(
    tmp_path: Path,
) -> None:
    def fail() -> None:
        raise ZeroDivisionError("ours")

    async with stage(pottery(tmp_path)) as on:
        on.app.act(fail)
        await on.settle()

        assert on.app.is_running
        assert "ZeroDivisionError; the details are in" in on.said()[-1]
    crash = next((tmp_path / "logs").iterdir())
    assert "ZeroDivisionError: ours" in crash.read_text()
    assert crash.stat().st_mode & 0o777 == 0o600


async def test_a_crash_leaves_a_log_and_a_sentence(tmp_path: Path) -> None:
    async def crash() -> None:
        async with stage(pottery(tmp_path)) as on:
            on.app._handle_exception(RuntimeError("boom"))

    with pytest.raises(RuntimeError, match="boom"):
        await crash()

    assert "RuntimeError: boom" in next((tmp_path / "logs").iterdir()).read_text()


async def test_a_place_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    async with stage(made) as on:
        await on.press("3", "enter")
        with made.workspace.store.transaction() as tx:
            item = next(each for each in tx.all(schema.ITEMS) if each.sku == "BOWL-OAT")
            tx.delete(schema.ITEMS, item.id)
        await on.until(lambda: any("BOWL-OAT" in text for text in on.said()))

        assert on.app.is_running


async def test_a_store_that_cannot_be_read_is_told_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise StoreError("The store is gone.")

    async with stage(pottery(tmp_path)) as on:
        monkeypatch.setattr(live, "standing", fail)
        for _ in range(3):
            on.app.stir()
            await on.settle()

        assert [text for text in on.said() if "The store is gone." in text] == [
            "The store cannot be used: The store is gone."
        ]


async def test_help_is_made_from_the_bindings_of_where_one_is(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path), size=(100, 50)) as on:
        await on.press("4", "question_mark")

        assert on.shows("Your sales orders.", "With carrier and number", "Page down")
        assert on.shows("Everywhere", "Outbox")
        await on.press("escape")
        assert on.app.current_mode == "orders"


async def test_the_palette_finds_a_verb_of_another_place_and_goes_there(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path)) as on:
        await on.press("ctrl+p")
        await on.type("item adjust")
        await on.until(lambda: on.shows("item: adjust stock"))
        await on.press("enter")
        await on.until(lambda: on.shows("Adjust BOWL-OAT"))

        assert on.app.current_mode == "items"


async def test_a_verb_of_a_place_that_is_still_read_waits_for_it(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path)) as on:
        on.app.do_at("items", "adjust")
        await on.until(lambda: on.shows("Adjust BOWL-OAT"))

        assert not [each for each in on.said() if "There is no item" in each]


async def test_every_verb_is_in_the_palette(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path), size=(100, 50)) as on:
        await on.press("ctrl+p")
        await on.until(lambda: on.app.screen.query_one(CommandList).option_count > 20)
        await on.settle()
        options = on.app.screen.query_one(CommandList).options
        offered = {str(option.prompt).split("\n")[0] for option in options}

        wanted = {verb.command for place in PLACES for verb in place.screen.VERBS}
        assert wanted <= {re.sub(r"^\W+", "", each) for each in offered}


async def test_paging_in_a_palette_that_is_not_laid_out_yet_does_no_harm(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path)) as on:
        on.app.action_command_palette()
        palette = on.app.screen
        assert isinstance(palette, Palette)
        for action in ("page_up", "page_down", "first", "last", "cursor_up"):
            palette._action_command_list(action)
        await on.settle()
        await on.press(*"zzzz", "pageup", "pagedown", "escape")

        assert on.app.is_running


def test_every_verb_is_named_noun_verb_and_explained() -> None:
    for where, verb in _verbs():
        assert re.fullmatch(r"[a-z-]+: [a-z ]+", verb.command), (where, verb)
        assert len(verb.help) > 8, (where, verb)


def test_no_verb_hides_a_key_of_the_table_or_a_number() -> None:
    table = {
        key
        for binding in Table.BINDINGS
        if isinstance(binding, Binding)
        for key in binding.key.split(",")
    }
    for where, verb in _verbs():
        taken = set(verb.key.split(",")) & (table | set("1234567/?!q"))
        assert not taken, (where, verb.command, taken)


def test_no_two_verbs_of_a_place_share_a_key() -> None:
    for screen in SCREENS:
        keys = [key for verb in screen.VERBS for key in verb.key.split(",")]
        assert len(keys) == len(set(keys)), screen.__name__


def test_every_place_says_what_it_is_for() -> None:
    for screen in SCREENS:
        assert screen.HELP
        assert screen.WATCHES


async def test_a_theme_is_chosen_from_the_palette(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path)) as on:
        await on.app.run_action("change_theme")
        await on.settle()
        assert isinstance(on.app.screen, Palette)
        await on.type("nord")
        await on.until(lambda: on.shows("nord"))
        await on.press("pagedown", "enter")
        await on.until(lambda: on.app.theme == "nord")


async def test_every_row_can_be_read_in_every_theme(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path)) as on:
        for theme in on.app.available_themes:
            on.app.theme = theme
            await on.settle()
            table = on.table()
            for state in ("", "cursor", "cursor-blurred", "selected", "hover"):
                for tone in TONES:
                    style = table._style(state, tone)
                    assert _contrast(style) >= 2.1, (theme, state, tone)

        assert "ansi-dark" in on.app.available_themes


def _contrast(style: Style) -> float:
    assert style.color
    assert style.bgcolor
    if style.color.triplet is None or style.bgcolor.triplet is None:
        return 0 if style.color == style.bgcolor and not style.color.is_default else 21
    ink, ground = (Color.from_rich_color(each) for each in (style.color, style.bgcolor))
    low, high = sorted((_luminance(ink), _luminance(ground)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: Color) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in colour.normalized
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


async def test_states_can_be_told_apart_without_colour(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with stage(pottery(tmp_path)) as on:
        assert on.shows("● active", "! sign in", "▌ etsy")
        shown = list(itertools.chain.from_iterable(on.app.screen._compositor.render_strips()))
        for filter_ in on.app._filters:
            shown = filter_.apply(shown, on.app.screen.background_colors[0])
        styles = [segment.style for segment in shown if segment.style]
        colours = [style.color.triplet for style in styles if style.color and style.color.triplet]

        assert all(max(each) - min(each) <= 2 for each in colours)


async def test_a_banner_stands_on_every_screen(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path), banner="This is a sandbox.") as on:
        for keys in ("1", "3", "5", "7", "enter"):
            await on.press(keys)
            assert on.shows("This is a sandbox.")


@pytest.mark.parametrize(("banner", "free"), [("", 2), ("A sandbox.", 3)])
async def test_the_newest_message_stands_in_the_line_under_the_tabs(
    tmp_path: Path, banner: str, free: int
) -> None:
    async with stage(pottery(tmp_path), banner=banner, messages=True) as on:
        for told in ("One is told.", "Two is told."):
            on.app.say(told)
            await on.until(partial(on.shows, told))

            assert told in on.text.split("\n")[free]
        assert "One is told." not in on.text


async def test_a_long_message_is_cut_to_that_line_and_whole_in_the_list(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path), messages=True) as on:
        await on.press("2")
        titles = on.text.split("\n")[3:6]
        on.app.say("The first line of it.\n" + "and it goes on " * 20 + "to the end", "error")
        await on.until(lambda: on.shows("The first line of it. and it goes on"))

        lines = on.text.split("\n")
        assert lines[2].endswith("… ! shows all")
        assert lines[3:6] == titles
        await on.press("3")
        assert on.shows("Hand  Comm.  Avail")
        await on.press("exclamation_mark")
        assert on.shows("to the end")


async def test_without_an_organization_the_wizard_comes_first(tmp_path: Path) -> None:
    made = services(tmp_path)
    async with stage(made) as on:
        assert on.shows("Your business", "Currency")
        await on.press("escape")
        assert isinstance(on.app.screen, Marketplaces)
        init_organization(made.workspace, currency="USD", name="Made elsewhere")
        await on.until(lambda: "Made elsewhere" in on.app.screen.query_one(StatusLine).state[0])


async def test_a_dialog_left_twice_takes_no_other_screen_along(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path)) as on:
        await on.press("enter", "i")
        dialog = on.app.screen
        assert isinstance(dialog, Choose)
        dialog.action_choose()
        dialog.action_choose()
        await on.settle()

        assert isinstance(on.app.screen, Details)


async def test_a_choice_is_made_with_the_mouse_too(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path)) as on:
        await on.press("enter", "i")
        assert isinstance(on.app.screen, Choose)
        await on.pilot.click(Table, offset=(5, 1))
        await on.pilot.click(Table, offset=(5, 1))
        await on.settle()

        assert on.shows("1 h")
        assert isinstance(on.app.screen, Details)


async def test_two_sizes_on_their_way_at_once_come_to_rest(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path)) as on:
        seen: list[Size] = []
        screen = on.app.screen
        refresh = screen._screen_resized

        def counted(size: Size) -> None:
            seen.append(size)
            refresh(size)

        screen._screen_resized = counted  # type: ignore[method-assign]  # it goes on as before
        for size in (Size(29, 49), Size(130, 13), on.app.size):
            screen.post_message(events.Resize(size, size))
        await on.settle()
        await on.pilot.pause()

        assert set(seen) <= {on.app.size}


BLUE, BRIGHT_BLACK, BRIGHT_WHITE = "color(4)", "color(8)", "color(15)"


@pytest.mark.parametrize("theme", ["ansi-dark", "ansi-light"])
async def test_no_ground_hides_text_in_the_colours_of_the_terminal(
    tmp_path: Path, theme: str
) -> None:
    (tmp_path / "config.toml").write_text(f'[screen]\ntheme = "{theme}"\n', encoding="utf-8")
    grounds: set[tuple[str, str]] = set()
    async with stage(pottery(tmp_path)) as on:
        for keys in ("3", "4 enter", "3 a", "1 enter h", "2 space"):
            while len(on.app.screen_stack) > 1:
                on.app.pop_screen()
            await on.press(*keys.split())
            grounds |= _grounds(on.app.screen._compositor.render_strips())

    assert grounds == {(BLUE, BRIGHT_WHITE), (BRIGHT_BLACK, BRIGHT_WHITE)}


def _grounds(strips: Iterable[Strip]) -> set[tuple[str, str]]:
    """Return the grounds of text that are not the terminal's own, each with the text's colour."""
    styles = (
        part.style
        for part in itertools.chain.from_iterable(strips)
        if part.text.strip(" ▁▂▃▄▅▆▇█▌")
    )
    return {
        (style.bgcolor.name, style.color.name)
        for style in styles
        if style and style.bgcolor and style.color and not style.bgcolor.is_default
    }


@pytest.mark.parametrize("state", STATES)
async def test_the_bottom_line_says_of_each_verb_whether_it_can_be_done(
    tmp_path: Path, state: str
) -> None:
    async with stage(STATES[state](tmp_path), size=(200, 40)) as on:
        for name, keys in ANYWHERE.items():
            while len(on.app.screen_stack) > 1:
                on.app.pop_screen()
            await on.press(*keys.split())
            screen = on.app.screen
            if isinstance(screen, Place):
                for shown in screen.query_one(KeyBar).verbs:
                    verb = next((v for v in screen.VERBS if v.label == shown.label), None)
                    if verb is not None:
                        assert shown.able is not bool(screen.why_not(verb.action)), (name, verb)


async def test_a_field_with_the_focus_is_offered_only_keys_that_do_not_type(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path)) as on:
        await on.press("3")
        assert on.shows("a Adjust", "? Help")
        await on.press("slash")
        assert on.shows("f1 Help", "^p Palette", "esc Clear filter")
        assert not on.shows("a Adjust")
        await on.press("escape")
        assert on.shows("a Adjust", "? Help")


async def test_where_there_is_room_the_last_line_names_the_way_out_too(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path), size=(160, 40)) as on:
        assert on.shows("> Sort", "R Reverse", ", Settings", "q Quit", "? Help")


async def test_frozen_and_skipped_are_explained_where_they_are_counted(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    with made.workspace.store.transaction() as tx:
        for run in list(tx.all(schema.RUNS)):
            counts = msgspec.structs.replace(run.counts, frozen=2, skipped=1)
            tx.put(schema.RUNS, run.but(counts=counts))
    async with stage(made, size=(140, 40)) as on:
        assert on.shows("Frozen", "goes on by itself once its variants have items", "Skipped")


async def test_a_message_covers_nothing_of_a_dialog(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path), messages=True) as on:
        on.app.say("The first of many words " * 9, "warning", "Told")
        await on.settle()
        await on.press("question_mark")

        assert on.shows("Your shops, and the marketplaces you can connect. Below, what")
        assert on.shows("runs now and what waits for you at the shop under the cursor.")
