"""`history`: sync runs, and a run with its records."""

from __future__ import annotations

import click

from tuisync.cli.command import Command
from tuisync.cli.invocation import Invocation
from tuisync.cli.tables.history import run_card, run_table
from tuisync.core.errors import UsageError
from tuisync.core.views.history import run_detail, run_views

_MODULES = ("items", "orders", "stock", "shipments")


@click.command(
    cls=Command,
    example="""
    tuisync history --module orders --limit 5
    tuisync history RUN --json
    """,
)
@click.argument("run", required=False)
@click.option("--module", type=click.Choice(_MODULES), help="Only runs of this module.")
@click.option("-i", "--integration", metavar="NAME", help="Only runs of this shop.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="At most N runs.")
@click.pass_obj
def history(
    invocation: Invocation,
    run: str | None,
    module: str | None,
    integration: str | None,
    limit: int | None,
) -> None:
    """List sync runs, or show one with its records."""
    if run is not None and (module or integration or limit):
        raise UsageError("One run takes none of --module, --integration and --limit.")
    with invocation.services() as services:
        store, pen = services.workspace.store, invocation.pen(services)
        if run is not None:
            detail = run_detail(store, run)
            invocation.show(detail, run_card(detail, pen))
            return
        views = run_views(store, module=module, integration=integration, limit=limit)
        invocation.show(views, run_table(views, pen))
        if not views:
            invocation.say("No sync has run yet: `tuisync sync`.")
