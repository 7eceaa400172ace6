"""`cancel`: stopping a sync or a plan that is at work, whichever process is at it."""

from __future__ import annotations

from collections.abc import Sequence

import click

from tuisync.cli.command import Command
from tuisync.cli.invocation import Invocation
from tuisync.cli.pen import many
from tuisync.cli.tables.history import run_table
from tuisync.cli.waiting import patience_option, run_async
from tuisync.core.actions.plan_cancels import CancelledPlan, cancel_plan, cancel_plans, is_plan
from tuisync.core.cancelling import cancel_and_wait
from tuisync.core.errors import UsageError
from tuisync.core.models import SyncRun
from tuisync.core.views.history import run_view


@click.command(
    cls=Command,
    example="""
    tuisync cancel
    tuisync cancel -i etsy
    tuisync cancel RUN_OR_PLAN
    """,
)
@click.argument("name", required=False, metavar="[RUN_OR_PLAN]")
@click.option("-i", "--integration", metavar="NAME", help="Only what is done for this shop.")
@patience_option("it to end")
@click.pass_obj
def cancel(
    invocation: Invocation, *, name: str | None, integration: str | None, timeout: float
) -> None:
    """Stop a sync that runs or waits, or a plan that is applied; what is done is kept.

    Without an argument every sync and every plan is stopped, whichever window or daemon is at
    it; else only the run, batch or plan with that id, or what is done for one shop. A sync that
    waits never begins; one that runs ends before its next page. The next sync goes on from
    there, and the next cycle comes at its time. A plan ends before its next listing, and what is
    left of it is held again. What is owed without a plan goes out all the same.
    """
    if name is not None and integration is not None:
        raise UsageError("Name what to stop, or a shop; not both.")
    with invocation.services() as services:
        workspace = services.workspace
        left, runs = CancelledPlan(), list[SyncRun]()
        if name is not None and is_plan(workspace.store, name):
            left = cancel_plan(workspace, name)
        else:
            if name is None:
                left = cancel_plans(workspace, integration=integration)
            cancelling = cancel_and_wait(workspace, name, integration=integration, patience=timeout)
            runs = run_async(cancelling)
        views = [run_view(services.workspace.store, run) for run in runs]
        invocation.show(views, run_table(views, invocation.pen(services)))
        if left.left:
            invocation.say(said_of_plan(left))
        if runs or not left.left:
            invocation.say(said(runs))


def said_of_plan(plan: CancelledPlan) -> str:
    """Return what was sent of a plan that was cancelled, and what is left, in words."""
    sent, left = many(plan.sent, "change"), f"{plan.left:,}"
    return f"Stopped the plan: {sent} sent, {left} left. `tuisync plan` shows what is left."


def said(runs: Sequence[SyncRun]) -> str:
    """Return what was stopped and what is kept, in words."""
    if not runs:
        return "Nothing is being synced."
    stopped = [run for run in runs if run.cancelled_at is not None]
    if not stopped:
        return "It had ended by itself before it was stopped."
    kept = sum(run.counts.total for run in stopped)
    told = f"Stopped {many(len(stopped), 'run')}"
    return f"{told}. Kept what came in: {many(kept, 'record')}." if kept else f"{told}."
