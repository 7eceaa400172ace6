"""Reading `config.toml`: what it says, and what is wrong with it. Nothing here ever stops."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from tuisync.core.errors import UsageError
from tuisync.core.faces import REBINDABLE
from tuisync.core.preferences.everywhere import Shadowed, shadowing, split
from tuisync.core.preferences.keynames import KEYS as KEY_NAMES
from tuisync.core.preferences.keynames import is_key
from tuisync.core.preferences.known import BY_KEY, KEYS, KNOWN, Preference

_LARGEST = 1_000_000
"""Bytes of a file that is still taken to be preferences."""


class ConfigInvalid(UsageError):
    """The file of preferences has something in it that cannot be."""

    code = "bad_config"
    title = "Preferences"
    default_hint = "`tuisync config schema` prints what can be in it."


class Problem(NamedTuple):
    """Something in the file that cannot be; the default holds instead.

    Attributes:
        key: Where it stands, as `screen.theme`; empty for the file as a whole.
        message: What is wrong, in one sentence.
        hint: The nearest that would be right.
        line: The line of the file it stands in; 0 when that is not known.
    """

    key: str
    message: str
    hint: str = ""
    line: int = 0

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".rstrip()


@dataclass(frozen=True)
class Preferences:
    """What holds.

    Attributes:
        values: By key, as `screen.theme`; every key of `KNOWN` is there.
        keys: By verb id, the keys that do it instead of its own.
    """

    values: Mapping[str, str] = field(default_factory=lambda: {p.key: p.default for p in KNOWN})
    keys: Mapping[str, str] = field(default_factory=dict)

    def __getitem__(self, key: str) -> str:
        return self.values[key]


class Read(NamedTuple):
    """A file's preferences and its problems."""

    preferences: Preferences
    problems: tuple[Problem, ...] = ()


def read_preferences(path: Path) -> Read:
    """Return what a file says; what is wrong in it is told, and its default holds.

    Args:
        path: `config.toml`; a missing one says nothing.
    """
    try:
        if path.stat().st_size > _LARGEST:
            return Read(Preferences(), (Problem("", "It is too large to be preferences."),))
        import tomllib  # noqa: PLC0415  # the first sight does without where there is no file

        text = path.read_text(encoding="utf-8")
        document = tomllib.loads(text)
    except FileNotFoundError:
        return Read(Preferences())
    except OSError as error:
        return Read(Preferences(), (Problem("", f"It cannot be read: {error.strerror}."),))
    except (ValueError, RecursionError) as error:  # TOML and UTF-8 errors are ValueErrors
        return Read(Preferences(), (Problem("", f"It is not TOML: {error}."),))
    read = interpreted(document)
    return Read(read.preferences, tuple(_placed(each, text) for each in read.problems))


def _placed(problem: Problem, text: str) -> Problem:
    """Return a problem with the line it stands in."""
    _, _, name = problem.key.partition(".")
    names = {problem.key, name or problem.key, name.rpartition(".")[2] or problem.key}
    for number, line in enumerate(text.splitlines(), 1):
        if "".join(line.partition("=")[0].split()).replace('"', "").replace("'", "") in names:
            return problem._replace(line=number)
    return problem


def check_preferences(path: Path) -> Preferences:
    """Return what a file says.

    Raises:
        ConfigInvalid: Something in it cannot be; names the file and each key.
    """
    read = read_preferences(path)
    if read.problems:
        raise ConfigInvalid("\n".join(told(path, read.problems)))
    return read.preferences


def told(path: Path, problems: Iterable[Problem]) -> list[str]:
    """Return the problems in sentences that name the file."""
    return [f"{path}{f':{each.line}' if each.line else ''}: {each}" for each in problems]


