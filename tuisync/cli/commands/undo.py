"""`undo`: taking back what a sync linked and imported."""

from __future__ import annotations

import click

from tuisync.cli.command import Command
from tuisync.cli.invocation import Invocation
from tuisync.cli.owed import say_owed
from tuisync.cli.pen import many
from tuisync.cli.tables.history import run_table
from tuisync.core.actions.undo import Undone, undo_sync
from tuisync.core.views.history import run_view


@click.command(
    cls=Command,
    example="""
    tuisync undo RUN
    tuisync undo BATCH
    """,
)
@click.argument("run_or_batch", metavar="RUN")
@click.pass_obj
def undo(invocation: Invocation, *, run_or_batch: str) -> None:
    """Take back what a sync linked and imported.

    That works where nothing later counts on it. Orders, customers, links and listings it made
    go, and stock is what it was before; the links do not come back by themselves. The orders
    come in again with the next sync, since the shop still has them. `tuisync plan` shows what
    would put the shops right.
    """
    with invocation.services() as services:
        undone = undo_sync(services.workspace, run_or_batch)
        store, pen = services.workspace.store, invocation.pen(services)
        views = [run_view(store, run) for run in undone.runs]
        one = views[0] if len(views) == 1 else None
        invocation.show(one or views, run_table(views, pen))
        invocation.say(f"Taken back: {said(undone)}.")
        say_owed(invocation, services)


def said(undone: Undone) -> str:
    """Return what an undo took back, in words."""
    parts = (
        (undone.links, "link", "links"),
        (undone.orders, "order", "orders"),
        (undone.listings, "listing", "listings"),
    )
    return ", ".join(many(number, one, more) for number, one, more in parts if number)
