"""The keys that texts on the screen speak of, as they are bound now."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from rich.cells import cell_len

_VERB = re.compile(r"\{([a-z_-]+\.[a-z_]+)\}")

_PUNCTUATION = frozenset(",.;:")

_MOST = 8
"""Cells of a column of keys."""

_find: list[Callable[[str], str]] = [str]  # one process draws for one user


def name_keys(find: Callable[[str], str]) -> None:
    """Name keys that way from now on.

    Args:
        find: Returns the key of a verb, such as `item.adjust_stock`, as it is read on a keyboard.
    """
    _find[0] = find


def key(verb: str) -> str:
    """Return the key that does a verb, as it is read on a keyboard: `a`, `?`, `^p`.

    One that would be taken for the sentence's own stands in quotes.
    """
    found = _find[0](verb)
    return f"“{found}”" if found in _PUNCTUATION else found


def widest(verbs: Iterable[str]) -> int:
    """Return the cells that the longest of these verbs' keys takes, within reason."""
    return max((min(cell_len(key(each)), _MOST) for each in verbs if each), default=1)


def keyed(text: str) -> str:
    """Return a text of ours with the key of each verb it names, as in `Press {sync.now}`.

    Only for texts without anybody else's words in them.
    """
    return _VERB.sub(lambda found: key(found[1]), text)
