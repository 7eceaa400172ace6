"""Copying what stands under the cursor: a SKU, a number, a tracking number, an address.

A terminal copies by the sequence OSC 52, which works over SSH as well. Inside tmux it is sent
a second time for the terminal around it. Nobody can tell whether a terminal obeyed; where it
is known not to, and where the user prefers so, the text goes to a file that is named.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tuisync.screens.dialogs.choose import Choice, Choose
from tuisync.widgets.plain import cut, plain

if TYPE_CHECKING:
    from tuisync.screens.place import Place
    from tuisync.screens.shell import Shell

_LONGEST = 10_000
_DEAF = {"linux", "dumb", "vt100", "vt220"}
_NAMES = {
    "sku": "SKU",
    "number": "number",
    "tracking": "tracking number",
    "email": "e-mail",
    "name": "name",
    "title": "title",
    "listing_id": "listing",
    "remote_id": "id at the shop",
    "target": "what it is about",
    "shop_id": "shop id",
    "url": "link",
    "message": "message",
    "reason": "reason",
    "id": "id",
}
"""The fields worth copying, in the order they are offered, and what they are called."""

_INSIDE = ("order", "item", "shop", "batch", "record", "change", "link", "entry", "contact", "run")


def copyable(subject: Any, *, deep: bool = True) -> dict[str, str]:
    """Return what can be copied of a thing: texts by what they are called, cleaned."""
    found: dict[str, str] = {}
    for name, word in _NAMES.items():
        value = getattr(subject, name, None)
        if isinstance(value, str) and value.strip():
            found.setdefault(word, plain(value, _LONGEST).strip())
    for parcel in getattr(subject, "shipments", ()):
        found |= {key: text for key, text in copyable(parcel).items() if key == "tracking number"}
    for name in _INSIDE if deep else ():
        inner = getattr(subject, name, None)
        if inner is not None and not isinstance(inner, str):
            found = copyable(inner, deep=False) | found
    return {word: found[word] for word in _NAMES.values() if word in found}


def ask_copy(shell: Shell, place: Place[Any]) -> None:
    """Copy what is under the cursor; ask which part when there are several."""
    offered: dict[str, str] = {}
    for subject in place.subjects():
        offered = copyable(subject) | offered
    if not offered:
        shell.say("There is nothing to copy here.", "warning")
        return
    if len(offered) == 1:
        copy(shell, *next(iter(offered.items())))
        return
    choices = [
        Choice(word, word, cut(text, 60), letter)
        for (word, text), letter in zip(offered.items(), _letters(offered), strict=True)
    ]
    shell.push_screen(
        Choose("Copy", choices), lambda word: copy(shell, word, offered[word]) if word else None
    )


def copy(shell: Shell, word: str, text: str) -> None:
    """Copy a text and say where it went."""
    shown = cut(text, 40)
    if shell.preferences["screen.clipboard"] == "file" or deaf(os.environ):
        path = shell.home.config_file.with_name("clipboard.txt")
        shell.act(lambda: _write(path, text), lambda _: shell.say(f"{shown} is in {path}."))
        return
    shell.send_clipboard(text)
    shell.say(f"Copied the {word}: {shown}")


def sequences(text: str, environ: Mapping[str, str]) -> str:
    """Return what makes the terminal copy a text."""
    sequence = f"\x1b]52;c;{base64.b64encode(text.encode()).decode()}\x07"
    if environ.get("TMUX"):
        doubled = sequence.replace("\x1b", "\x1b\x1b")
        return f"{sequence}\x1bPtmux;{doubled}\x1b\\"
    return sequence


def deaf(environ: Mapping[str, str]) -> bool:
    """Tell whether this terminal is known not to copy."""
    return environ.get("TERM") in _DEAF or environ.get("TERM_PROGRAM") == "Apple_Terminal"


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(0o700, parents=True, exist_ok=True)
    private = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(private, "w", encoding="utf-8") as file:
        file.write(text)


def _letters(words: Mapping[str, str]) -> Iterator[str]:
    """Return a letter for each, its first that is free."""
    taken: set[str] = set()
    for word in words:
        letter = next(
            (each for each in word.casefold() if each not in taken and each.isalpha()), ""
        )
        taken.add(letter)
        yield letter
