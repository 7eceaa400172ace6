"""Hints that name a command, said with the keys that do the same on the screen."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from tuisync.core.faces import VERBS
from tuisync.screens.places import PLACES, place_verbs
from tuisync.widgets.keys import key

_COMMAND = re.compile(r"(Run )?`tuisync ([a-z][a-z-]*)((?: [^`]*)?)`((?:,?(?: or)? `[^`]+`)*)")
_ANSWER = re.compile(r"`([a-z-]+)`")

_OPENERS: Mapping[str, tuple[str, ...]] = {
    "shop": ("go.marketplaces", "shop.show_details"),
    "order": ("go.orders", "order.open"),
    "item": ("go.items", "item.open"),
    "record": ("go.history", "sync.show_records"),
    "run": ("go.history", "sync.show_records"),
    "data": ("app.settings",),
    "plugins": ("app.settings",),
    "settings": ("app.settings",),
    "warehouse": ("app.settings",),
}
"""How one comes to verbs that no place of its own has, by the first word of their ids."""

_MEANT: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("link", "--repoint"): ("listing.unlink", "listing.link_to_any_item"),
    ("orders return", "--undo"): ("order.take_back_return",),
    ("items revive", ""): ("go.items", "list.next_group", "item.revive"),
    ("items create-from", ""): ("listing.create_item",),
    ("items create-from", "--all-unconfirmed"): ("listing.create_all_items",),
    ("resync", "--record"): ("record.read_again",),
    ("integration set", "shipments=on"): ("shop.switch_shipments",),
    ("link", ""): ("listing.link_to_any_item",),
    ("history", ""): ("go.history",),
    ("init", ""): ("shop.set_up",),
    ("sync", ""): ("sync.now", "shop.sync_manually"),
}
"""The verbs meant by a command that several do, or that takes two, by command and option."""

_ALL_OF = frozenset({("link", "--repoint"), ("items revive", "")})
"""Of these, the verbs are done one after the other; of the others, one is."""


def on_screen(text: str, here: Collection[str]) -> str:
    """Return a hint with the keys that do what its commands do.

    Args:
        text: The hint, with commands as `tuisync plan` between backticks. A command that no key
            does stays.
        here: The ids of the verbs of the place on the screen.
    """
    return _Reading(here).said(text)


class _Reading:
    """One hint being read; the way to a place is named once, however many verbs follow."""

    def __init__(self, here: Collection[str]) -> None:
        self._here = here
        self._group = ""
        self._led: tuple[str, ...] = ()

    def said(self, text: str) -> str:
        """Return it with keys."""
        told = _COMMAND.sub(self._named, text)
        return _ANSWER.sub(self._answered, told) if self._group else told

    def _named(self, found: re.Match[str]) -> str:
        run, first, rest = found[1] or "", found[2], found[3]
        keys = self._keys(*_command(first, rest))
        if keys is None:
            return found[0]
        self._group = first
        return f"{run.replace('Run', 'Press')}{keys}"

    def _answered(self, found: re.Match[str]) -> str:
        """Say another command of the group that was named before: `take` after `drift keep`."""
        return self._keys(f"{self._group} {found[1]}", "") or found[0]

    def _keys(self, command: str, options: str) -> str | None:
        """Return the keys that do what a command does, or None."""
        option = next((each for each in options.split() if (command, each) in _MEANT), "")
        verbs = _MEANT.get((command, option)) or tuple(_verbs(command))
        if not verbs:
            return None
        if (command, option) in _ALL_OF:
            return ", then ".join([self._way(verbs[0]), *(key(each) for each in verbs[1:])])
        near = next((verb for verb in verbs if verb in self._here), "")
        place = next((verb for verb in verbs if verb.startswith("go.")), "")
        return self._way(near or place or verbs[0])

    def _way(self, verb: str) -> str:
        """Return the keys of a verb, with those that lead to it from here."""
        if verb.startswith("go."):
            self._led = (verb,)
            title = next(each.title for each in PLACES if each.name == verb.removeprefix("go."))
            return f"{key(verb)} {title}"
        steps = () if verb in self._here else _steps(verb)
        if steps == self._led:
            return key(verb)
        self._led = steps
        led = ", ".join(key(each) for each in steps)
        return f"{led}, then {key(verb)}" if led else key(verb)


def _command(first: str, rest: str) -> tuple[str, str]:
    """Return the command as the faces name it, and its arguments."""
    second, _, further = rest.strip().partition(" ")
    known = {command for commands in VERBS.values() for command in commands}
    if f"{first} {second}" in known:
        return f"{first} {second}", further
    return (f"{first} list" if f"{first} list" in known else first), rest.strip()


def _verbs(command: str) -> Iterator[str]:
    """Yield the verbs that do what a command does."""
    yield from (verb for verb, commands in VERBS.items() if command in commands)
    if command == "drift":
        yield "go.plan"


def _steps(verb: str) -> tuple[str, ...]:
    """Return the verbs that lead to where a verb is."""
    homes = (place.name for place, each in place_verbs() if each.id == verb)
    home = next((f"go.{name}" for name in homes), None)
    return (home,) if home else _OPENERS.get(verb.partition(".")[0], ())
