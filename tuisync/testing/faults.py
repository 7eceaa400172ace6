"""What shall go wrong in a fake marketplace, and when."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Faults:
    """Faults waiting to happen, per hook; each is used once, in the order they were asked for.

    Attributes:
        before: Errors raised at the start of a call.
        at_page: Errors raised instead of a page, by the number of pages before it.
        after: Errors raised when the effect is done and the answer is lost.
        meanwhile: What others do between a push's read and its write.
        hanging: Hooks that never return.
    """

    before: dict[str, deque[Exception]] = field(default_factory=lambda: defaultdict(deque))
    at_page: dict[tuple[str, int], deque[Exception]] = field(
        default_factory=lambda: defaultdict(deque)
    )
    after: dict[str, deque[Exception]] = field(default_factory=lambda: defaultdict(deque))
    meanwhile: dict[str, deque[Callable[[], object]]] = field(
        default_factory=lambda: defaultdict(deque)
    )
    hanging: set[str] = field(default_factory=set)

    async def start(self, hook: str) -> None:
        """Hang, or raise what was asked for."""
        if hook in self.hanging:
            await asyncio.Event().wait()
        _raise_next(self.before[hook])

    def page(self, hook: str, number: int) -> None:
        """Raise what was asked for in place of the page of that number, from 0."""
        _raise_next(self.at_page[hook, number])

    def between(self, hook: str) -> None:
        """Let others act between the read and the write."""
        if self.meanwhile[hook]:
            self.meanwhile[hook].popleft()()

    def end(self, hook: str) -> None:
        """Lose the answer, if that was asked for."""
        _raise_next(self.after[hook])


def _raise_next(errors: deque[Exception]) -> None:
    if errors:
        raise errors.popleft()
