"""`orders`, `ship` and `contacts`: what was sold, to whom, and what has left."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import click

from tuisync.cli.command import Command, Group
from tuisync.cli.gathering import gathering
from tuisync.cli.invocation import Invocation, time_zone
from tuisync.cli.owed import say_owed
from tuisync.cli.pairs import units
from tuisync.cli.sheets import show_comparison
from tuisync.cli.tables.orders import contact_table, order_card, order_table
from tuisync.core.actions.contacts import split_contact
from tuisync.core.actions.corrections import correct_shipment, is_refused
from tuisync.core.actions.decisions import decide_order, map_line
from tuisync.core.actions.orders import ship_order
from tuisync.core.actions.return_undo import take_back_return
from tuisync.core.actions.returns import return_order
from tuisync.core.days import open_period
from tuisync.core.errors import UsageError
from tuisync.core.models import Gate, OrderStatus
from tuisync.core.services import Services
from tuisync.core.sheets.parcels import import_parcels
from tuisync.core.views.contacts import contact_views
from tuisync.core.views.objects import OrderView
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
    """List and show sales orders, and decide about them."""
    if context.invoked_subcommand is None:
        context.invoke(list_)


@orders.command(
    "list",
    example="""
    tuisync orders list --status confirmed --json
    tuisync orders list --from 2024-03-01 --to 2024-03-31 --limit 20
    """,
)
@click.option("--status", type=click.Choice(get_args(OrderStatus)), help="Only of this status.")
@click.option("--gate", type=click.Choice(get_args(Gate)), help="Only with this gate.")
@click.option("-i", "--integration", metavar="NAME", help="Only of this shop.")
@click.option("--from", "start", metavar="DATE", help="Placed on this day or later.")
@click.option("--to", "end", metavar="DATE", help="Placed on this day or before.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="At most N orders.")
@click.pass_obj
def list_(
    invocation: Invocation,
    *,
    status: str | None = None,
    gate: str | None = None,
    integration: str | None = None,
    start: str | None = None,
    end: str | None = None,
    limit: int | None = None,
) -> None:
    """List sales orders, newest first.

    Days are whole ones in the organization's time zone.
    """
    with invocation.services() as services, gathering():
        views = order_views(
            services.workspace.store,
            status=status,
            gate=gate,
            integration=integration,
            period=open_period(start, end, time_zone(services)),
            limit=limit,
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


@orders.command(
    "map",
    example="""
    tuisync orders map 3001 88001 MUG
    tuisync orders map 3001 88001 --no-item
    """,
)
@click.argument("order", metavar="ID")
@click.argument("line")
@click.argument("sku", required=False)
@click.option("--no-item", is_flag=True, help="Nothing you keep in stock stands behind it.")
@click.pass_obj
def map_(invocation: Invocation, *, order: str, line: str, sku: str | None, no_item: bool) -> None:
    """Say which item a line of one order is.

    LINE is the line's id, or the shop's SKU. Other orders of that listing stay as they are:
    `tuisync link` decides for all.
    """
    if (sku is None) != no_item:
        raise UsageError("Name the item's SKU, or give `--no-item`.")
    with invocation.services() as services:
        _show_changed(invocation, services, map_line(services.workspace, order, line, sku))


@orders.command(
    "return",
    example="""
    tuisync orders return 3001 --to Main
    tuisync orders return 3001 --lines MUG=1 --to Main
    tuisync orders return 3001 --lost
    tuisync orders return 3001 --undo
    """,
)
@click.argument("order", metavar="ID")
@click.option("--lines", metavar="SKU=N,...", help="Only these units. [default: all still away]")
@click.option("--to", metavar="WAREHOUSE", help="They are in this warehouse again.")
@click.option("--lost", is_flag=True, help="They will not come back.")
@click.option("--undo", is_flag=True, help="Take back what was said last.")
@click.pass_obj
def return_(
    invocation: Invocation,
    *,
    order: str,
    lines: str | None,
    to: str | None,
    lost: bool,
    undo: bool,
) -> None:
    """Say what became of goods that were sent.

    They are in a warehouse again, or they are lost. Units that came back are counted once. What
    was said by mistake is taken back with --undo, then said anew; the ledger keeps both.
    """
    if [to is not None, lost, undo].count(True) != 1:
        raise UsageError("Give one of `--to WAREHOUSE`, `--lost` and `--undo`.")
    if undo and lines is not None:
        raise UsageError("`--undo` takes all back that was said last: leave `--lines` out.")
    with invocation.services() as services:
        if undo:
            view = take_back_return(services.workspace, order)
        else:
            view = return_order(services.workspace, order, to=to, lines=units(lines))
        _show_changed(invocation, services, view)


@orders.command(
    example="""
    tuisync orders list --gate needs_decision
    tuisync orders decide 3001 confirmed
    """
)
@click.argument("order", metavar="ID")
@click.argument("status", type=click.Choice(get_args(OrderStatus)))
@click.pass_obj
def decide(invocation: Invocation, order: str, status: OrderStatus) -> None:
    """Say what an order in doubt is.

    `confirmed` takes it as it is, `fulfilled` says that it has left, `void` that it will not be
    sent. Nothing is sent to the shop; once the shop says something clear, that counts.
    """
    with invocation.services() as services:
        _show_changed(invocation, services, decide_order(services.workspace, order, status))


@click.command(
    cls=Command,
    example="""
    tuisync ship 3001 --carrier usps --tracking 9400100000000000000000
    tuisync ship 3001 --carrier dhl --tracking JD0146 --lines MUG=1
    tuisync ship 3001 --tracking JD0147
    tuisync ship --file parcels.csv
    tuisync ship --file parcels.csv --apply
    """,
)
@click.argument("order", required=False)
@click.option("--carrier", metavar="C", help="Who carries it, by the marketplace's name or code.")
@click.option("--tracking", metavar="T", help="The tracking number.")
@click.option("--lines", metavar="SKU=N,...", help="Ship only these units.")
@click.option("--tell/--no-tell", default=True, help="Tell the shop. [default: tell]")
@click.option("--shipment", metavar="ID", help="Correct this shipment instead of sending another.")
@click.option(
    "--file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Many orders: a CSV file with the columns order, carrier, tracking.",
)
@click.option("--apply", is_flag=True, help="With --file: ship them; without, only show it.")
@click.pass_obj
def ship(
    invocation: Invocation,
    *,
    order: str | None,
    carrier: str | None,
    tracking: str | None,
    lines: str | None,
    tell: bool,
    shipment: str | None,
    file: Path | None,
    apply: bool,
) -> None:
    """Ship an order and tell the shop, who tells the buyer.

    Of an order that has left and whose only shipment the shop refused, carrier and tracking
    number are corrected, and it is sent again. What is not given stays as it was.

    A file ships many: each row all of an order. What the shops would be told, and who is
    e-mailed, is shown first; a row that has left with its number already changes nothing.
    """
    if file is not None:
        if order or carrier or tracking or lines or shipment or not tell:
            raise UsageError("With `--file`, all else stands in the file.")
        _ship_file(invocation, file, apply=apply)
        return
    if order is None or apply:
        raise UsageError(
            "Name the order to ship." if order is None else "`--apply` goes with `--file`.",
            hint="`tuisync ship ORDER`, or `tuisync ship --file FILE.csv` for many.",
        )
    with invocation.services() as services:
        workspace = services.workspace
        corrects = bool(carrier or tracking) and tell and lines is None
        if shipment is not None or (corrects and is_refused(workspace.store, order)):
            view = correct_shipment(
                workspace, order, carrier=carrier, tracking=tracking, shipment=shipment
            )
        else:
            view = ship_order(
                workspace,
                order,
                carrier=carrier,
                tracking=tracking,
                lines=units(lines),
                tell=tell,
            )
        _show_changed(invocation, services, view)


def _ship_file(invocation: Invocation, file: Path, *, apply: bool) -> None:
    with invocation.services() as services:
        view = import_parcels(services.workspace, file, apply=apply)
        show_comparison(
            invocation, services, view, unwritten="Nothing is shipped yet: `--apply` ships them."
        )


def _show_changed(invocation: Invocation, services: Services, view: OrderView) -> None:
    invocation.show(view, order_card(view, invocation.pen(services)))
    say_owed(invocation, services)


@click.group(
    cls=Group,
    invoke_without_command=True,
    example="""
    tuisync contacts --json
    tuisync contacts split 3001
    """,
)
@click.pass_context
def contacts(context: click.Context) -> None:
    """List customers."""
    if context.invoked_subcommand is None:
        context.invoke(list_contacts)


@contacts.command("list", example="tuisync contacts list --json")
@click.pass_obj
def list_contacts(invocation: Invocation) -> None:
    """List customers.

    `contacts` alone does the same.
    """
    with invocation.services() as services, gathering():
        views = contact_views(services.workspace.store)
        invocation.show(views, contact_table(views, invocation.pen(services)))
        if not views:
            invocation.say("No customers yet; they come with the orders.")


@contacts.command(example="tuisync contacts split 3001")
@click.argument("order")
@click.pass_obj
def split(invocation: Invocation, order: str) -> None:
    """Say that a buyer only has the same name.

    The buyer of the order becomes a customer of their own, with all orders of the same account.
    """
    with invocation.services() as services:
        view = split_contact(services.workspace, order)
        invocation.show(view, contact_table([view], invocation.pen(services)))
