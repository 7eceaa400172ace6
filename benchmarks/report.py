"""The table every benchmark prints: what was measured, beside what was promised."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Attributes:
        name: What was measured.
        figure: As printed.
        ratio: What the target is about.
        target: As in the promise.
        met: It is kept.
    """

    name: str
    figure: str
    ratio: str
    target: str
    met: bool


def at_most(name: str, figure: str, value: float, target: float, unit: str = "") -> Row:
    """Return a line about something that shall be small."""
    return Row(name, figure, f"{value:.2f}{unit}", f"<= {target:g}{unit}", value <= target)


def print_table(rows: Iterable[Row]) -> None:
    """Print the lines as they come."""
    for row in rows:
        mark = "" if row.met else "   MISSED"
        print(f"{row.name:<44} {row.figure:>36} {row.ratio:>12} {row.target:>12}{mark}", flush=True)
