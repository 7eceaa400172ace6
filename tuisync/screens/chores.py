"""What is done with the data as a whole: files in and out, and the doctor."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from tuisync.core.services import Services
    from tuisync.core.views.objects import BackupView, CheckView, ExportView, PluginView


class Chores(Protocol):
    """How it is done; replaced in tests. Each call takes long and touches no widget."""

    def back_up(self, path: Path) -> BackupView:
        """Write everything to one file.

        Raises:
            TuisyncError: It cannot be written, or is there already.
        """
        ...

    def export(self, directory: Path) -> ExportView:
        """Write everything for other programs.

        Raises:
            TuisyncError: It cannot be written, or is there already.
        """
        ...

    def examine(self, path: Path) -> str:
        """Return in words what a backup holds.

        Raises:
            TuisyncError: It is not a whole backup.
        """
        ...

    def check(self) -> list[CheckView]:
        """Look at everything and change nothing."""
        ...

    def plugins(self) -> list[PluginView]:
        """Return the installed plug-ins."""
        ...


class CoreChores:
    """Does it with what the core has, imported when it is asked for.

    Args:
        services: The opened data directory.
    """

    def __init__(self, services: Services) -> None:
        self.services = services

    def back_up(self, path: Path) -> BackupView:
        """Write everything to one file."""
        module = import_module("tuisync.core.archive.backup")
        view: BackupView = module.write_backup(self.services.workspace, path)
        return view

    def export(self, directory: Path) -> ExportView:
        """Write everything for other programs."""
        module = import_module("tuisync.core.archive.export")
        view: ExportView = module.export_to(self.services.workspace, directory)
        return view

    def examine(self, path: Path) -> str:
        """Return in words what a backup holds."""
        backup = import_module("tuisync.core.archive.backup").read_backup(path)
        return f"{len(backup):,} rows of {backup.head.made_at:%Y-%m-%d %H:%M} UTC"

    def check(self) -> list[CheckView]:
        """Look at everything and change nothing."""
        module = import_module("tuisync.core.doctor.examine")
        found: list[CheckView] = module.examine(self.services)
        return found

    def plugins(self) -> list[PluginView]:
        """Return the installed plug-ins."""
        module = import_module("tuisync.core.views.plugins")
        found: list[PluginView] = module.plugin_views(self.services.host.records())
        return found
