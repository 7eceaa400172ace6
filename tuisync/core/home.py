"""Where everything lives on this machine: one place that knows the paths."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from tuisync.core.errors import HomeUnwritable, UsageError

HOME_VARIABLE = "TUISYNC_HOME"
"""Environment variable that puts everything under one directory, as `--home` does."""

PRIVATE = 0o700


@dataclass(frozen=True)
class Home:
    """The paths of one user's tuisync.

    Attributes:
        data: Directory of the store's files.
        config_file: What the user set, in TOML.
        secrets_file: Option secrets and tokens; never part of a backup.
        logs: Directory of the log files.
    """

    data: Path
    config_file: Path
    secrets_file: Path
    logs: Path

    @classmethod
    def locate(cls, explicit: str | None = None, environ: Mapping[str, str] = os.environ) -> Self:
        """Return the home the user means: `--home`, else `TUISYNC_HOME`, else the platform's.

        Raises:
            UsageError: `--home` was given without a directory.
        """
        if explicit is not None and not explicit.strip():
            raise UsageError("`--home` needs a directory.")
        chosen = explicit or environ.get(HOME_VARIABLE, "").strip()
        return cls.at(Path(chosen)) if chosen else cls._platform()

    @classmethod
    def at(cls, directory: Path) -> Self:
        """Return the home that has everything under one directory."""
        root = directory.expanduser().absolute()
        return cls(
            data=root / "data",
            config_file=root / "config.toml",
            secrets_file=root / "secrets.json",
            logs=root / "logs",
        )

    @classmethod
    def _platform(cls) -> Self:
        from platformdirs import PlatformDirs  # noqa: PLC0415  # `--home` needs none of it

        places = PlatformDirs("tuisync", appauthor=False)
        return cls(
            data=places.user_data_path / "data",
            config_file=places.user_config_path / "config.toml",
            secrets_file=places.user_data_path / "secrets.json",
            logs=places.user_log_path,
        )

    @property
    def restoring(self) -> Path:
        """Where a backup's data is made ready; beside the store's directory, to take its place."""
        return self.data.with_name(f"{self.data.name}.restoring")

    def finish_restore(self) -> None:
        """Put restored data in its place if the machine stopped just before that.

        The store's directory is only ever missing beside restored data when the old one was
        moved aside for it.
        """
        if not self.data.exists():
            # Somebody else may be doing the same.
            with suppress(OSError):
                self.restoring.rename(self.data)

    def ensure(self) -> None:
        """Create the directories that are missing, for their owner only.

        The store's directory is closed to others even if it was there already.

        Raises:
            HomeUnwritable: One cannot be created or written; nothing else was done.
        """
        self.finish_restore()
        for directory in (self.secrets_file.parent, self.config_file.parent, self.data, self.logs):
            try:
                _create(directory)
            except OSError as error:
                raise _unwritable(directory, error.strerror or str(error)) from error
            if not os.access(directory, os.W_OK | os.X_OK):
                raise _unwritable(directory, "it is not writable")
        if self.data.stat().st_mode & 0o077:
            self.data.chmod(PRIVATE)


def _create(directory: Path) -> None:
    """Create a directory and its missing parents, each private (`mkdir` does the last only)."""
    if directory.is_dir():
        return
    if not directory.parent.exists():
        _create(directory.parent)
    directory.mkdir(PRIVATE, exist_ok=True)


def _unwritable(directory: Path, why: str) -> HomeUnwritable:
    return HomeUnwritable(
        f"Cannot use the directory {directory}: {why}.",
        hint=f"Choose another one with `--home DIR` or {HOME_VARIABLE}.",
    )
