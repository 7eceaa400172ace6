"""`status` and `outbox`: how things stand."""

from __future__ import annotations

import click

from tuisync.cli.command import Command
from tuisync.cli.invocation import Invocation
from tuisync.cli.tables.plans import outbox_table
from tuisync.cli.tables.status import status_card
from tuisync.core.views.outbox import outbox_views
from tuisync.core.views.status import status_view


@click.command(cls=Command, example="tuisync status --json")
@click.pass_obj
def status(invocation: Invocation) -> None:
    """Show everything at a glance."""
    with invocation.services() as services:
        view = status_view(services.workspace.store, services.workspace.now())
        invocation.show(view, status_card(view, invocation.pen(services)))


@click.command(cls=Command, example="tuisync outbox")
@click.pass_obj
def outbox(invocation: Invocation) -> None:
    """List the pushes that are or were owed."""
    with invocation.services() as services:
        views = outbox_views(services.workspace.store)
        invocation.show(views, outbox_table(views, invocation.pen(services)))
        if not views:
            invocation.say("Nothing was ever owed.")
