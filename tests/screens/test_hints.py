"""Hints of the core name commands; on the screen they name the keys that do the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from pottery import ETSY, pottery
from stage import stage
from tuisync.core.errors import Conflict
from tuisync.screens.hinting import on_screen
from tuisync.screens.mapping import Mapping


@pytest.mark.parametrize(
    ("hint", "said"),
    [
        ("First `tuisync unlink etsy:1`.", "First u."),
        ("See `tuisync links`.", "See 2 Mapping."),
        ("Run `tuisync sync`.", "Press 7, then s."),
        ("`tuisync plan` shows it, `tuisync apply` sends it.", "9 Plan shows it, A sends it."),
        ("`tuisync drift` lists them; answer with `keep` or `take`.", "9 Plan lists them; answer"),
        ("`tuisync drift keep x` sends yours, `take` theirs.", "9, then o sends yours, t theirs."),
        ("`tuisync orders decide 1 confirmed`, or `void`.", "4, then d."),
        ("`tuisync reconnect etsy`.", "1, enter, then r."),
        ("`tuisync link V S --repoint open`.", "u, then m."),
        ("`tuisync status` shows who is at it.", "`tuisync status` shows who is at it."),
        ("Nothing to do with `x`.", "Nothing to do with `x`."),
    ],
)
async def test_a_hint_names_the_keys_of_the_place(tmp_path: Path, hint: str, said: str) -> None:
    async with stage(pottery(tmp_path)) as on:
        await on.press("2")

        assert on_screen(hint, {each.id for each in Mapping.VERBS}).startswith(said)


async def test_errors_and_the_inbox_speak_of_keys(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path)) as on:
        await on.press("2")
        on.app.report(Conflict("It is linked.", hint=f"First `tuisync unlink {ETSY}:1`."))
        assert on.said()[-1] == "Not done: It is linked.\nFirst u."

        await on.press("5")
        for _ in on.table().rows:
            assert "`tuisync " not in on.text
            await on.press("j")
