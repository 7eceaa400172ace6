"""Checks, backups, restores and exports, as the user sees them."""

from __future__ import annotations

from datetime import datetime

from tuisync.core.views.objects.base import View


class CheckView(View, frozen=True, kw_only=True):
    """One thing that was looked at, and whether it is as it should be."""

    check: str
    ok: bool
    message: str


class BackupView(View, frozen=True, kw_only=True):
    """A backup that was made."""

    file: str
    made_at: datetime
    documents: int
    bytes: int


class RestoreView(View, frozen=True, kw_only=True):
    """A backup that was put back; `kept` is where the data before it is now."""

    file: str
    made_at: datetime
    documents: int
    kept: str | None
    integrations: list[str]


class SheetFaultView(View, frozen=True, kw_only=True):
    """A row of a file that cannot be taken: its line, its column, and why."""

    line: int
    column: str
    message: str


class SheetChangeView(View, frozen=True, kw_only=True):
    """What a row would change, or has changed: of what, which part, from and to."""

    line: int
    subject: str
    what: str
    old: str | None
    new: str | None


class SheetView(View, frozen=True, kw_only=True):
    """A file compared with what is stored; nothing was written unless `applied`."""

    created: int
    updated: int
    unchanged: int
    errors: list[SheetFaultView]
    applied: bool
    changes: list[SheetChangeView]


class SheetFileView(View, frozen=True, kw_only=True):
    """A list that was written to a file."""

    file: str
    rows: int


class ExportView(View, frozen=True, kw_only=True):
    """Files that were written for other programs."""

    directory: str
    files: list[str]
