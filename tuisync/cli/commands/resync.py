"""`resync`: reading the records of an earlier sync again."""

from __future__ import annotations

import click

from tuisync.cli.command import Command
from tuisync.cli.invocation import Invocation
from tuisync.cli.runs import carry_out
from tuisync.cli.waiting import patience_option
from tuisync.core.actions.resyncs import request_resync


@click.command(
    cls=Command,
    example="""
    tuisync resync RUN
    tuisync resync RUN --record RUN/4
    tuisync resync BATCH --failed
    """,
)
@click.argument("run_or_batch", metavar="RUN_OR_BATCH")
@click.option("--record", metavar="ID", help="Only this record, as `history RUN --json` names it.")
@click.option("--failed", is_flag=True, help="Only the records that failed.")
@patience_option()
@click.pass_obj
def resync(
    invocation: Invocation, *, run_or_batch: str, record: str | None, failed: bool, timeout: float
) -> None:
    """Read the records of an earlier sync again, one by one.

    Nothing else is read. What had failed comes in, if it can be read now. The records of a push
    are looked at, not sent again. Nothing is sent to a shop.
    """
    with invocation.services() as services:
        runs = request_resync(services.workspace, run_or_batch, record=record, failed=failed)
        carry_out(invocation, services, runs, drains=False, patience=timeout)
