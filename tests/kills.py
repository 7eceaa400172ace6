"""Dying at a marked point, as far as one process can play it."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pytest


class Killed(BaseException):
    """The process dies here: nothing catches it, nothing is tidied up."""


def kill_at(
    monkeypatch: pytest.MonkeyPatch, owner: object, name: str, *, call: int = 1, after: bool = False
) -> None:
    """Die at the nth call of a function: before it does anything, or when it has done it all."""
    original: Callable[..., Any] = getattr(owner, name)
    calls = 0

    def dies(*arguments: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls != call:
            return original(*arguments, **named)
        if after:
            original(*arguments, **named)
        raise Killed(f"{name}, call {call}")

    async def dies_later(*arguments: Any, **named: Any) -> Any:
        if after:
            await original(*arguments, **named)
        raise Killed(name)

    waits = inspect.iscoroutinefunction(original)
    monkeypatch.setattr(owner, name, dies_later if waits else dies)
