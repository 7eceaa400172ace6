"""A shop that is read in pages, and what happens between two of them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from rig import Rig
from tuisync.core.sync.runs import RunBook
from tuisync.testing import FakeMarketplace, ManualClock

if TYPE_CHECKING:
    import pytest


def a_shop_of_pages(listings: int = 40) -> Rig:
    rig = Rig(fake=FakeMarketplace(clock=ManualClock(), page_size=10))
    for number in range(listings):
        rig.shop.list_item(f"Item {number}", 9, sku=f"SKU-{number}")
    return rig


def at_page(monkeypatch: pytest.MonkeyPatch, number: int, act: object) -> None:
    """Let something happen once, right after the nth page of a run was stored."""
    original, seen = RunBook.add_page, 0

    def added(self: RunBook, *arguments: object, **named: object) -> None:
        nonlocal seen
        original(self, *arguments, **named)  # type: ignore[arg-type]  # passed on
        seen += 1
        if seen == number:
            assert callable(act)
            asyncio.get_running_loop().call_soon(act)

    monkeypatch.setattr(RunBook, "add_page", added)
