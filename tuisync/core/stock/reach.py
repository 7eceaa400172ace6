"""How many units must be available for the rules to give a certain number. Pure."""

from __future__ import annotations

from collections.abc import Callable

_MOST = 1_000_000_000
"""More units are never there."""


def nearest_available(number: int, available: int, shows: Callable[[int], int]) -> int | None:
    """Return the available units nearest to those there are, for which the rules give a number.

    Args:
        number: The number the shop is to show.
        available: Units that are available now; may be negative.
        shows: The rules: the number shown for that many available units. It never falls while
            they grow.

    Returns:
        The units, or None where the rules give that number for no count of units.
    """
    least = _first(lambda units: shows(units) >= number)
    if least is None or shows(least) != number:
        return None
    above = _first(lambda units: shows(units) > number)
    most = _MOST if above is None else above - 1
    return max(least, min(available, most))


def _first(holds: Callable[[int], bool]) -> int | None:
    """Return the smallest count for which something holds that goes on holding above it."""
    low, high = 0, _MOST
    if not holds(high):
        return None
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle + 1, high)
    return low
