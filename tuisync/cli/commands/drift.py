"""`drift`: where shops show other numbers than they should, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable

import click

from tuisync.cli.command import Group
from tuisync.cli.exits import Different
from tuisync.cli.invocation import Invocation
from tuisync.cli.owed import say_owed
from tuisync.cli.pen import many
from tuisync.cli.tables.drift import drift_table
from tuisync.core.actions.drift import heed_difference, keep_ours, leave_difference, take_theirs
from tuisync.core.views.drift import drift_views
from tuisync.core.views.objects import DriftView
from tuisync.core.workspace import Workspace


@click.group(
    cls=Group,
    invoke_without_command=True,
    example="""
    tuisync drift
    tuisync drift --check
    tuisync drift --ignored
    tuisync drift take etsy:1234:98765
    """,
)
@click.option("--check", is_flag=True, help="Exit with 4 if there is any difference.")
@click.option("--ignored", is_flag=True, help="List those instead that you ignore.")
@click.pass_context
def drift(context: click.Context, *, check: bool, ignored: bool) -> None:
    """List where shops show other numbers than yours, and answer it.

    Three numbers are compared: yours after the rules, the one at which both sides were level
    last, and the one the shop shows. Nothing is read from a shop and nothing is written.
    """
    if context.invoked_subcommand is None:
        _list(context.ensure_object(Invocation), check=check, ignored=ignored)


def _list(invocation: Invocation, *, check: bool, ignored: bool) -> None:
    with invocation.services() as services:
        views = drift_views(services.workspace, ignored=ignored)
        invocation.show(views, drift_table(views, invocation.pen(services)))
        if not views and ignored:
            invocation.say("You ignore no difference.")
        elif not views:
            invocation.say("Every shop shows your numbers, as far as it was read.")
        if check and views:
            raise Different(
                f"{many(len(views), 'number')} at your shops differ from yours.",
                hint="Answer each: `tuisync drift keep`, `take` or `ignore`.",
            )


@drift.command(example="tuisync drift keep etsy:1234:98765")
@click.argument("variant")
@click.pass_obj
def keep(invocation: Invocation, variant: str) -> None:
    """Keep your number: it is sent to the shop, even where changes are held or to be asked."""
    _answer(invocation, keep_ours, variant)


@drift.command(example="tuisync drift take etsy:1234:98765")
@click.argument("variant")
@click.pass_obj
def take(invocation: Invocation, variant: str) -> None:
    """Take the shop's number: your stock is adjusted until your rules give it."""
    _answer(invocation, take_theirs, variant)


@drift.command(example="tuisync drift ignore etsy:1234:98765")
@click.argument("variant")
@click.pass_obj
def ignore(invocation: Invocation, variant: str) -> None:
    """Leave both numbers as they are, until one of them changes; `heed` takes it back."""
    _answer(invocation, leave_difference, variant)


@drift.command(example="tuisync drift heed etsy:1234:98765")
@click.argument("variant")
@click.pass_obj
def heed(invocation: Invocation, variant: str) -> None:
    """Take an ignore back: the difference is asked about, or sent, as any other."""
    _answer(invocation, heed_difference, variant)


def _answer(
    invocation: Invocation, decide: Callable[[Workspace, str], DriftView], variant: str
) -> None:
    with invocation.services() as services:
        view = decide(services.workspace, variant)
        invocation.show(view, drift_table([view], invocation.pen(services)))
        say_owed(invocation, services)
