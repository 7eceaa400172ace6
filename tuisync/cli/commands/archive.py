"""`backup`, `restore` and `export`: the user's data as files."""

from __future__ import annotations

from pathlib import Path

import click

from tuisync.cli.command import Command
from tuisync.cli.invocation import Invocation
from tuisync.cli.pen import Pen
from tuisync.cli.tables.archive import backup_card, export_card, restore_card
from tuisync.core.archive.backup import write_backup
from tuisync.core.archive.export import export_to
from tuisync.core.archive.restore import restore as put_back
from tuisync.core.home import Home


@click.command(cls=Command, example="tuisync backup ~/tuisync-monday.json")
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_obj
def backup(invocation: Invocation, file: Path) -> None:
    """Write everything to one file, without what signs in to your shops.

    It is safe while the daemon or the app works. An existing file is left alone.
    """
    with invocation.services() as services:
        view = write_backup(services.workspace, file)
        invocation.show(view, backup_card(view, invocation.pen(services)))


@click.command(
    cls=Command,
    example="""
    tuisync restore ~/tuisync-monday.json
    tuisync restore ~/tuisync-monday.json --yes
    """,
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--yes", is_flag=True, help="Also when there is data; it is kept beside.")
@click.pass_obj
def restore(invocation: Invocation, file: Path, *, yes: bool) -> None:
    """Put a backup in the place of what is stored.

    The app and the daemon must have ended. Nothing is sent of itself afterwards: each shop
    needs a sign-in, and the numbers that were to go out wait for `tuisync plan`.
    """
    view = put_back(Home.locate(invocation.home, invocation.environ), file, replace=yes)
    invocation.show(view, restore_card(view, Pen()))
    for name in view.integrations:
        invocation.say(f"Sign in again: `tuisync reconnect {name}`.")


@click.command(cls=Command, example="tuisync export ~/tuisync-export")
@click.argument("directory", type=click.Path(path_type=Path))
@click.pass_obj
def export(invocation: Invocation, directory: Path) -> None:
    """Write everything as JSON and CSV for other programs.

    The JSON is a TinyDB database; the CSV files open in a spreadsheet. The directory must be
    new or empty.
    """
    with invocation.services() as services:
        view = export_to(services.workspace, directory)
        invocation.show(view, export_card(view))
