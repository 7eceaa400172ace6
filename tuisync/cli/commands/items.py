"""`items` and `why`: what there is, how much of it, and why."""

from __future__ import annotations

from pathlib import Path

import click

from tuisync.cli.command import Command, Group
from tuisync.cli.invocation import Invocation
from tuisync.cli.owed import say_owed
from tuisync.cli.sheets import show_comparison, show_written
from tuisync.cli.tables.items import item_card, item_table, why_card
from tuisync.cli.verdicts import noticing_sign_in
from tuisync.cli.waiting import PATIENCE, run_async, waiter
from tuisync.core.actions.creation import Edits, unconfirmed_variants
from tuisync.core.actions.items import add_item, adjust_stock, edit_item, transfer_stock
from tuisync.core.actions.retiring import retire_item, revive_item
from tuisync.core.actions.stock_undo import take_back_stock
from tuisync.core.applying import create_items_fresh
from tuisync.core.archive.export import export_list
from tuisync.core.errors import UsageError
from tuisync.core.services import Services
from tuisync.core.sheets.items import import_items
from tuisync.core.store import schema
from tuisync.core.views.items import item_view, item_views, retired_views
from tuisync.core.views.objects import ItemView
from tuisync.core.views.why import why_view

_NONE = "No items yet: `tuisync items add`, or make them of a shop's listings."
_NONE_LEFT = (
    "What is unconfirmed has the SKU of an item you have, or had:"
    " `tuisync link VARIANT SKU` links it, `tuisync items revive SKU` brings back a retired one."
)
_NONE_RETIRED = "No item is retired: `tuisync items retire` takes one out of use."


@click.group(
    cls=Group,
    invoke_without_command=True,
    example="""
    tuisync items list
    tuisync items adjust MUG --by -1 --reason "broken"
    """,
)
@click.pass_context
def items(context: click.Context) -> None:
    """List, add, edit, count, move and retire items."""
    if context.invoked_subcommand is None:
        context.invoke(list_)


@items.command(
    "list",
    example="""
    tuisync items list --json
    tuisync items list --retired
    """,
)
@click.option("--retired", is_flag=True, help="The retired items instead.")
@click.pass_obj
def list_(invocation: Invocation, *, retired: bool = False) -> None:
    """List all items in use with their stock."""
    with invocation.services() as services:
        views = (retired_views if retired else item_views)(services.workspace.store)
        _show_all(invocation, services, views)
        if not views:
            invocation.say(_NONE_RETIRED if retired else _NONE)


@items.command(example="tuisync items show MUG")
@click.argument("sku")
@click.pass_obj
def show(invocation: Invocation, sku: str) -> None:
    """Show an item, its stock per warehouse, and where it is sold."""
    with invocation.services() as services:
        _show(invocation, services, item_view(services.workspace.store, sku))


@items.command(example='tuisync items add --sku MUG --name "Blue mug" --price 12.90 --stock 5')
@click.option("--sku", required=True, help="Unique among all items.")
@click.option("--name", required=True, help="What people call it.")
@click.option("--price", metavar="P", help="In the base currency, as 12.90.")
@click.option("--stock", type=click.IntRange(min=0), default=0, metavar="N", help="Units there.")
@click.option("--warehouse", metavar="W", help="Where they are. [default: the primary one]")
@click.pass_obj
def add(
    invocation: Invocation,
    *,
    sku: str,
    name: str,
    price: str | None,
    stock: int,
    warehouse: str | None,
) -> None:
    """Add an item; listing variants it fits are linked at once."""
    with invocation.services() as services:
        view = add_item(
            services.workspace, sku=sku, name=name, price=price, stock=stock, warehouse=warehouse
        )
        _show(invocation, services, view)
        say_owed(invocation, services)


@items.command(example='tuisync items edit MUG --name "Big blue mug" --price 14.90')
@click.argument("sku")
@click.option("--sku", "new_sku", metavar="SKU", help="The new SKU.")
@click.option("--name", help="The new name.")
@click.option("--price", metavar="P", help="The new price.")
@click.pass_obj
def edit(
    invocation: Invocation, sku: str, new_sku: str | None, name: str | None, price: str | None
) -> None:
    """Change an item's SKU, name or price."""
    if new_sku is None and name is None and price is None:
        raise UsageError("Nothing to change.", hint="Give `--sku`, `--name` or `--price`.")
    with invocation.services() as services:
        view = edit_item(services.workspace, sku, new_sku=new_sku, name=name, price=price)
        _show(invocation, services, view)
        say_owed(invocation, services)


@items.command(
    example="""
    tuisync items adjust MUG --by -1 --reason "broken"
    tuisync items adjust MUG --to 12 --warehouse Attic --reason "counted"
    """
)
@click.argument("sku")
@click.option("--by", type=int, metavar="N", help="Add N units, or take away with -N.")
@click.option("--to", type=click.IntRange(min=0), metavar="N", help="Set the count to N.")
@click.option("--warehouse", metavar="W", help="Where. [default: the primary one]")
@click.option("--reason", required=True, metavar="TEXT", help="Why, for the ledger.")
@click.pass_obj
def adjust(
    invocation: Invocation,
    *,
    sku: str,
    by: int | None,
    to: int | None,
    warehouse: str | None,
    reason: str,
) -> None:
    """Correct the units on hand, by a difference or to a count."""
    with invocation.services() as services:
        view = adjust_stock(
            services.workspace, sku, reason=reason, by=by, to=to, warehouse=warehouse
        )
        _show(invocation, services, view)
        say_owed(invocation, services)


