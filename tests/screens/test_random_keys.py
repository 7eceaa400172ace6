"""Quick, senseless fingers: whatever is pressed, the app stays up and nothing of ours fails."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

import pytest

from pottery import pottery
from stage import stage
from tuisync.core.errors import EngineBusy

KEYS = (
    *("escape",) * 6,
    *"123456789jkgG/?!:,abcdefhilmnoprstuvwxyzACPRSX0-+",
    *("up", "down", "left", "right", "enter", "enter", "space", "tab", "shift+tab"),
    *("pageup", "pagedown", "home", "end", "backspace", "delete", "f1"),
    *("ctrl+a", "ctrl+d", "ctrl+p", "ctrl+r", "ctrl+s", "ctrl+u", "ctrl+y"),
)


async def _nobody(_: object) -> None:
    raise EngineBusy("Nobody took it up.")


@pytest.mark.parametrize("seed", [1, 2])
async def test_random_keys_and_sizes_do_no_harm(
    tmp_path: Path, seed: int, pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # names of files may be typed, too
    steps = 5_000 if pytestconfig.getoption("--full") else 400
    dice = random.Random(seed)  # noqa: S311  # repeatable on purpose
    async with stage(pottery(tmp_path)) as on:
        on.app.engine_did = _nobody  # type: ignore[method-assign,assignment]  # there is none to wait for
        for step in range(steps):
            if dice.random() < 0.02:
                await on.pilot.resize_terminal(dice.randint(10, 160), dice.randint(4, 50))
            else:
                on.app.simulate_key(dice.choice(KEYS))
                await asyncio.sleep(0)
            if step % 40 == 0:
                await on.settle()
            if not on.app.is_running:
                break

        assert not [text for text in on.said() if "the details are in" in text]
    assert not (tmp_path / "logs").exists()
