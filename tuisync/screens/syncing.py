"""Asking for a sync from wherever a shop is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tuisync.core.actions.syncs import request_sync
from tuisync.core.days import period
from tuisync.core.store import schema
from tuisync.screens.dialogs.choose import Choice, Choose
from tuisync.screens.dialogs.fields import Field
from tuisync.screens.dialogs.form import Form

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tuisync.core.actions.plan_cancels import CancelledPlan
    from tuisync.core.models import Module, SyncRun
    from tuisync.core.store.port import Reader
    from tuisync.screens.shell import Shell

MODULES: dict[str, tuple[Module, ...]] = {
    "both": ("items", "orders"),
    "items": ("items",),
    "orders": ("orders",),
}
SYNC_CHOICES = (
    Choice("both", "Items and orders", "then what is owed is sent", "b"),
    Choice("items", "Items only", "listings, their SKUs and numbers", "i"),
    Choice("orders", "Orders only", "new, changed and cancelled ones", "o"),
)

_PERIOD_CHOICES = (
    Choice("orders", "Orders", "placed in these days"),
    Choice("items", "Items", "changed in these days, or all where a shop cannot tell"),
    Choice("both", "Items and orders"),
)


def ask_sync(shell: Shell, shop: str | None = None) -> None:
    """Ask what to fetch from a shop, or from all of them, then queue it (S16)."""
    about = "The other active shops take part with the same." if shop else "From all active shops."
    shops = shell.workspace.store.all(schema.INTEGRATIONS)
    if not any(each.status == "active" and each.name != shop for each in shops):
        about = ""  # there is no other
    shell.push_screen(
        Choose(f"Sync {shop or 'now'}", SYNC_CHOICES, about=about),
        lambda choice: _request(shell, shop, choice),
    )


def _request(shell: Shell, shop: str | None, choice: str | None) -> None:
    if choice is None:
        return

    def ask() -> str:
        runs = request_sync(shell.workspace, MODULES[choice], integration=shop)
        return _waiting(shell.workspace.store, runs)

    asked = f"Asked for {' and '.join(MODULES[choice])} of {shop or 'all shops'}."
    shell.act(ask, lambda waits: shell.say(f"{asked} {waits}".strip()))


def _waiting(reader: Reader, runs: Sequence[SyncRun]) -> str:
    """Return what the first of some runs that were asked for waits for, as a sentence."""
    from tuisync.core.views.waiting import waits_for  # noqa: PLC0415  # after the first sight

    found = (waits_for(reader, run) for run in runs)
    what = next((each for each in found if each), "")
    return f"It waits for {what}." if what else ""


def cancel(shell: Shell, name: str | None = None, *, shop: str | None = None) -> None:
    """Stop a batch, or whatever is being synced at a shop, and say what is kept.

    Args:
        shell: The app.
        name: The batch's id.
        shop: The shop's name.
    """
    from tuisync.core.cancelling import cancel_sync  # noqa: PLC0415  # after the first sight

    shell.act(
        lambda: cancel_sync(shell.workspace, name, integration=shop),
        lambda runs: shell.say(_stopped(runs)),
    )


def cancel_plan(shell: Shell, plan: str | None = None) -> None:
    """Stop a plan that is being applied, or all of them, and say how far they have come."""
    from tuisync.core.actions.plan_cancels import cancel_plans  # noqa: PLC0415  # as above

    shell.act(lambda: cancel_plans(shell.workspace, plan), lambda left: shell.say(_left(left)))


def _left(plan: CancelledPlan) -> str:
    """Return how far a plan came that was stopped, in words."""
    if not plan.left:
        return "Nothing that waited for the plan is left to stop; what is owed goes out by itself."
    sent, left = f"{plan.sent:,} sent", f"{plan.left:,} left"
    return f"Stopping before the next listing: {sent}, {left}. What is left is held again."


def _stopped(runs: Sequence[SyncRun]) -> str:
    """Return what becomes of runs that were cancelled, in words."""
    if not runs:
        return "Nothing is being synced there; a push ends by itself."
    if any(run.status == "running" for run in runs):
        return "Stopping before the next page. What came in is kept."
    if any(run.started_at for run in runs):
        return "Stopped. What came in is kept."
    return "Cancelled before it began."


def ask_period(shell: Shell) -> None:
    """Ask for two days and what to fetch of them, then queue it (S24)."""
    today = shell.workspace.now().astimezone(shell.zone).date().isoformat()
    fields = [
        Field("start", "First day", help="As 2024-03-01, in your organization's time zone."),
        Field("end", "Last day", today, help="This day is still in it."),
        Field("modules", "Fetch", "orders", choices=_PERIOD_CHOICES),
    ]
    shell.push_screen(
        Form(
            "Sync a specific period",
            fields,
            lambda values: _request_period(shell, values),
            verb="Sync",
            about="Orders by the day they were placed, from all active shops.",
        ),
        lambda asked: shell.say(asked) if asked else None,
    )


def _request_period(shell: Shell, values: dict[str, str]) -> str:
    """Queue a period's sync and return what to say of it.

    Raises:
        UsageError: The days are none, or the wrong way round.
    """
    start, end = values["start"], values["end"]
    days = period(start, end, shell.zone, names=("First day", "Last day"))
    modules = MODULES[values["modules"]]
    runs = request_sync(shell.workspace, modules, trigger="period", period=days)
    asked = f"Asked for {' and '.join(modules)} from {start} to {end}."
    return f"{asked} {_waiting(shell.workspace.store, runs)}".strip()
