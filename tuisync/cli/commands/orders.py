"""`orders`, `ship` and `contacts`: what was sold, to whom, and what has left."""

from __future__ import annotations

from typing import get_args

import click

from tuisync.cli.command import Command, Group
from tuisync.cli.invocation import Invocation
from tuisync.cli.owed import say_owed
from tuisync.cli.pairs import units
from tuisync.cli.tables.orders import contact_table, order_card, order_table
from tuisync.core.actions.orders import ship_order
from tuisync.core.models import Gate, OrderStatus
from tuisync.core.views.contacts import contact_views
from tuisync.core.views.orders import order_view, order_views


@click.group(
    cls=Group,
    invoke_without_command=True,
    example="""
    tuisync orders list --status confirmed
    tuisync orders show 3001
    """,
)
@click.pass_context
def orders(context: click.Context) -> None:
    """List and show sales orders."""
    if context.invoked_subcommand is None:
        context.invoke(list_)


@orders.command("list", example="tuisync orders list --status confirmed --json")
@click.option("--status", type=click.Choice(get_args(OrderStatus)), help="Only of this status.")
@click.option("--gate", type=click.Choice(get_args(Gate)), help="Only with this gate.")
@click.option("-i", "--integration", metavar="NAME", help="Only of this shop.")
@click.pass_obj
def list_(
    invocation: Invocation, status: str | None, gate: str | None, integration: str | None
) -> None:
    """List sales orders, newest first."""
    with invocation.services() as services:
        views = order_views(
            services.workspace.store, status=status, gate=gate, integration=integration
        )
        invocation.show(views, order_table(views, invocation.pen(services)))
        if not views:
            invocation.say("No orders here. `tuisync sync orders` looks for new ones.")


@orders.command(example="tuisync orders show etsy:1234:3001")
@click.argument("order", metavar="ID")
@click.pass_obj
def show(invocation: Invocation, order: str) -> None:
    """Show an order, by its id or its number."""
    with invocation.services() as services:
        view = order_view(services.workspace.store, order)
        invocation.show(view, order_card(view, invocation.pen(services)))


@click.command(
    cls=Command,
    example="""
    tuisync ship 3001 --carrier usps --tracking 9400100000000000000000
    tuisync ship 3001 --carrier dhl --tracking JD0146 --lines MUG=1
    """,
)
@click.argument("order")
@click.option("--carrier", metavar="C", help="Who carries it, as the marketplace names them.")
@click.option("--tracking", metavar="T", help="The tracking number.")
@click.option("--lines", metavar="SKU=N,...", help="Ship only these units.")
@click.pass_obj
def ship(
    invocation: Invocation,
    order: str,
    carrier: str | None,
    tracking: str | None,
    lines: str | None,
) -> None:
    """Ship an order and tell the shop."""
    with invocation.services() as services:
        view = ship_order(
            services.workspace, order, carrier=carrier, tracking=tracking, lines=units(lines)
        )
        invocation.show(view, order_card(view, invocation.pen(services)))
        say_owed(invocation, services)


@click.command(cls=Command, example="tuisync contacts --json")
@click.pass_obj
def contacts(invocation: Invocation) -> None:
    """List customers."""
    with invocation.services() as services:
        views = contact_views(services.workspace.store)
        invocation.show(views, contact_table(views, invocation.pen(services)))
        if not views:
            invocation.say("No customers yet; they come with the orders.")
