"""What actions work in: the store, the clock, and what the marketplaces can do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from tuisync.core.clock import Clock, system_clock
from tuisync.core.ids import new_id
from tuisync.core.remote import Marketplace
from tuisync.core.store.port import Store


class Marketplaces(Protocol):
    """The installed marketplaces, described by their plug-ins."""

    def describe(self, name: str) -> Marketplace:
        """Return the description of one.

        Raises:
            PluginError: It is not installed or does not load.
        """
        ...


@dataclass(frozen=True)
class Workspace:
    """One data directory, open for work.

    Attributes:
        store: Where everything is kept.
        marketplaces: What can be sold on.
        clock: Where the time comes from.
    """

    store: Store
    marketplaces: Marketplaces
    clock: Clock = system_clock

    def now(self) -> datetime:
        """Return the time in UTC."""
        return self.clock()

    def new_id(self) -> str:
        """Return a fresh id that sorts by time."""
        return new_id(self.clock)
