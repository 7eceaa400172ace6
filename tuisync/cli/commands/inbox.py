"""`inbox`: what needs you."""

from __future__ import annotations

from collections.abc import Callable

import click

from tuisync.cli.command import Group
from tuisync.cli.invocation import Invocation
from tuisync.cli.tables.inbox import inbox_lines
from tuisync.core.actions.again import dismiss as forget
from tuisync.core.views.inbox import inbox_views, views_behind
from tuisync.core.workspace import Workspace


@click.group(
    cls=Group,
    invoke_without_command=True,
    example="""
    tuisync inbox
    tuisync inbox dismiss order:etsy:1234:5678
    """,
)
@click.pass_context
def inbox(context: click.Context) -> None:
    """List what needs you, with what mends it.

    A row goes away by itself when its cause is gone.
    """
    if context.invoked_subcommand is None:
        context.invoke(list_)


@inbox.command("list", example="tuisync inbox list --json")
@click.pass_obj
def list_(invocation: Invocation) -> None:
    """List what needs you, the most urgent first."""
    _show(invocation)


@inbox.command(example="tuisync inbox show return:etsy:1234")
@click.argument("row", metavar="ID")
@click.pass_obj
def show(invocation: Invocation, row: str) -> None:
    """List what one row stands for that says `11 orders`: a row each."""
    with invocation.services() as services:
        workspace = services.workspace
        views = views_behind(workspace.store, workspace.now(), row)
        invocation.show(views, inbox_lines(views, invocation.pen(services)))


@inbox.command(example="tuisync inbox dismiss order:etsy:1234:5678")
@click.argument("row", metavar="ID")
@click.pass_obj
def dismiss(invocation: Invocation, row: str) -> None:
    """Let a record be that failed; every other row goes away with its cause.

    Prints the inbox without it. A record that fails again comes back.
    """
    _show(invocation, lambda workspace: forget(workspace, row))


def _show(invocation: Invocation, change: Callable[[Workspace], None] | None = None) -> None:
    with invocation.services() as services:
        workspace = services.workspace
        if change is not None:
            change(workspace)
        views = inbox_views(workspace.store, workspace.now())
        invocation.show(views, inbox_lines(views, invocation.pen(services)))
        if not views:
            invocation.say("Nothing needs you.")
