"""What is done with the data as a whole, for screens over a store in memory."""

from __future__ import annotations

from pathlib import Path

from pottery import PotteryServices
from tuisync.core.archive.backup import read_backup, write_backup
from tuisync.core.archive.export import export_to
from tuisync.core.errors import UsageError
from tuisync.core.views.objects import BackupView, CheckView, ExportView, PluginView


class FakeChores:
    """Writes real files; its plug-ins and findings are made up."""

    def __init__(self, services: PotteryServices) -> None:
        self._workspace = services.workspace
        self._root = services.home.logs.parent
        self.findings = [
            CheckView(check="ledger", ok=True, message="214 movements add up."),
            CheckView(check="space", ok=False, message="1.2 MB are left on this disk."),
        ]

    def back_up(self, path: Path) -> BackupView:
        return write_backup(self._workspace, self._inside(path))

    def export(self, directory: Path) -> ExportView:
        return export_to(self._workspace, self._inside(directory))

    def examine(self, path: Path) -> str:
        backup = read_backup(path)
        return f"{len(backup):,} documents of {backup.head.made_at:%Y-%m-%d %H:%M} UTC"

    def check(self) -> list[CheckView]:
        return self.findings

    def plugins(self) -> list[PluginView]:
        return [
            PluginView(
                name="etsy",
                distribution="tuisync-etsy",
                version="0.1.0",
                api_version="1",
                state="loaded",
                error=None,
                hooks=["marketplace"],
            ),
            PluginView(
                name="fair",
                distribution="tuisync-fair",
                version="2.1",
                api_version="9",
                state="incompatible",
                error="It needs tuisync's plug-in API 9; this one has 1.",
                hooks=[],
            ),
        ]

    def _inside(self, path: Path) -> Path:
        """Keep quick fingers from writing into the tester's own home."""
        if not path.is_relative_to(self._root):
            raise UsageError(f"{path} is not the test's.")
        return path
