"""The names of keys, as they can be written in the file of preferences."""

from __future__ import annotations

import string
import unicodedata

_SHORT = {
    "solidus": "slash",
    "reverse_solidus": "backslash",
    "commercial_at": "at",
    "hyphen_minus": "minus",
    "plus_sign": "plus",
    "low_line": "underscore",
}
"""What signs are called that have a shorter name than Unicode's."""

_NAMED = (
    "enter tab space escape backspace delete insert home end pageup pagedown up down left right "
    + " ".join(f"f{number}" for number in range(1, 25))
).split()
_MODIFIERS = ("ctrl", "alt", "shift", "super", "hyper", "meta")


def sign_name(sign: str) -> str:
    """Return what a single character is called: `question_mark`; letters are their own name."""
    if sign.isalnum():
        return sign
    name = unicodedata.name(sign, sign).lower().replace("-", "_").replace(" ", "_")
    return _SHORT.get(name, name)


KEYS = frozenset(_NAMED) | {sign_name(each) for each in string.punctuation}
"""The names of keys that are longer than a letter, without modifiers."""


def is_key(name: str) -> bool:
    """Return whether there is such a key: `a`, `?`, `question_mark`, `f5`, `ctrl+x`."""
    *modifiers, last = name.split("+") if len(name) > 1 else [name]
    known = last in KEYS or (len(last) == 1 and last.isprintable() and not last.isspace())
    return known and all(each in _MODIFIERS for each in modifiers)


def types(name: str) -> bool:
    """Return whether the key types a character where there is a line to type in."""
    return len(name) == 1 or name == "space" or name in {sign_name(s) for s in string.punctuation}
