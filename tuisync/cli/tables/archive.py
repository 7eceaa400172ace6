"""Backups, exports and the doctor's findings, for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tuisync.cli.pen import Cell, Pen
from tuisync.cli.table import card, flexible, head, table
from tuisync.core.views.objects import BackupView, CheckView, ExportView, RestoreView


def backup_card(view: BackupView, pen: Pen) -> Iterator[str]:
    """Yield where a backup is and what is in it."""
    yield from card(
        [
            ("Backup", Cell(view.file, "strong")),
            ("Of", pen.time(view.made_at)),
            ("Rows", f"{view.documents:,}"),
            ("Bytes", f"{view.bytes:,}"),
        ]
    )


def restore_card(view: RestoreView, pen: Pen) -> Iterator[str]:
    """Yield what was restored and where the data before it is."""
    yield from card(
        [
            ("Restored", Cell(view.file, "strong")),
            ("Of", pen.time(view.made_at)),
            ("Rows", f"{view.documents:,}"),
            ("Data before it", view.kept),
            ("Sign in again", ", ".join(view.integrations)),
        ]
    )


def export_card(view: ExportView) -> Iterator[str]:
    """Yield which files were written."""
    yield from card(
        [("Directory", Cell(view.directory, "strong")), ("Files", ", ".join(view.files))]
    )


def check_table(views: Sequence[CheckView], pen: Pen) -> Iterator[str]:
    """Yield a line per thing that was looked at."""
    rows = (
        (view.check, Cell("ok", "good") if view.ok else Cell("look", "bad"), view.message)
        for view in views
    )
    yield from table([head("Check"), head("State"), flexible("Finding")], rows, pen)
