"""Verbs: what can be done at a place, declared once, on the method that does it.

A verb gives the key binding, the footer's word, the line in the help and the command in the
palette. Before it runs, the place is asked whether it can be done now; if not, the reason is
shown instead of silence.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, TypeVar, cast

from textual.binding import Binding

F = TypeVar("F", bound=Callable[..., Any])

_MARK = "_tuisync_verb"


@dataclass(frozen=True)
class Verb:
    """Something that can be done here.

    Attributes:
        key: The key, or several separated by commas.
        action: The action's name without `action_`.
        label: The word in the bottom line.
        command: What the palette calls it: `noun: verb`.
        help: A sentence for the help and the palette.
        show: Whether it stands in the bottom line.
    """

    key: str
    action: str
    label: str
    command: str
    help: str
    show: bool

    @property
    def id(self) -> str:
        """Its name in the preferences: `item.adjust_stock`."""
        return self.command.replace(": ", ".").replace(" ", "_")

    def binding(self) -> Binding:
        """Return the key binding."""
        return Binding(
            self.key, self.action, self.label, show=self.show, tooltip=self.help, id=self.id
        )


class Refusing(Protocol):
    """Something that can say why an action cannot be done now."""

    def why_not(self, action: str) -> str:
        """Return the reason, or nothing when it can be done."""
        ...

    def refuse(self, reason: str) -> None:
        """Show the reason."""
        ...


def verb(key: str, label: str, command: str, help_: str, *, show: bool = True) -> Callable[[F], F]:
    """Declare an `action_...` method as a verb."""

    def declare(method: F) -> F:
        name = method.__name__.removeprefix("action_")

        @functools.wraps(method)
        def guarded(self: Refusing, *arguments: object) -> object:
            if reason := self.why_not(name):
                self.refuse(reason)
                return None
            return method(self, *arguments)

        setattr(guarded, _MARK, Verb(key, name, label, command, help_, show))
        return cast("F", guarded)

    return declare


class Verbal:
    """A class whose verbs become its bindings. Stands before Textual's class in the bases."""

    VERBS: ClassVar[tuple[Verb, ...]] = ()
    BINDINGS: ClassVar[list[Any]]

    def __init_subclass__(cls, **options: Any) -> None:
        own = tuple(getattr(value, _MARK) for value in vars(cls).values() if hasattr(value, _MARK))
        cls.VERBS = (*own, *(each for each in cls.VERBS if each.action not in _names(own)))
        cls.BINDINGS = [*vars(cls).get("BINDINGS", []), *(each.binding() for each in own)]
        super().__init_subclass__(**options)

    def why_not(self, action: str) -> str:
        """Return why that cannot be done now, or nothing when it can."""
        del action
        return ""


def places_with_verbs(base: type[Verbal] = Verbal) -> Iterator[type[Verbal]]:
    """Return every class that has verbs."""
    for each in base.__subclasses__():
        if each.VERBS:
            yield each
        yield from places_with_verbs(each)


def clashes(keys: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Return what the user's keys leave without one: key, the verb that has it, the other.

    Args:
        keys: By verb id, the keys given to it.
    """
    seen: set[tuple[str, str, str]] = set()
    for place in places_with_verbs():
        given = {key: verb for verb in place.VERBS for key in _split(keys.get(verb.id, ""))}
        for other in place.VERBS:
            for key in _split(keys.get(other.id, other.key)):
                verb = given.get(key, other)
                found = (key, verb.command, other.command)
                if verb is not other and found not in seen:
                    seen.add(found)
                    yield found


def covered(keys: Mapping[str, str], everywhere: Collection[str]) -> Iterator[tuple[str, str, str]]:
    """Return where a key the user gave to what works everywhere is a verb's, too.

    What a list does comes before what a screen does, and that before what the app does.

    Args:
        keys: By verb id, the keys given to it.
        everywhere: The ids of what works on every screen, or in every list.

    Yields:
        Key, the id it was given to, and the verbs that have it somewhere.
    """
    for id_ in keys.keys() & everywhere:
        for key in _split(keys[id_]):
            verbs = {
                verb.command
                for place in places_with_verbs()
                for verb in place.VERBS
                if key in _split(keys.get(verb.id, verb.key))
            }
            if verbs:
                yield key, id_, ", ".join(sorted(verbs))


def _split(keys: str) -> list[str]:
    return [key.strip() for key in keys.split(",") if key.strip()]


def _names(verbs: tuple[Verb, ...]) -> set[str]:
    return {each.action for each in verbs}
