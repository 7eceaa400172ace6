"""Keys that come all at once do what they would have done one by one."""

from __future__ import annotations

from pathlib import Path
from threading import Event, Semaphore

import pytest
from textual import events
from textual.keys import _character_to_key

from pottery import pottery
from stage import Stage, stage
from tuisync.core.views.items import item_view
from tuisync.screens.help import Help
from tuisync.screens.items import Items
from tuisync.screens.order import OrderDetail
from tuisync.screens.orders import Orders


def at_once(on: Stage, *keys: str) -> None:
    """Let keys come in one packet."""
    for key in keys:
        character = key if len(key) == 1 else None
        name = _character_to_key(key) if character else key
        on.app.post_message(events.Key(name, character))


async def test_a_dialog_takes_what_is_typed_while_it_opens(tmp_path: Path) -> None:
    services = pottery(tmp_path)
    before = item_view(services.workspace.store, "BOWL-OAT").on_hand
    async with stage(services) as on:
        await on.press("3")
        at_once(on, "a", "+", "1", "2", "enter")
        await on.until(
            lambda: item_view(services.workspace.store, "BOWL-OAT").on_hand == before + 12
        )


async def test_a_form_takes_a_carrier_tab_and_the_number_typed_in_one_go(tmp_path: Path) -> None:
    services = pottery(tmp_path)
    async with stage(services) as on:
        await on.press("4")
        at_once(on, "s", *"usps", "tab", *"9400", "enter")
        await on.until(lambda: any("is shipped" in said for said in on.said()))


async def test_the_filter_takes_every_letter(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path)) as on:
        await on.press("4")
        at_once(on, "/", "a", "d", "a")
        await on.until(lambda: on.table().words == "ada")


async def test_a_place_takes_the_keys_typed_behind_its_number(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path)) as on:
        at_once(on, "4", "j", "j", "question_mark")
        await on.until(lambda: isinstance(on.app.screen, Help))
        await on.press("escape")
        assert on.table().cursor == 2


async def test_a_key_waits_for_the_rows_of_a_place_unless_it_leads_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = Event()
    load = Orders.load
    monkeypatch.setattr(Orders, "load", lambda self: (read.wait(), load(self))[1])
    async with stage(pottery(tmp_path)) as on:
        try:
            at_once(on, "4")
            await on.becomes(lambda: isinstance(on.app.screen, Orders))
            at_once(on, "3")
            await on.becomes(lambda: isinstance(on.app.screen, Items))
            at_once(on, "4", "j", "j")
            await on.becomes(lambda: isinstance(on.app.screen, Orders))
            assert on.app.typing
        finally:
            read.set()
        await on.until(lambda: on.table().cursor == 2)


@pytest.mark.parametrize(
    "keys", [("3", "q"), ("a", "escape", "q"), ("question_mark", "escape", "q")]
)
async def test_leaving_amid_quick_keys_leaves(tmp_path: Path, keys: tuple[str, ...]) -> None:
    async with stage(pottery(tmp_path)) as on:
        at_once(on, *keys, "1", "2", "3")
        await on.settle()

    assert on.app.return_code == 0


async def test_what_is_to_be_done_at_a_place_waits_for_the_rows_it_was_meant_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads = Semaphore(1)
    load = Orders.load
    monkeypatch.setattr(Orders, "load", lambda self: (reads.acquire(), load(self))[1])
    async with stage(pottery(tmp_path)) as on:
        try:
            await on.press("4")
            place = on.app.screen
            assert isinstance(place, Orders)
            place.reload()
            place.reload()  # something else is to be shown than what is being read
            await place.do("detail")
            reads.release()
            await on.becomes(lambda: not place._again)
            assert place._to_do == "detail"
        finally:
            reads.release()
        await on.until(lambda: isinstance(on.app.screen, OrderDetail))
