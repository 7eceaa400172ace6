"""How values are written for people: states in colour, times on the organization's clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Literal, NamedTuple

import click

Tone = Literal["plain", "good", "warn", "bad", "muted", "strong"]


class Cell(NamedTuple):
    """A text and its tone."""

    text: str
    tone: Tone = "plain"


Value = Cell | str | int | None
"""What a table or card takes; None is unknown."""

_TONES: dict[str, Tone] = {
    **dict.fromkeys(("active", "succeeded", "linked", "loaded", "sent", "applied"), "good"),
    **dict.fromkeys(("partial", "unconfirmed", "conflict", "frozen", "needs_decision"), "warn"),
    **dict.fromkeys(("held", "retry_wait", "unknown", "interrupted", "owed", "paused"), "warn"),
    **dict.fromkeys(("failed", "needs_reauth", "broken", "rejected", "dead"), "bad"),
    **dict.fromkeys(("incompatible", "shadowed"), "bad"),
    **dict.fromkeys(("inactive", "skipped", "ignored", "superseded", "disabled"), "muted"),
    **dict.fromkeys(("void", "unchanged", "none"), "muted"),
}


def state(word: str | None) -> Cell:
    """Return a state's word, in its tone."""
    return Cell((word or "-").replace("_", " "), _TONES.get(word or "none", "plain"))


def trouble(count: int) -> Cell:
    """Return a count of what should be zero."""
    return Cell(str(count), "bad" if count else "muted")


def attention(count: int) -> Cell:
    """Return a count of what waits for somebody."""
    return Cell(str(count), "warn" if count else "muted")


def options(pairs: Mapping[str, str]) -> str:
    """Return property names and values on one line: `Size: S, Colour: Red`."""
    return ", ".join(f"{name}: {value}" for name, value in pairs.items())


def many(count: int, one: str, several: str = "") -> str:
    """Return a count with its word: `1 push`, `3 pushes`."""
    return f"{count:,} {one if count == 1 else several or one + 's'}"


def styled(text: str, tone: Tone) -> str:
    """Return the text with the terminal's codes for its tone.

    They are taken out again on the way to whatever is not a terminal.
    """
    match tone:
        case "good":
            return click.style(text, fg="green")
        case "warn":
            return click.style(text, fg="yellow")
        case "bad":
            return click.style(text, fg="red")
        case "muted":
            return click.style(text, dim=True)
        case "strong":
            return click.style(text, bold=True)
        case "plain":
            return text


@dataclass(frozen=True)
class Pen:
    """Writes for one terminal, or for a pipe.

    Attributes:
        zone: The organization's time zone.
        width: Cells of the terminal; None for a pipe, where nothing is cut.
    """

    zone: tzinfo = UTC
    width: int | None = None

    def time(self, at: datetime | None) -> str | None:
        """Return date and minute."""
        return at.astimezone(self.zone).strftime("%Y-%m-%d %H:%M") if at else None
