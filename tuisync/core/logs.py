"""Log files: what went wrong inside, for whoever has to find out why. Secrets are masked."""

from __future__ import annotations

import logging
import os
import traceback
from datetime import datetime
from io import TextIOWrapper
from pathlib import Path

from tuisync.core.redaction import redact

FILE = "tuisync.log"
LARGEST = 2_000_000
"""Bytes after which a log is put aside when the next program starts; one older is kept."""

_PRIVATE = 0o600


class RedactingFormatter(logging.Formatter):
    """Masks every secret this process knows, in messages and tracebacks alike."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line without secrets."""
        return redact(super().format(record))


class PrivateFileHandler(logging.FileHandler):
    """Appends to a file only its owner may read, made when there is something to write."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, encoding="utf-8", delay=True)

    def _open(self) -> TextIOWrapper:
        def opener(path: str, flags: int) -> int:
            return os.open(path, flags, _PRIVATE)

        return open(self.baseFilename, "a", encoding="utf-8", opener=opener)


def log_to(logs: Path, level: str = "warning") -> None:
    """Send what the program notes to a file, and nothing to the terminal.

    Args:
        logs: The directory; it need not exist before there is something to write.
        level: The least that is written: `debug`, `info`, `warning` or `error`.
    """
    path = logs / FILE
    if path.exists() and path.stat().st_size > LARGEST:
        path.replace(path.with_suffix(".log.1"))
    handler = PrivateFileHandler(path)
    handler.setFormatter(RedactingFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for chatty in ("httpcore", "httpx"):  # they would write down whole requests
        logging.getLogger(chatty).setLevel(logging.WARNING)


def write_crash(logs: Path, error: BaseException, now: datetime) -> Path:
    """Write down where an unexpected fault happened, and return the file.

    Raises:
        OSError: It cannot be written.
    """
    logs.mkdir(0o700, parents=True, exist_ok=True)
    path = logs / f"crash-{now:%Y%m%dT%H%M%S}-{os.getpid()}.log"
    text = redact("".join(traceback.format_exception(error)))
    private = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _PRIVATE)
    with os.fdopen(private, "w", encoding="utf-8") as file:
        file.write(text)
    return path
