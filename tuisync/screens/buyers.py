"""The buyers of a demo: now and then, or when asked to, somebody buys something at the sandbox."""

from __future__ import annotations

import asyncio
from importlib import import_module

from textual import work

from tuisync.core.errors import TuisyncError
from tuisync.screens.following import Following
from tuisync.screens.ways import Ways, aside

_EVERY = 40.0
"""Seconds between two buyers."""


class Buyers(Ways):
    """An app that somebody buys from, if it shows a demo."""

    def let_buyers_come(self) -> None:
        """Have somebody buy something now and then."""
        if self.demo is not None:
            self.set_interval(_EVERY, self._somebody_buys)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Have buyers in a demo alone, and not in a dialog."""
        if action == "buy" and not (self.demo and isinstance(self.screen, Following)):
            return False
        return super().check_action(action, parameters)

    def extras(self) -> tuple[tuple[str, str, str], ...]:
        """Offer a demo's buyers in the palette."""
        if self.demo is None:
            return ()
        return (("demo: let a buyer buy", "buy", "Somebody buys something at the sandbox"),)

    def action_buy(self) -> None:
        """Let somebody buy something at the sandbox, and fetch the order."""
        self.say("A buyer is buying something; the order comes in now.")
        self._buy()

    def _somebody_buys(self) -> None:
        """Go on with the buying once the walk through the sandbox is over."""
        if not any(isinstance(each, aside().Setup) for each in self.screen_stack):
            self._buy()

    @work(exit_on_error=False, exclusive=True, group="buyer")
    async def _buy(self) -> None:
        if self.demo is None:
            return
        try:
            await self.demo.buy()
            syncs = import_module("tuisync.core.actions.syncs")
            await asyncio.to_thread(syncs.request_sync, self.workspace, ["orders"])
        except TuisyncError as error:
            self.say(error.message)
