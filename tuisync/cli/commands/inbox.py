"""`inbox`: what needs you."""

from __future__ import annotations

import click

from tuisync.cli.command import Command
from tuisync.cli.invocation import Invocation
from tuisync.cli.tables.inbox import inbox_lines
from tuisync.core.views.inbox import inbox_views


@click.command(
    cls=Command,
    example="""
    tuisync inbox
    tuisync inbox --json
    """,
)
@click.pass_obj
def inbox(invocation: Invocation) -> None:
    """List what needs you: one row per cause, with what mends it.

    A row goes away by itself when its cause is gone.
    """
    with invocation.services() as services:
        workspace = services.workspace
        views = inbox_views(workspace.store, workspace.now())
        invocation.show(views, inbox_lines(views, invocation.pen(services)))
        if not views:
            invocation.say("Nothing needs you.")
