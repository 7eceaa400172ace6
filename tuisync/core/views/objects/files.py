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


class ExportView(View, frozen=True, kw_only=True):
    """Files that were written for other programs."""

    directory: str
    files: list[str]
