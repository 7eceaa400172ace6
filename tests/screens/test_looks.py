"""The header shows what was read last, whatever was read before and comes late."""

from __future__ import annotations

import asyncio
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from pottery import pottery
from stage import stage
from tuisync.core.actions.organization import configure_organization
from tuisync.screens.standing import Standing

if TYPE_CHECKING:
    import pytest


async def test_an_earlier_look_that_comes_late_does_not_outdate_the_header(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = pottery(tmp_path)
    async with stage(made) as on:
        app, read = on.app, on.app._read
        has_read, may_end = Event(), Event()

        def late() -> Standing:
            found = read()
            has_read.set()
            may_end.wait()
            return found

        try:
            monkeypatch.setattr(app, "_read", late)
            earlier = asyncio.create_task(app.look_now())
            await on.becomes(has_read.is_set)
            monkeypatch.setattr(app, "_read", read)
            configure_organization(made.workspace, {"name": "Elm & Rook"})
            later = asyncio.create_task(app.look_now())
            await on.becomes(lambda: later.done() or app._one_look.locked())
        finally:
            may_end.set()
        await asyncio.gather(earlier, later)

        assert app.standing.header.organization == "Elm & Rook"
