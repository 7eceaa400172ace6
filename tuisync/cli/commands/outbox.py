"""`outbox`: the pushes that are or were owed, sending one again, giving one up."""

from __future__ import annotations

import click

from tuisync.cli.command import Group
from tuisync.cli.invocation import Invocation
from tuisync.cli.owed import say_owed
from tuisync.cli.tables.plans import outbox_table
from tuisync.core.actions.pushes import drop_push, retry_push
from tuisync.core.views.outbox import outbox_views


@click.group(
    cls=Group,
    invoke_without_command=True,
    example="""
    tuisync outbox
    tuisync outbox retry stock:etsy:1234:5678
    """,
)
@click.pass_context
def outbox(context: click.Context) -> None:
    """List the pushes that are owed; send one again, or drop it."""
    if context.invoked_subcommand is None:
        context.invoke(list_)


@outbox.command("list", example="tuisync outbox list --json")
@click.pass_obj
def list_(invocation: Invocation) -> None:
    """List the pushes: what is owed first, then what changed last."""
    with invocation.services() as services:
        views = outbox_views(services.workspace.store)
        invocation.show(views, outbox_table(views, invocation.pen(services)))
        if not views:
            invocation.say("Nothing was ever owed.")


@outbox.command(example="tuisync outbox retry stock:etsy:1234:5678")
@click.argument("entry", metavar="ID")
@click.pass_obj
def retry(invocation: Invocation, entry: str) -> None:
    """Send a push again that was refused, given up or put off.

    A running engine does it at once; `tuisync push` does it otherwise.
    """
    with invocation.services() as services:
        view = retry_push(services.workspace, entry)
        invocation.show(view, outbox_table([view], invocation.pen(services)))
        say_owed(invocation, services)


@outbox.command(example="tuisync outbox drop shipment:etsy:1234:5678#1")
@click.argument("entry", metavar="ID")
@click.pass_obj
def drop(invocation: Invocation, entry: str) -> None:
    """Give a push up: the shop is not told.

    A number is owed again when it changes; a shipment is not.
    """
    with invocation.services() as services:
        view = drop_push(services.workspace, entry)
        invocation.show(view, outbox_table([view], invocation.pen(services)))
