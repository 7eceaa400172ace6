"""`integrations` and `integration`: the connected shops and how they are kept in step."""

from __future__ import annotations

import click

from tuisync.cli.command import Command, Group
from tuisync.cli.invocation import Invocation
from tuisync.cli.owed import say_owed
from tuisync.cli.pairs import settings
from tuisync.cli.tables.integrations import integration_card, integration_table
from tuisync.core.actions.integrations import (
    configure_integration,
    disable_integration,
    enable_integration,
)
from tuisync.core.services import Services
from tuisync.core.views.integrations import integration_view, integration_views
from tuisync.core.views.objects import IntegrationView


@click.command(cls=Command, example="tuisync integrations --json")
@click.pass_obj
def integrations(invocation: Invocation) -> None:
    """List the connected shops."""
    with invocation.services() as services:
        views = integration_views(services.workspace.store)
        invocation.show(views, integration_table(views, invocation.pen(services)))
        if not views:
            invocation.say("Nothing is connected yet: `tuisync connect MARKETPLACE`.")


@click.group(
    cls=Group,
    example="""
    tuisync integration show etsy
    tuisync integration set etsy interval=60 buffer=1
    """,
)
def integration() -> None:
    """Show, set, enable or disable a connected shop."""


@integration.command(example="tuisync integration show etsy")
@click.argument("name")
@click.pass_obj
def show(invocation: Invocation, name: str) -> None:
    """Show all there is to know of a connected shop."""
    with invocation.services() as services:
        _show(invocation, services, integration_view(services.workspace.store, name))


@integration.command(
    "set",
    example="""
    tuisync integration set etsy interval=60
    tuisync integration set etsy warehouse=Studio buffer=1 max=20
    """,
)
@click.argument("name")
@click.argument("pairs", nargs=-1, required=True, metavar="KEY=VALUE...")
@click.pass_obj
def set_(invocation: Invocation, name: str, pairs: tuple[str, ...]) -> None:
    """Change settings of a connected shop.

    Keys: interval (minutes: 30 to 240 in steps of 30), stock_sync (on or off), shipments (on or
    off; on also tries again what the shop refused), warehouse (a name or none), the rules
    buffer, max, fixed, percent, hide_at and last_unit (a number or none), drift (correct or
    ask), renew_sold_out (yes or no).
    """
    with invocation.services() as services:
        changes = settings(pairs)
        _show(invocation, services, configure_integration(services.workspace, name, changes))
        say_owed(invocation, services)


@integration.command(example="tuisync integration enable etsy")
@click.argument("name")
@click.pass_obj
def enable(invocation: Invocation, name: str) -> None:
    """Bring a shop back that was disabled; what it missed is fetched by its next sync."""
    with invocation.services() as services:
        _show(invocation, services, enable_integration(services.workspace, name))
        say_owed(invocation, services)


@integration.command(example="tuisync integration disable etsy")
@click.argument("name")
@click.pass_obj
def disable(invocation: Invocation, name: str) -> None:
    """Make a shop quiet: nothing is fetched or sent, all data is kept."""
    with invocation.services() as services:
        _show(invocation, services, disable_integration(services.workspace, name))


def _show(invocation: Invocation, services: Services, view: IntegrationView) -> None:
    invocation.show(view, integration_card(view, invocation.pen(services)))
