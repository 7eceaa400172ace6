"""The top-level places in the order of their number keys."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from tuisync.widgets.header import Tab
from tuisync.widgets.keys import key

if TYPE_CHECKING:
    from tuisync.screens.place import Place
    from tuisync.screens.verbs import Verb


class Known(NamedTuple):
    """A top-level place.

    Attributes:
        key: The number key that goes there.
        name: Its name in code.
        title: Its name on the screen.
    """

    key: str
    name: str
    title: str

    @property
    def screen(self) -> type[Place[Any]]:
        """Its class, imported when somebody goes there: the first sight waits for one only."""
        found: type[Place[Any]] = getattr(import_module(f"tuisync.screens.{self.name}"), self.title)
        return found

    def make(self) -> Place[Any]:
        """Return a new screen of it."""
        return self.screen()


_TITLES = (
    "Marketplaces",
    "Mapping",
    "Items",
    "Orders",
    "Inbox",
    "Outbox",
    "History",
    "Contacts",
    "Plan",
)

_SHORT = {"marketplaces": "Market", "mapping": "Map", "history": "Hist"}
"""How much of its name a place has on a narrow line of tabs: never another word."""

_TINY = {"outbox": "Out", "contacts": "Cont"}
"""How much it has on the narrowest line of tabs that names them all."""

PLACES = tuple(Known(str(number), title.lower(), title) for number, title in enumerate(_TITLES, 1))


FIRST = PLACES[0].name
"""The place one comes to first."""


def place_verbs() -> Iterator[tuple[Known, Verb]]:
    """Return the verbs of every place."""
    for place in PLACES:
        for verb in place.screen.VERBS:
            yield place, verb


def tabs(badges: dict[str, int]) -> tuple[Tab, ...]:
    """Return the places as tabs, with how many things wait at each."""
    return tuple(
        Tab(
            key(f"go.{place.name}"),
            place.name,
            place.title,
            badges.get(place.name, 0),
            _SHORT.get(place.name, ""),
            _TINY.get(place.name, ""),
        )
        for place in PLACES
    )
