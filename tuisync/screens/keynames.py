"""Which key does a verb now: its own or the one the user gave it, or the way by the palette."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import Any

from textual.binding import Binding
from textual.dom import DOMNode

from tuisync.screens.verbs import Verbal, clashes, places_with_verbs

Display = Callable[[Binding], str]


class KeyNames:
    """Names keys by the bindings of all screens and the user's own keys.

    Args:
        given: By verb id, the keys the user gave it.
        display: Writes a binding's key as it is read on a keyboard.
    """

    def __init__(self, given: Mapping[str, str], display: Display) -> None:
        self._given = given
        self._display = display
        self._names: dict[str, str] = {}

    def find(self, verb: str) -> str:
        """Return the key of a verb; where another verb took it, its command in the palette."""
        if verb not in self._names:
            self._names[verb] = self._named(verb)
        return self._names[verb]

    def _named(self, verb: str) -> str:
        binding = _bound(verb)
        if binding is None:  # its screen comes into memory only after the first sight
            import_module("tuisync.screens.aside").import_places()
            binding = _bound(verb)
        if binding is None:
            return verb
        lost = {other for _, _, other in clashes(self._given)}
        command = _command(verb)
        if command in lost:
            return f"{self.find('app.palette')} {command}"
        return self._shown(binding)

    def _shown(self, binding: Binding) -> str:
        keys = self._given.get(binding.id or "")
        if keys is None:
            return self._display(next(iter(Binding.make_bindings([binding]))))
        return self._display(next(iter(Binding.make_bindings([(keys, "", "")]))))


def bindings(base: type[Any] = DOMNode) -> Iterator[Binding]:
    """Return every binding that has an id, of all screens and widgets that are in memory."""
    own = vars(base).get("BINDINGS", ())
    yield from (each for each in own if isinstance(each, Binding) and each.id)
    for each in base.__subclasses__():
        yield from bindings(each)


def _bound(verb: str) -> Binding | None:
    return next((each for each in bindings() if each.id == verb), None)


def _command(verb: str) -> str:
    """Return a verb's name in the palette, or nothing for what is not in it."""
    verbs = (each for place in places_with_verbs(Verbal) for each in place.VERBS)
    return next((each.command for each in verbs if each.id == verb), "")
