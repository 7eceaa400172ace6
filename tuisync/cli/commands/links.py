"""`links`, `link`, `unlink` and `ignore`: which item stands behind which listing variant."""

from __future__ import annotations

from typing import get_args

import click

from tuisync.cli.command import Command
from tuisync.cli.invocation import Invocation
from tuisync.cli.owed import say_owed
from tuisync.cli.tables.links import link_card, link_table
from tuisync.core.actions.links import ignore_variant, link_variant, unlink_variant
from tuisync.core.models import LinkState
from tuisync.core.orders.repoint import Repoint
from tuisync.core.services import Services
from tuisync.core.views.links import link_views
from tuisync.core.views.objects import LinkView


@click.command(
    cls=Command,
    example="""
    tuisync links --state unconfirmed
    tuisync links -i etsy --json
    """,
)
@click.option("--state", type=click.Choice(get_args(LinkState)), help="Only links in this state.")
@click.option("-i", "--integration", metavar="NAME", help="Only links of this shop.")
@click.pass_obj
def links(invocation: Invocation, state: str | None, integration: str | None) -> None:
    """List listing variants and the items behind them."""
    with invocation.services() as services:
        views = link_views(services.workspace.store, state=state, integration=integration)
        invocation.show(views, link_table(views, invocation.pen(services)))
        if not views:
            what = f"is {state}" if state else "is known yet: `tuisync sync items`"
            invocation.say(f"No listing variant {what}.")


@click.command(
    cls=Command,
    example="""
    tuisync link etsy:1234:98765 MUG
    tuisync link etsy:1234:98765 CUP --repoint open
    """,
)
@click.argument("variant")
@click.argument("sku")
@click.option(
    "--repoint",
    type=click.Choice(get_args(Repoint)),
    help="Which orders of the item it was linked to follow: open ones, all, or none.",
)
@click.pass_obj
def link(invocation: Invocation, variant: str, sku: str, repoint: Repoint | None) -> None:
    """Link a listing variant to an item.

    Frozen orders with it thaw. What differs at the shop is held for the plan, unless first
    pushes go out by themselves.
    """
    with invocation.services() as services:
        _show(invocation, services, link_variant(services.workspace, variant, sku, repoint))


@click.command(cls=Command, example="tuisync unlink etsy:1234:98765")
@click.argument("variant")
@click.pass_obj
def unlink(invocation: Invocation, variant: str) -> None:
    """Take a link apart.

    The pair is never linked again by itself; no history is lost.
    """
    with invocation.services() as services:
        _show(invocation, services, unlink_variant(services.workspace, variant))


@click.command(cls=Command, example="tuisync ignore etsy:1234:98765")
@click.argument("variant")
@click.pass_obj
def ignore(invocation: Invocation, variant: str) -> None:
    """Say that no item stands behind a listing variant.

    It is not asked about again, and orders that waited for it thaw.
    """
    with invocation.services() as services:
        _show(invocation, services, ignore_variant(services.workspace, variant))


def _show(invocation: Invocation, services: Services, view: LinkView) -> None:
    invocation.show(view, link_card(view, invocation.pen(services)))
    say_owed(invocation, services)
