"""Keys that are taken where a verb lives, so that it may not be given one of them.

Some do something on every screen, others move in every list, and where one types they type.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from tuisync.core.preferences.keynames import sign_name, types

EVERYWHERE: Mapping[str, str] = {
    **{
        f"go.{place}": str(number)
        for number, place in enumerate(
            (
                "marketplaces",
                "mapping",
                "items",
                "orders",
                "inbox",
                "outbox",
                "history",
                "contacts",
                "plan",
            ),
            1,
        )
    },
    "app.help": "question_mark,f1",
    "app.palette": "ctrl+p,colon",
    "app.messages": "exclamation_mark",
    "app.copy": "y",
    "app.settings": "comma",
    "app.suspend": "ctrl+z",
    "app.quit": "q,ctrl+q",
}
"""A verb's id, and the keys it has unless the user gives it others."""

IN_LISTS: Mapping[str, str] = {
    "table.up": "up,k",
    "table.down": "down,j",
    "table.page_up": "pageup,ctrl+u",
    "table.page_down": "pagedown,ctrl+d",
    "table.first": "home,g",
    "table.last": "end,G",
    "table.select": "space",
    "table.all": "ctrl+a",
    "table.filter": "slash",
    "table.sort_next": "greater_than_sign",
    "table.sort_previous": "less_than_sign",
    "table.reverse": "R",
}
"""The same of what moves in a list, sorts it and marks in it: every screen has one."""

_ANSWERS: Mapping[str, str] = {"confirm.yes": "y", "confirm.no": "n", "dialog.cancel": "escape"}
"""The same of how a question is answered: a key that meant no must never mean yes."""

_NAMES = {",": "comma"}

_ELSEWHERE = ("confirm", "dialog", "form", "line", "page", "setup", "sign-in", "signin")
"""What the ids of verbs begin with that are done where those keys do nothing: in dialogs."""


_TYPED = ("dialog", "form", "line", "page", "setup", "sign-in", "signin")
"""What the ids of verbs begin with that are done while one types."""


class Shadowed(NamedTuple):
    """A key the user gave that would not do what it was given for.

    Attributes:
        key: The key.
        verb: The verb it was given.
        holder: The verb that has it there; empty where it is typed.
        where: Where that is, in words.
    """

    key: str
    verb: str
    holder: str
    where: str


def shadowing(keys: Mapping[str, str]) -> Iterator[Shadowed]:
    """Yield what the user's keys would take away, or not do.

    Args:
        keys: By verb id, the keys given to it.
    """
    everywhere, lists = _holders(EVERYWHERE, keys), _holders(IN_LISTS, keys)
    for verb, given in keys.items():
        group = verb.partition(".")[0]
        for key in split(given):
            if holder := _other_answer(verb, key, keys):
                yield Shadowed(key, verb, holder, "in every question")
            elif group in _TYPED or verb == "table.unfilter":
                if types(key):
                    yield Shadowed(key, verb, "", "where one types")
            elif group in _ELSEWHERE:
                continue
            elif (holder := everywhere.get(key, verb)) != verb:
                yield Shadowed(key, verb, holder, "on every screen")
            elif verb not in EVERYWHERE and (holder := lists.get(key, verb)) != verb:
                yield Shadowed(key, verb, holder, "in every list")


def _other_answer(verb: str, key: str, keys: Mapping[str, str]) -> str:
    """Return which other answer to a question has the key, or nothing."""
    if verb not in _ANSWERS:
        return ""
    others = (each for each in _ANSWERS.items() if each[0] != verb)
    return next((other for other, own in others if key in split(keys.get(other, own))), "")


def _holders(known: Mapping[str, str], keys: Mapping[str, str]) -> dict[str, str]:
    return {key: verb for verb, own in known.items() for key in split(keys.get(verb, own))}


def split(keys: str) -> list[str]:
    """Return the keys of a text with commas between them; a comma alone is one."""
    if keys.strip() in _NAMES:
        return [_NAMES[keys.strip()]]
    return [_named(key.strip()) for key in keys.split(",")]


def _named(key: str) -> str:
    return sign_name(key) if len(key) == 1 else key
