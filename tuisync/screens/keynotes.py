"""What the user's keys leave undone: which verbs lose theirs, in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module

from tuisync.core.preferences.everywhere import EVERYWHERE, IN_LISTS
from tuisync.screens.verbs import clashes, covered


def key_notes(keys: Mapping[str, str]) -> Iterator[str]:
    """Yield where one key now has several verbs. Brings all screens into memory first.

    Args:
        keys: By verb id, the keys given to it.
    """
    import_module("tuisync.screens.aside").import_places()
    for key, verb, other in clashes(keys):
        yield f"`{key}` is now {verb}; {other} is left to the palette."
    for key, id_, others in covered(keys, EVERYWHERE):
        yield f"`{key}` is {id_}, but where it is {others}."
    for key, id_, others in covered(keys, IN_LISTS):
        yield f"`{key}` is {id_}; {others}: left to the palette."
