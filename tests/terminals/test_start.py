"""Starting the app on a terminal where it cannot start: the terminal is left in order, and told."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest


def run_on_a_terminal(home: Path, *arguments: str) -> tuple[int, str]:
    """Run the program on a pseudo-terminal until it ends; return its exit code and its output."""
    ours, its = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "tuisync", *arguments],
        stdin=its,
        stdout=its,
        stderr=its,
        env={**os.environ, "TERM": "xterm-256color", "TUISYNC_HOME": str(home)},
        start_new_session=True,
    )
    os.close(its)
    written = b""
    try:
        while part := os.read(ours, 65_536):
            written += part
    except OSError:  # the other side is gone
        pass
    os.close(ours)
    return process.wait(30), written.decode(errors="replace")


@pytest.mark.parametrize("arguments", [(), ("--home", "{home}")])
def test_a_damaged_store_is_told_in_words_behind_the_screen(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "store.json").write_text("{", encoding="utf-8")

    code, written = run_on_a_terminal(tmp_path, *(each.format(home=tmp_path) for each in arguments))

    behind = written.rpartition("\x1b[?1049l")[2]
    assert "\x1b[?1049h" in written, "the screen was there"
    assert "store.json" in behind
    assert "Traceback" not in written
    assert code == 1


def test_a_home_that_cannot_be_made_is_told_in_words(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("", encoding="utf-8")

    code, written = run_on_a_terminal(file / "home")

    assert "Cannot use the directory" in written
    assert "Traceback" not in written
    assert code == 2
