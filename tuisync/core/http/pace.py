"""How fast one marketplace key may be used, learned from the shop's own answers.

A `Pace` hands out turns so that no rolling second sees more calls than the shop allows. It is
shared by every session with the same key in this process; other processes are noticed by the
figures in the answers. It knows no HTTP, only header names and seconds.
"""

from __future__ import annotations

import asyncio
import hashlib
import threading
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping

from tuisync.core.errors import RateLimited
from tuisync.core.models import Budget
from tuisync.core.remote import RateHeaders

Monotonic = Callable[[], float]
Sleep = Callable[[float], Awaitable[object]]

WINDOW = 1.04
"""Seconds the limit per second is counted over: a call that was slow on its way comes closer to
those after it, and the shop counts when they arrive."""

_ON_THE_WAY = 0.25
"""Seconds by which calls may draw closer on their way, so that the shop's second has more of ours
than our own."""

EMPTY_PAUSE = 900.0
"""Seconds without a call once the day's budget is used up and nobody said for how long."""

_MOST_DIGITS = 12  # a longer figure is a fault, and would only cost memory
_HIGHEST = 1_000  # calls a second that are believed


class Pace:
    """Turns for calls with one key, and what is known of its limits.

    Args:
        headers: Names of the headers that tell the limits.
        monotonic: A clock in seconds.
        sleep: Waits so many seconds.
    """

    def __init__(
        self,
        headers: RateHeaders,
        *,
        monotonic: Monotonic = time.monotonic,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._headers = headers
        self._now = monotonic
        self._sleep = sleep
        self._lock = threading.Lock()
        self._turns: deque[float] = deque()
        self._not_before = 0.0
        self._parked_until = 0.0
        self._budget = Budget()

    @property
    def budget(self) -> Budget:
        """What the shop's newest answers said."""
        return self._budget

    async def turn(self) -> None:
        """Wait until a call may be made.

        Raises:
            RateLimited: It would be too long; nothing was sent.
        """
        delay = self._take()
        if delay > 0:
            await self._sleep(delay)

    def learn(self, headers: Mapping[str, str]) -> None:
        """Take in the limits an answer tells."""
        names = self._headers
        per_second = _figure(headers, names.limit_per_second)
        per_day = _figure(headers, names.limit_per_day)
        today = _figure(headers, names.remaining_today)
        with self._lock:
            old = self._budget
            self._budget = Budget(
                limit_per_second=per_second or old.limit_per_second,
                limit_per_day=old.limit_per_day if per_day is None else per_day,
                remaining_today=old.remaining_today if today is None else today,
            )
        if today == 0:
            self.park(EMPTY_PAUSE)
        elif _figure(headers, names.remaining_this_second) == 0:
            self._yield_to_others()

    def recall(self, budget: Budget) -> None:
        """Begin with the limits the shop told an earlier process, until it tells us itself.

        What is left of the day is another figure by now, so that is not taken over.
        """
        with self._lock:
            if self._budget == Budget():
                self._budget = Budget(
                    limit_per_second=budget.limit_per_second, limit_per_day=budget.limit_per_day
                )

    def hold(self, seconds: float) -> None:
        """Give no turn for so long; who asks for one waits."""
        with self._lock:
            self._not_before = max(self._not_before, self._now() + seconds)

    def park(self, seconds: float) -> None:
        """Give no turn for so long; who asks for one is refused."""
        with self._lock:
            self._parked_until = max(self._parked_until, self._now() + seconds)

    def _take(self) -> float:
        """Reserve the next free turn and return the seconds until it."""
        with self._lock:
            now = self._now()
            if now < self._parked_until:
                raise limited(self._parked_until - now)
            limit, span = self._allowance()
            turn = max(now, self._not_before, self._turns[-1] if self._turns else now)
            if len(self._turns) >= limit:
                turn = max(turn, self._turns[-limit] + span)
            self._turns.append(turn)
            while len(self._turns) > limit:
                self._turns.popleft()
            return turn - now

    def _allowance(self) -> tuple[int, float]:
        """Return how many calls may fall into how many seconds."""
        rate = self._budget.limit_per_second or self._headers.assumed_per_second
        rate = min(rate, _HIGHEST)
        return (int(rate), WINDOW) if rate >= 1 else (1, 1 / rate)

    def _yield_to_others(self) -> None:
        """Pause when the second is used up and not by us: another process has the key."""
        with self._lock:
            newest = min(self._turns[-1], self._now()) if self._turns else self._now()
            recent = sum(turn > newest - WINDOW - _ON_THE_WAY for turn in self._turns)
            ours_only = recent >= self._allowance()[0]
        if not ours_only:
            self.hold(WINDOW)


class Paces:
    """One pace per marketplace and key, whoever asks for it."""

    def __init__(
        self, *, monotonic: Monotonic = time.monotonic, sleep: Sleep = asyncio.sleep
    ) -> None:
        self._monotonic = monotonic
        self._sleep = sleep
        self._lock = threading.Lock()
        self._known: dict[tuple[str, str], Pace] = {}

    def of(self, marketplace: str, options: Mapping[str, str], headers: RateHeaders) -> Pace:
        """Return the pace of a marketplace as these options reach it."""
        said = repr(sorted(options.items())).encode("utf-8", "surrogatepass")
        key = (marketplace, hashlib.sha256(said).hexdigest())  # secrets are not kept for this
        with self._lock:
            if key not in self._known:
                pace = Pace(headers, monotonic=self._monotonic, sleep=self._sleep)
                self._known[key] = pace
            return self._known[key]


def limited(seconds: float) -> RateLimited:
    """Return the error that tells to wait so long."""
    return RateLimited(
        f"The marketplace allows no call for {max(1, round(seconds))} seconds.",
        retry_after=seconds,
    )


def _figure(headers: Mapping[str, str], name: str) -> int | None:
    """Return a header's figure, or None if it is absent or no sensible number."""
    text = headers.get(name, "") if name else ""
    if not text.isascii() or not text.isdigit() or len(text) > _MOST_DIGITS:
        return None
    return int(text)