@items.command(example="tuisync items transfer MUG --from Studio --to Attic --by 3")
@click.argument("sku")
@click.option("--from", "source", required=True, metavar="W", help="The warehouse they leave.")
@click.option("--to", "target", required=True, metavar="W", help="The warehouse they go to.")
@click.option("--by", type=int, required=True, metavar="N", help="How many units.")
@click.pass_obj
def transfer(invocation: Invocation, sku: str, source: str, target: str, by: int) -> None:
    """Move units from one warehouse to another."""
    with invocation.services() as services:
        view = transfer_stock(services.workspace, sku, source=source, target=target, by=by)
        _show(invocation, services, view)
        say_owed(invocation, services)


@items.command(example="tuisync items undo MUG")
@click.argument("sku")
@click.pass_obj
def undo(invocation: Invocation, sku: str) -> None:
    """Take an item's last adjustment or transfer back.

    The ledger keeps both. Done twice, it is as it was.
    """
    with invocation.services() as services:
        _show(invocation, services, take_back_stock(services.workspace, sku))
        say_owed(invocation, services)


@items.command(example="tuisync items retire MUG")
@click.argument("sku")
@click.pass_obj
def retire(invocation: Invocation, sku: str) -> None:
    """Take an item out of use: it is in no list any more.

    Nothing may be linked to it, reserved or on hand. Its movements and orders stay, and its SKU
    stays taken.
    """
    with invocation.services() as services:
        _show(invocation, services, retire_item(services.workspace, sku))
        say_owed(invocation, services)


@items.command(example="tuisync items revive MUG")
@click.argument("sku")
@click.pass_obj
def revive(invocation: Invocation, sku: str) -> None:
    """Bring a retired item back; listing variants it fits are linked at once."""
    with invocation.services() as services:
        _show(invocation, services, revive_item(services.workspace, sku))
        say_owed(invocation, services)


@items.command(
    "create-from",
    example="""
    tuisync items create-from --all-unconfirmed
    tuisync items create-from etsy:1234:98765 --sku MUG --name "Blue mug"
    """,
)
@click.argument("variants", nargs=-1, metavar="[VARIANT]...")
@click.option("--all-unconfirmed", is_flag=True, help="Of every unconfirmed listing variant.")
@click.option("--sku", default="", help="The item's SKU, instead of the variant's.")
@click.option("--name", default="", help="The item's name, instead of the variant's.")
@click.option(
    "--price", default="", metavar="P", help="The item's price, instead of the variant's."
)
@click.option("--timeout", type=click.FloatRange(min=0), default=PATIENCE, metavar="S")
@click.pass_obj
def create_from(
    invocation: Invocation,
    variants: tuple[str, ...],
    *,
    all_unconfirmed: bool,
    sku: str,
    name: str,
    price: str,
    timeout: float,
) -> None:
    """Make items of listing variants, with the stock their shops tell.

    Where a shop's orders were not read since its numbers were, both are read first.
    """
    if bool(variants) == all_unconfirmed:
        raise UsageError(
            "Name listing variants, or give --all-unconfirmed.", hint="See `tuisync links`."
        )
    edits = Edits(sku, name, price)
    if edits and len(variants) != 1:
        raise UsageError("Name one listing variant to give its item another SKU, name or price.")
    with invocation.services() as services:
        chosen = variants or tuple(unconfirmed_variants(services.workspace.store))
        views = _created(services, chosen, edits, timeout) if chosen else []
        _show_all(invocation, services, views)
        if not views:
            left = services.workspace.store.count(schema.LINKS, "state", "unconfirmed")
            invocation.say(_NONE_LEFT if left else "No listing variant is unconfirmed.")
        say_owed(invocation, services)


def _created(
    services: Services, variants: tuple[str, ...], edits: Edits, timeout: float
) -> list[ItemView]:
    """Make items, after reading what must be read first."""
    wait = waiter(services, drains=False, patience=timeout)
    with noticing_sign_in(services.workspace.store):
        return run_async(create_items_fresh(services.workspace, wait, variants, edits))


@items.command(
    "import",
    example="""
    tuisync items import stock.csv
    tuisync items import stock.csv --apply
    """,
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--apply", is_flag=True, help="Write it; without, only show what would change.")
@click.pass_obj
def import_(invocation: Invocation, file: Path, *, apply: bool) -> None:
    """Compare a CSV list of items; --apply writes it.

    Its first line names the columns: sku, and any of name, group, attributes, price, currency,
    warehouse, on_hand, reason. An empty cell leaves a value as it is.
    """
    with invocation.services() as services:
        view = import_items(services.workspace, file, apply=apply)
        show_comparison(invocation, services, view)


@items.command(example="tuisync items export items.csv")
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_obj
def export(invocation: Invocation, file: Path) -> None:
    """Write all items to a new CSV file.

    Each has a row per warehouse, with what is on hand there.
    """
    with invocation.services() as services:
        show_written(invocation, export_list(services.workspace, "items", file))


@click.command(cls=Command, example="tuisync why MUG")
@click.argument("sku")
@click.pass_obj
def why(invocation: Invocation, sku: str) -> None:
    """Explain an item's numbers, from its movements to every shop."""
    with invocation.services() as services:
        view = why_view(services.workspace, sku)
        invocation.show(view, why_card(view, invocation.pen(services)))


def _show(invocation: Invocation, services: Services, view: ItemView) -> None:
    invocation.show(view, item_card(view, invocation.pen(services)))


def _show_all(invocation: Invocation, services: Services, views: list[ItemView]) -> None:
    invocation.show(views, item_table(views, invocation.pen(services)))
