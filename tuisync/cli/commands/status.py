"""`status`: how things stand."""

from __future__ import annotations

import click

from tuisync.cli.command import Command
from tuisync.cli.invocation import Invocation
from tuisync.cli.tables.status import status_card
from tuisync.core.views.status import status_view


@click.command(cls=Command, example="tuisync status --json")
@click.pass_obj
def status(invocation: Invocation) -> None:
    """Show everything at a glance."""
    with invocation.services() as services:
        view = status_view(services.workspace.store, services.workspace.now())
        invocation.show(view, status_card(view, invocation.pen(services)))
