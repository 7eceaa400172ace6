"""`links`, `link`, `unlink` and `ignore`: which item stands behind which listing variant."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import click

from tuisync.cli.command import Command, Group
from tuisync.cli.freshness import say_stale
from tuisync.cli.invocation import Invocation
from tuisync.cli.owed import say_owed
from tuisync.cli.sheets import show_comparison, show_written
from tuisync.cli.tables.links import link_card, link_table
from tuisync.core.actions.links import (
    ignore_variant,
    let_go,
    link_exact,
    link_variant,
    parted_fits,
    unlink_variant,
)
from tuisync.core.archive.export import export_list
from tuisync.core.models import LINK_STATES
from tuisync.core.orders.repoint import Repoint
from tuisync.core.services import Services
from tuisync.core.sheets.links import import_links
from tuisync.core.store import schema
from tuisync.core.undo.choices import take_back_choice
from tuisync.core.views.links import link_views
from tuisync.core.views.objects import LinkView


@click.group(
    cls=Group,
    invoke_without_command=True,
    example="""
    tuisync links --state unconfirmed
    tuisync links -i etsy --json
    tuisync links export links.csv
    """,
)
@click.option("--state", type=click.Choice(LINK_STATES), help="Only links in this state.")
@click.option("-i", "--integration", metavar="NAME", help="Only links of this shop.")
@click.pass_context
def links(context: click.Context, state: str | None, integration: str | None) -> None:
    """List listing variants and the items behind them."""
    if context.invoked_subcommand is None:
        context.invoke(list_, state=state, integration=integration)


@links.command("list", example="tuisync links list --state conflict --json")
@click.option("--state", type=click.Choice(LINK_STATES), help="Only links in this state.")
@click.option("-i", "--integration", metavar="NAME", help="Only links of this shop.")
@click.pass_obj
def list_(invocation: Invocation, state: str | None, integration: str | None) -> None:
    """List listing variants and their items.

    `links` alone does the same.
    """
    with invocation.services() as services:
        views = link_views(services.workspace.store, state=state, integration=integration)
        invocation.show(views, link_table(views, invocation.pen(services)))
        say_stale(invocation, services, (view.variant for view in views))
        if not views:
            what = f"is {state}" if state else "is known yet: `tuisync sync items`"
            invocation.say(f"No listing variant {what}.")


@links.command(
    example="""
    tuisync links accept
    tuisync links accept etsy:1234:98765
    """
)
@click.argument("variants", nargs=-1, metavar="[VARIANT]...")
@click.pass_obj
def accept(invocation: Invocation, variants: tuple[str, ...]) -> None:
    """Link what exactly one item fits.

    That is: by the same SKU but for case, or the same name. Without a VARIANT all that wait, but
    for pairs you took apart yourself.
    """
    with invocation.services() as services:
        done = link_exact(services.workspace, variants or None)
        views = [view for view in link_views(services.workspace.store) if view.variant in done]
        invocation.show(views, link_table(views, invocation.pen(services)))
        if not done:
            invocation.say("No listing variant that waits has exactly one item that fits.")
        if not variants and (parted := parted_fits(services.workspace.store)):
            these, them = ("1 that you", "it") if parted == 1 else (f"{parted:,} that you", "them")
            invocation.say(f"Left out: {these} unlinked yourself; name {them} to link {them}.")
        say_owed(invocation, services)


@links.command(
    "let-go",
    example="""
    tuisync links --state broken
    tuisync links let-go etsy:1234:98765
    """,
)
@click.argument("variants", nargs=-1, required=True, metavar="VARIANT...")
@click.pass_obj
def let_go_(invocation: Invocation, variants: tuple[str, ...]) -> None:
    """Let listing variants go that are gone from the shop.

    They are unlinked and not asked about again. One that comes back there is found by the next
    sync of its items.
    """
    with invocation.services() as services:
        views = let_go(services.workspace, list(dict.fromkeys(variants)))
        invocation.show(views, link_table(views, invocation.pen(services)))
        say_owed(invocation, services)


@links.command(example="tuisync links undo")
@click.pass_obj
def undo(invocation: Invocation) -> None:
    """Take the last decision about links back.

    That is the last link, unlink, ignore, let-go, accept or create-from of the last day. Links,
    orders and stock are as they were, unless something changed since: then nothing is.
    """
    with invocation.services() as services:
        choice = take_back_choice(services.workspace)
        ids = {each.id for each in choice.touched if each.collection == schema.LINKS.name}
        views = [view for view in link_views(services.workspace.store) if view.variant in ids]
        invocation.show(views, link_table(views, invocation.pen(services)))
        invocation.say(f"Taken back: {choice.words}.")
        say_owed(invocation, services)


@links.command(
    "import",
    example="""
    tuisync links import links.csv
    tuisync links import links.csv --apply
    """,
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--apply", is_flag=True, help="Do it; without, only show what would change.")
@click.pass_obj
def import_(invocation: Invocation, file: Path, *, apply: bool) -> None:
    """Compare a CSV list of links; --apply decides.

    Its first line names the columns: variant, item, state, basis. With an item a variant is
    linked to it, `ignored` ignores it, `unconfirmed` without an item takes its link apart.
    """
    with invocation.services() as services:
        view = import_links(services.workspace, file, apply=apply)
        show_comparison(invocation, services, view)


@links.command(example="tuisync links export links.csv")
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_obj
def export(invocation: Invocation, file: Path) -> None:
    """Write all links to a new CSV file."""
    with invocation.services() as services:
        show_written(invocation, export_list(services.workspace, "links", file))


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
    """Take a link apart, or ask about an ignored variant again.

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
