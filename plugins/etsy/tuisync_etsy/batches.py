"""Reading many ids in few calls, where one unknown id fails a whole call."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

from tuisync import RejectedError, RemoteNotFound

T = TypeVar("T")

_TOO_LONG = 20
"""Digits no 64-bit number has."""

Together = Callable[[Sequence[int]], Awaitable[list[T]]]
Alone = Callable[[int], Awaitable[list[T]]]


async def read_batch(ids: Sequence[int], together: Together[T], alone: Alone[T]) -> list[T]:
    """Read all ids with as few calls as the bad ones among them allow.

    A call that is refused is split in halves, down to single ids, so that one id Etsy does
    not know costs some ten calls and not a hundred.

    Args:
        ids: At most as many as one call takes.
        together: Reads several at once; raises `RejectedError` if any of them is bad.
        alone: Reads one by a call of its own, and gives nothing for a bad one.
    """
    if len(ids) == 1:
        return await alone(ids[0])
    try:
        return await together(ids) if ids else []
    except RejectedError:
        half = len(ids) // 2
        first = await read_batch(ids[:half], together, alone)
        return first + await read_batch(ids[half:], together, alone)


def joined(ids: Iterable[int]) -> str:
    """Return ids as Etsy takes an array in a query: joined by commas (its documentation)."""
    return ",".join(map(str, ids))


def is_number(id_: str) -> bool:
    """Tell whether a remote id can be one of Etsy's."""
    return id_.isascii() and id_.isdigit() and len(id_) < _TOO_LONG and int(id_) > 0


def known_number(id_: str) -> int:
    """Return a remote id as Etsy's number.

    Raises:
        RemoteNotFound: It cannot be one, so Etsy need not be asked.
    """
    if not is_number(id_):
        raise RemoteNotFound(f"Etsy has no number like {id_[:40]!r}.")
    return int(id_)


def chunks(values: Sequence[T], size: int) -> Iterator[list[T]]:
    """Yield the values in lists of at most that size."""
    rest = iter(values)
    while chunk := list(islice(rest, size)):
        yield chunk
