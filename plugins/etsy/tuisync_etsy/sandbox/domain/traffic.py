"""The request log: what was asked and answered, never with what credentials."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

_KEPT = 10_000


@dataclass(slots=True)
class Call:
    """One request.

    Attributes:
        status: Of the answer; 0 while it is under way or when it was never sent.
    """

    number: int
    at: float
    method: str
    path: str
    query: str
    status: int = 0


class RequestLog:
    """The last ten thousand calls.

    Attributes:
        total: How many there were since the start.
    """

    def __init__(self) -> None:
        self.total = 0
        self._calls: deque[Call] = deque(maxlen=_KEPT)

    def open(self, at: float, method: str, path: str, query: str) -> Call:
        """Note a request that came in; its status is filled in later."""
        self.total += 1
        call = Call(self.total, at, method, path, query)
        self._calls.append(call)
        return call

    def since(self, number: int) -> list[Call]:
        """Return the calls after this number, oldest first."""
        return [call for call in self._calls if call.number > number]
