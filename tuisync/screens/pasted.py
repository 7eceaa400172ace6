"""What a pasted column of tracking numbers means. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class PastedNumbers(NamedTuple):
    """The numbers for the lines from the first one on.

    Attributes:
        numbers: One per line, empty where the column has a gap.
        heading: What stood above them; no carrier's number is without a digit.
        over: How many of them there are no lines for.
    """

    numbers: Sequence[str]
    heading: str
    over: int


def pasted_numbers(texts: Sequence[str], room: int) -> PastedNumbers:
    """Return what a column means for that many lines.

    Some terminals tell each end of a line of a Windows file as two: where the column is too long
    and every second line of it is empty, those do not count.
    """
    if len(texts) > room and all(texts[::2]) and not any(texts[1::2]):
        texts = texts[::2]
    heading = texts[0] if texts and _is_heading(texts[0]) else ""
    numbers = texts[1:] if heading else texts
    return PastedNumbers(numbers, heading, max(0, len(numbers) - room))


def _is_heading(text: str) -> bool:
    return text not in {"", "-"} and not any(sign.isdigit() for sign in text)
