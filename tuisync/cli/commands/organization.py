"""`init` and `config`: the organization and the settings that hold for all of it."""

from __future__ import annotations

import click

from tuisync.cli.command import Command, Group
from tuisync.cli.invocation import Invocation
from tuisync.cli.pairs import settings
from tuisync.cli.table import card
from tuisync.cli.tables.organization import organization_card
from tuisync.core.actions.organization import configure_organization, init_organization
from tuisync.core.views.organization import organization_view


@click.command(
    cls=Command,
    example="""
    tuisync init --currency USD
    tuisync init --currency EUR --name "Mug & Co" --timezone Europe/Vienna -w Studio -w Attic
    """,
)
@click.option("--currency", required=True, metavar="CODE", help="Base currency, as USD.")
@click.option("--name", metavar="NAME", help="What the business is called.")
@click.option("--timezone", metavar="TZ", help="Time zone, as Europe/Vienna. [default: UTC]")
@click.option(
    "-w",
    "--warehouse",
    "warehouses",
    multiple=True,
    metavar="NAME",
    help="A place that holds stock; repeatable, the first is primary. [default: Main]",
)
@click.option(
    "--first-push",
    type=click.Choice(["review", "auto"]),
    default="review",
    show_default=True,
    help="Hold a listing's first push for the plan, or send it at once.",
)
@click.pass_obj
def init(
    invocation: Invocation,
    *,
    currency: str,
    name: str | None,
    timezone: str | None,
    warehouses: tuple[str, ...],
    first_push: str,
) -> None:
    """Set up an organization in this data directory."""
    with invocation.services(organized=False) as services:
        view = init_organization(
            services.workspace,
            currency=currency,
            name=name,
            timezone=timezone,
            warehouses=warehouses,
            first_push=first_push,
        )
        invocation.show(view, organization_card(view, invocation.pen(services)))
        invocation.say("Next: `tuisync connect MARKETPLACE` (`tuisync plugins` lists them).")


@click.group(
    cls=Group,
    example="""
    tuisync config organization order_sync=confirmed_and_fulfilled
    tuisync config show
    """,
)
def config() -> None:
    """Show or change settings."""


@config.command(
    example="""
    tuisync config organization
    tuisync config organization name="Mug & Co" timezone=Europe/Vienna
    """,
)
@click.argument("pairs", nargs=-1, metavar="[KEY=VALUE]...")
@click.pass_obj
def organization(invocation: Invocation, pairs: tuple[str, ...]) -> None:
    """Show the organization, or change its settings.

    Keys: name, base_currency, timezone, order_sync (confirmed or confirmed_and_fulfilled),
    first_push (review or auto).
    """
    with invocation.services() as services:
        if pairs:
            view = configure_organization(services.workspace, settings(pairs))
        else:
            view = organization_view(services.workspace.store)
        invocation.show(view, organization_card(view, invocation.pen(services)))


@config.command(example="tuisync config show --home ~/shop")
@click.pass_obj
def show(invocation: Invocation) -> None:
    """Show which files are in use."""
    with invocation.services(organized=False) as services:
        home = services.home
        paths = {
            "data": str(home.data),
            "config_file": str(home.config_file),
            "secrets_file": str(home.secrets_file),
            "logs": str(home.logs),
        }
        labels = ("Data", "Settings", "Secrets", "Logs")
        invocation.show(paths, card(zip(labels, paths.values(), strict=True)))