def interpreted(document: Mapping[str, Any]) -> Read:
    """Return what a parsed document says."""
    values = {each.key: each.default for each in KNOWN}
    keys: dict[str, str] = {}
    problems: list[Problem] = []
    for key, value in _flat(document):
        table, _, name = key.partition(".")
        problem = _named_key(name, value) if table == KEYS else _problem(key, value)
        if problem:
            problems.append(problem)
        elif table == KEYS:
            keys[name] = value
        elif key in BY_KEY:
            values[key] = as_text(value)
    for shadowed in list(shadowing(keys)):
        problems.append(_taken(shadowed))
        keys.pop(shadowed.verb, None)  # its own key holds
    return Read(Preferences(values, keys), tuple(problems))


def as_text(value: object) -> str:
    """Return a TOML value as `choices` has it."""
    return {True: "on", False: "off"}[value] if isinstance(value, bool) else str(value)


def value_problem(preference: Preference, text: str) -> Problem | None:
    """Return why a preference cannot have that value, or None when it can."""
    if text in preference.choices:
        return None
    near = nearest(text, preference.choices)
    hint = f"Did you mean `{near}`?" if near else f"It can be {_listed(preference.choices)}."
    return Problem(preference.key, f"`{preference.key}` cannot be `{text}`.", hint)


def nearest(word: str, words: Iterable[str]) -> str | None:
    """Return the word that was probably meant, or None."""
    from rapidfuzz import process  # noqa: PLC0415  # only for a file that is wrong

    found = process.extractOne(word, list(words), score_cutoff=55)
    return found[0] if found else None


def _flat(document: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for table, inner in document.items():
        if not isinstance(inner, dict):
            yield table, inner
        elif table == KEYS:
            yield from ((f"{KEYS}.{name}", value) for name, value in _dotted(inner))
        else:
            yield from ((f"{table}.{name}", value) for name, value in inner.items())


def _dotted(table: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Iterate over keys as written, quoted or not: `item.open` unquoted is a table in TOML."""
    for name, value in table.items():
        if isinstance(value, dict):
            yield from ((f"{name}.{inner}", each) for inner, each in value.items())
        else:
            yield name, value


def _problem(key: str, value: Any) -> Problem | None:
    preference = BY_KEY.get(key)
    if preference is None:
        near = nearest(key, (*BY_KEY, KEYS))
        return Problem(key, f"There is no `{key}`.", f"Did you mean `{near}`?" if near else "")
    right = isinstance(value, bool) if preference.switch else isinstance(value, str)
    if not right:
        kind = "true or false" if preference.switch else "a text in quotes"
        return Problem(key, f"`{key}` is {kind}, not `{value}`.")
    return value_problem(preference, as_text(value))


def key_problem(name: str, value: Any) -> Problem | None:
    """Return why a verb cannot be given that key, or None when it can."""
    problem = _named_key(name, value)
    return problem or next((_taken(each) for each in shadowing({name: value})), None)


def _named_key(name: str, value: Any) -> Problem | None:
    key = f"{KEYS}.{name}"
    if name not in REBINDABLE:
        near = nearest(name, REBINDABLE)
        hint = f"Did you mean `{near}`?" if near else ""
        return Problem(key, f"There is no verb `{name}`.", hint)
    if not isinstance(value, str) or not all(part.strip() for part in value.split(",")):
        return Problem(key, f'`{key}` is a key in quotes, as "x" or "ctrl+x,f5".')
    unknown = next((each for each in split(value) if not is_key(each)), None)
    return None if unknown is None else _no_key(key, unknown)


def _no_key(where: str, name: str) -> Problem:
    near = nearest(name.lower(), KEY_NAMES)
    hint = f"Did you mean `{near}`?" if near else "A key is named as `x`, `?`, `f5` or `ctrl+x`."
    return Problem(where, f"`{where}` is `{name}`, and there is no such key.", hint)


def _taken(shadowed: Shadowed) -> Problem:
    key, verb, holder, where = shadowed
    does = f"`{holder}` has it" if holder else "it types itself"
    others = f", or `{holder}` one" if holder else ", as `f5` or `ctrl+x`"
    message = f"`{key}` is given to `{verb}`, and {does} {where}."
    return Problem(f"{KEYS}.{verb}", message, f"Give `{verb}` another key{others}.")


def _listed(words: Iterable[str]) -> str:
    return " or ".join(f"`{each}`" for each in words)
