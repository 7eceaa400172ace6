"""The top-level places in the order of their number keys."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from tuisync.screens.contacts import Contacts
from tuisync.screens.history import History
from tuisync.screens.inbox import Inbox
from tuisync.screens.items import Items
from tuisync.screens.mapping import Mapping
from tuisync.screens.marketplaces import Marketplaces
from tuisync.screens.orders import Orders
from tuisync.screens.outbox import Outbox
from tuisync.screens.place import Place
from tuisync.screens.verbs import Verb
from tuisync.widgets.header import Tab


class Known(NamedTuple):
    """A top-level place.

    Attributes:
        key: The number key that goes there.
        name: Its name in code.
        title: Its name on the screen.
        screen: Its class.
    """

    key: str
    name: str
    title: str
    screen: type[Place[Any]]


_SCREENS: tuple[type[Place[Any]], ...] = (
    Marketplaces,
    Mapping,
    Items,
    Orders,
    Inbox,
    Outbox,
    History,
    Contacts,
)

_SHORT = {Marketplaces.PLACE: "Shops"}
"""What a place is called on a narrow line of tabs."""

PLACES = tuple(
    Known(str(number), screen.PLACE, screen.__name__, screen)
    for number, screen in enumerate(_SCREENS, 1)
)


def place_verbs() -> Iterator[tuple[Known, Verb]]:
    """Return the verbs of every place."""
    for place in PLACES:
        for verb in place.screen.VERBS:
            yield place, verb


def tabs(badges: dict[str, int]) -> tuple[Tab, ...]:
    """Return the places as tabs, with how many things wait at each."""
    return tuple(
        Tab(
            place.key,
            place.name,
            place.title,
            badges.get(place.name, 0),
            _SHORT.get(place.name, ""),
        )
        for place in PLACES
    )
