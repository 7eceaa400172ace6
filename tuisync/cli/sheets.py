"""Showing what became of a spreadsheet, and ending the command by it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tuisync.cli.exits import RecordsFailed
from tuisync.cli.owed import say_owed
from tuisync.cli.pen import many
from tuisync.cli.tables.sheets import comparison_card, written_card

if TYPE_CHECKING:
    from tuisync.cli.invocation import Invocation
    from tuisync.core.services import Services
    from tuisync.core.views.objects import SheetFileView, SheetView


def show_comparison(
    invocation: Invocation,
    services: Services,
    view: SheetView,
    *,
    unwritten: str = "Nothing is written yet: `--apply` writes it.",
) -> None:
    """Show what a file changes or has changed.

    Args:
        invocation: The call.
        services: The data directory.
        view: The comparison.
        unwritten: What is said where it was only compared.

    Raises:
        RecordsFailed: Some of its rows cannot be taken.
    """
    invocation.show(view, comparison_card(view, invocation.pen(services)))
    if view.applied:
        say_owed(invocation, services)
    elif view.created + view.updated:
        invocation.say(unwritten)
    if view.errors:
        rest = "The others were taken." if view.applied else "`--apply` takes the others."
        rows = many(len(view.errors), "error")
        raise RecordsFailed(f"{rows} in the file.", hint=rest)


def show_written(invocation: Invocation, view: SheetFileView) -> None:
    """Show which file was written."""
    invocation.show(view, written_card(view))
