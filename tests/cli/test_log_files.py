"""Log files: private, without secrets, and never on the terminal."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tuisync.core.logs import FILE, LARGEST, log_to, write_crash
from tuisync.core.redaction import conceal


@pytest.fixture
def root() -> Iterator[logging.Logger]:
    """The root logger, put back afterwards."""
    root = logging.getLogger()
    level, handlers = root.level, root.handlers[:]
    root.handlers = []
    yield root
    for handler in root.handlers:
        handler.close()
    root.handlers = handlers
    root.setLevel(level)


def _leak(secret: str) -> None:
    raise ValueError(f"the token is {secret}")


def test_warnings_go_to_a_private_file_without_secrets(
    tmp_path: Path, root: logging.Logger, capfd: pytest.CaptureFixture[str]
) -> None:
    conceal("hush-hush-43")
    log_to(tmp_path)
    assert list(tmp_path.iterdir()) == [], "no file before there is something to say"

    try:
        _leak("hush-hush-43")
    except ValueError:
        logging.getLogger("tuisync.test").exception("It broke with hush-hush-43.")

    text = (tmp_path / FILE).read_text()
    assert "It broke with ***." in text
    assert "ValueError" in text
    assert "hush-hush-43" not in text
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600
    assert capfd.readouterr() == ("", "")


def test_a_long_log_is_put_aside(tmp_path: Path, root: logging.Logger) -> None:
    (tmp_path / FILE).write_bytes(b"x" * (LARGEST + 1))

    log_to(tmp_path)
    logging.getLogger("tuisync.test").warning("Hello.")

    assert (tmp_path / "tuisync.log.1").stat().st_size == LARGEST + 1
    assert "Hello." in (tmp_path / FILE).read_text()


def test_a_crash_is_written_down_without_secrets(tmp_path: Path) -> None:
    conceal("hush-hush-44")
    try:
        _leak("hush-hush-44")
    except ValueError as error:
        path = write_crash(tmp_path / "logs", error, datetime(2024, 3, 1, tzinfo=UTC))

    assert path.name.startswith("crash-20240301T000000-")
    assert "Traceback" in path.read_text()
    assert "hush-hush-44" not in path.read_text()
    assert path.stat().st_mode & 0o777 == 0o600
