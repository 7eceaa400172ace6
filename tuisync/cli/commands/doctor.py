"""`doctor`: is everything as it should be?"""

from __future__ import annotations

import click

from tuisync.cli.command import Command
from tuisync.cli.exits import PARTIAL
from tuisync.cli.invocation import Invocation
from tuisync.cli.pen import Pen
from tuisync.cli.tables.archive import check_table
from tuisync.core.doctor.examine import examine
from tuisync.core.errors import StoreDamaged
from tuisync.core.views.objects import CheckView


@click.command(
    cls=Command,
    example="""
    tuisync doctor
    tuisync doctor --json
    """,
)
@click.pass_context
def doctor(context: click.Context) -> None:
    """Check the data, the files, the plug-ins and the engine.

    It changes nothing and is safe while the daemon or the app works. Exit code 4 means that
    something is not as it should be.
    """
    invocation = context.ensure_object(Invocation)
    try:
        with invocation.services(organized=False) as services:
            found, pen = examine(services), invocation.pen(services)
    except StoreDamaged as error:
        found, pen = [CheckView(check="store", ok=False, message=error.message)], Pen()
    invocation.show(found, check_table(found, pen))
    if not all(each.ok for each in found):
        context.exit(PARTIAL)
