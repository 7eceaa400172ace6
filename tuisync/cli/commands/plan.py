"""`plan`, `apply` and `push`: what would go out to the shops, and sending it."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TypeVar

import click

from tuisync.cli.command import Command
from tuisync.cli.exits import Different, Stopped
from tuisync.cli.halting import Sending
from tuisync.cli.invocation import Invocation
from tuisync.cli.pen import many
from tuisync.cli.progress import Progress
from tuisync.cli.stopping import Heeding, Interrupts
from tuisync.cli.tables.plans import plan_card, report_lines
from tuisync.cli.verdicts import (
    WHAT_IS_LEFT,
    noticing_sign_in,
    of_paused,
    of_report,
    of_runs,
    stopped_words,
)
from tuisync.cli.waiting import patience_option, run_async, waiter
from tuisync.core.actions.plans import make_plan
from tuisync.core.actions.syncs import request_sync
from tuisync.core.applying import apply_plan, plan_named, push_owed, wait_for_runs
from tuisync.core.services import Services
from tuisync.core.stock.left_alone import left_out, left_out_words
from tuisync.core.views.objects import PushReport

T = TypeVar("T")


@click.command(
    cls=Command,
    example="""
    tuisync plan
    tuisync plan --refresh --check
    """,
)
@click.option("--refresh", is_flag=True, help="Read the shops first.")
@click.option("--check", is_flag=True, help="Exit with 4 if anything would change.")
@patience_option()
@click.pass_obj
def plan(invocation: Invocation, *, refresh: bool, check: bool, timeout: float) -> None:
    """Show every change that would go out to the shops.

    It is computed from what is stored, without a call, and kept for `tuisync apply`.
    """
    with invocation.services() as services:
        if refresh:
            _refresh(invocation, services, timeout)
        view = make_plan(services.workspace)
        invocation.show(view, plan_card(view, invocation.pen(services)))
        if missing := left_out(services.workspace.store):
            invocation.say(f"Left out: {left_out_words(missing)}.")
        if check and view.changes:
            raise Different(
                f"{many(len(view.changes), 'change')} would go out.",
                hint=f"Send them with `tuisync apply {view.id}`.",
            )


@click.command(
    "apply",
    cls=Command,
    example="""
    tuisync apply
    tuisync apply 18e1c0a5b2f0000c0ffee42 --unmoved
    tuisync apply --only etsy:1234:98765
    """,
)
@click.argument("plan_id", required=False)
@click.option("--unmoved", is_flag=True, help="Send what has not moved, leave the rest.")
@click.option(
    "--only",
    multiple=True,
    metavar="VARIANT",
    help="Only this change: a variant's, or an order's for its shipments. Repeat it for more.",
)
@patience_option()
@click.pass_obj
def apply(
    invocation: Invocation,
    plan_id: str | None,
    *,
    unmoved: bool,
    only: tuple[str, ...],
    timeout: float,
) -> None:
    """Carry out a plan, if nothing has moved since.

    The shops are read first. Without PLAN_ID the newest plan is meant.
    """
    with invocation.services() as services:
        plan_id = plan_named(services.workspace.store, plan_id).id
        sending = Sending(services, invocation.say, plan=plan_id)
        reads = waiter(services, drains=False, patience=timeout)
        sends = waiter(services, drains=True, patience=timeout, sending=sending)
        work = apply_plan(
            services.workspace, sends, plan_id, unmoved=unmoved, only=only, read=reads
        )
        with noticing_sign_in(services.workspace.store):
            report = run_async(_heeding(sending, work))
        _tell(invocation, services, report, sending)


@click.command(cls=Command, example="tuisync push --json")
@patience_option()
@click.pass_obj
def push(invocation: Invocation, *, timeout: float) -> None:
    """Send what is owed to the shops.

    Changes that wait for your review are left alone and named.
    """
    with invocation.services() as services:
        sending = Sending(services, invocation.say)
        wait = waiter(services, drains=True, patience=timeout, sending=sending)
        work = push_owed(services.workspace, wait)
        _tell(invocation, services, run_async(_heeding(sending, work)), sending)
        paused = of_paused(services.workspace.store)
        if paused is not None:
            raise paused


def _refresh(invocation: Invocation, services: Services, timeout: float) -> None:
    """Read every active shop, to the end or not at all.

    Raises:
        TuisyncError: One was not read to the end, or the user interrupted it.
    """
    runs = request_sync(services.workspace, ["items", "orders"], push=False)
    progress = Progress(services.workspace.store, runs, invocation.say)
    wait = waiter(services, drains=False, patience=timeout, look=progress.look)
    interrupts = Interrupts(services, runs, invocation.say)
    ended = run_async(_heeding(interrupts, wait_for_runs(services.workspace, wait, runs)))
    if interrupts.asked:
        raise interrupts.stopped()
    trouble = of_runs(services.workspace.store, services.host, ended)
    if trouble is not None:
        raise trouble


async def _heeding(interrupts: Heeding, work: Awaitable[T]) -> T:
    with interrupts.heeded():
        return await work


def _tell(invocation: Invocation, services: Services, report: PushReport, sending: Sending) -> None:
    invocation.show(report, report_lines(report, invocation.pen(services)))
    if report.held:
        titles = ", ".join(dict.fromkeys(change.title for change in report.held))
        invocation.say(
            f"{many(len(report.held), 'change')} held for your review: {titles}."
            " `tuisync plan` shows them, `tuisync apply` sends them."
        )
    if sending.asked and report.stopped:
        raise Stopped(stopped_words(report), hint=WHAT_IS_LEFT)
    trouble = of_report(services.workspace.store, report)
    if trouble is not None:
        raise trouble
