"""Small charts made of text: a bar per value, so that one sees a course at a glance.

Each stands beside its figures in words: nobody has to measure bars.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

_BARS = "▁▂▃▄▅▆▇█"


def bars(values: Sequence[float]) -> str:
    """Return a bar per value, from none at all to the largest of them."""
    top = max(values, default=0)
    if top <= 0:
        return _BARS[0] * len(values)
    last = len(_BARS) - 1
    return "".join(_BARS[max(0, min(last, round(value / top * last)))] for value in values)


def course(
    steps: Sequence[tuple[datetime, int]], now: datetime, length: timedelta, cells: int
) -> list[int]:
    """Return what a sum was at the end of each of so many equal spans until now.

    Args:
        steps: When it changed and by how much, oldest first.
        now: The end of the last span.
        length: All spans together.
        cells: How many spans.
    """
    found, total, place = [], 0, 0
    for cell in range(cells):
        end = now - length * (cells - 1 - cell) / cells
        while place < len(steps) and steps[place][0] <= end:
            total += steps[place][1]
            place += 1
        found.append(total)
    return found
