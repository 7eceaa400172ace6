"""Keys that do something on every screen, so that no verb of a screen may be given one of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

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

_NAMES = {"?": "question_mark", ":": "colon", "!": "exclamation_mark", ",": "comma"}

_ELSEWHERE = ("confirm", "dialog", "form", "line", "page", "setup", "sign-in", "signin")
"""What the ids of verbs begin with that are done where those keys do nothing: in dialogs."""


def shadowing(keys: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Yield what the user's keys would take away on a screen: key, the verb given it, the other.

    Args:
        keys: By verb id, the keys given to it.
    """
    holders = {key: verb for verb, own in EVERYWHERE.items() for key in _split(keys.get(verb, own))}
    for verb, given in keys.items():
        if verb.partition(".")[0] in _ELSEWHERE:
            continue
        for key in _split(given):
            holder = holders.get(key, verb)
            if holder != verb:
                yield key, verb, holder


def _split(keys: str) -> list[str]:
    if keys.strip() in _NAMES:
        return [_NAMES[keys.strip()]]
    return [_NAMES.get(key.strip(), key.strip()) for key in keys.split(",")]
