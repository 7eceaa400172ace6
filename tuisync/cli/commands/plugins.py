"""`plugins`: the installed marketplace plug-ins."""

from __future__ import annotations

import click

from tuisync.cli.command import Group
from tuisync.cli.invocation import Invocation
from tuisync.cli.tables.status import plugin_table
from tuisync.core.views.plugins import plugin_views


@click.group(cls=Group, invoke_without_command=True, example="tuisync plugins list")
@click.pass_context
def plugins(context: click.Context) -> None:
    """See the installed marketplace plug-ins."""
    if context.invoked_subcommand is None:
        context.invoke(list_)


@plugins.command("list", example="tuisync plugins list --json")
@click.pass_obj
def list_(invocation: Invocation) -> None:
    """List the installed plug-ins, and why one does not load."""
    with invocation.services(organized=False) as services:
        views = plugin_views(services.host.records())
        invocation.show(views, plugin_table(views, invocation.pen(services)))
        if not views:
            invocation.say("No plug-in is installed. One for Etsy: `pip install tuisync-etsy`.")
