"""Sending what is owed, and applying a plan, through whichever engine there is.

Everything is asked for in the store, so it works the same whether this process holds the
engine or another one does; `wait` is how the caller waits for the engine.
"""

from tuisync.core.applying.apply import apply_plan, plan_named, push_owed
from tuisync.core.applying.creating import create_items_fresh
from tuisync.core.applying.reading import Wait, wait_for_runs

__all__ = [
    "Wait",
    "apply_plan",
    "create_items_fresh",
    "plan_named",
    "push_owed",
    "wait_for_runs",
]
