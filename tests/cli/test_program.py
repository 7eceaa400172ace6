"""The program as a process: what it imports, how it ends, what it leaves behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = (sys.executable, "-m", "tuisync")


def _run(
    *arguments: str, home: Path, options: tuple[str, ...] = (), stdin: str = ""
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *options, "-m", "tuisync", *arguments],
        env=_environ(home),
        input=stdin,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def _environ(home: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return kept | {"TUISYNC_HOME": str(home)}


def _imported(*arguments: str, home: Path) -> set[str]:
    ended = _run(*arguments, home=home, options=("-X", "importtime"))
    lines = (line for line in ended.stderr.splitlines() if line.startswith("import time:"))
    return {line.rpartition("|")[2].strip().partition(".")[0] for line in lines}


HEAVY = {"textual", "rich", "httpx", "authlib", "keyring"}


def test_help_imports_next_to_nothing(tmp_path: Path) -> None:
    found = _imported("--help", home=tmp_path)

    assert "click" in found
    assert not found & (HEAVY | {"tinydb", "pluggy", "rapidfuzz", "msgspec", "asyncio"})


@pytest.mark.parametrize("line", ["status", "items list", "orders list", "plan", "integrations"])
def test_looking_needs_neither_textual_nor_httpx(tmp_path: Path, line: str) -> None:
    home = tmp_path / "home"
    assert _run("init", "--currency", "USD", home=home).returncode == 0

    found = _imported(*line.split(), home=home)

    assert "msgspec" in found
    assert not found & HEAVY


def test_it_runs_as_a_module_and_as_a_script(tmp_path: Path) -> None:
    script = Path(sys.executable).parent / "tuisync"
    ended = subprocess.run(
        [script, "--version"], env=_environ(tmp_path), capture_output=True, text=True, check=True
    )

    assert ended.stdout == _run("--version", home=tmp_path).stdout
    assert ended.stdout.startswith("tuisync, version ")


def test_everything_is_under_the_home_and_private(tmp_path: Path) -> None:
    home = tmp_path / "home"

    made = _run("init", "--currency", "USD", "--json", home=home)

    assert made.returncode == 0
    assert json.loads(made.stdout)["base_currency"] == "USD"
    assert home.stat().st_mode & 0o777 == 0o700
    assert {path.name for path in tmp_path.iterdir()} == {"home"}
    for path in home.rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path


@pytest.mark.parametrize("arguments", [["status"], ["init", "--currency", "USD"]])
def test_a_home_that_cannot_be_written(tmp_path: Path, arguments: list[str]) -> None:
    (tmp_path / "file").write_text("in the way")

    ended = _run(*arguments, "--json", home=tmp_path / "file" / "home")

    assert (ended.returncode, ended.stdout) == (2, "")
    error = json.loads(ended.stderr.splitlines()[-1])["error"]
    assert error["code"] == "home_unwritable"
    assert "--home" in error["hint"]
    assert "Traceback" not in ended.stderr


def test_a_damaged_store_is_named_and_left_alone(tmp_path: Path) -> None:
    assert _run("init", "--currency", "USD", home=tmp_path).returncode == 0
    store = tmp_path / "data" / "store.json"
    store.write_text("{ not json")

    ended = _run("status", "--json", home=tmp_path)

    assert ended.returncode == 1
    error = json.loads(ended.stderr.splitlines()[-1])["error"]
    assert error["code"] == "store_damaged"
    assert str(store) in error["message"]
    assert store.read_text() == "{ not json"


@pytest.mark.parametrize("arguments", [[], ["demo"]])
def test_the_app_without_a_terminal_says_so(tmp_path: Path, arguments: list[str]) -> None:
    ended = _run(*arguments, home=tmp_path / "home")

    assert ended.returncode == 2
    assert "terminal" in ended.stderr
    assert not (tmp_path / "home").exists()


def test_a_closed_pipe_is_no_fault(tmp_path: Path) -> None:
    assert _run("init", "--currency", "USD", home=tmp_path).returncode == 0
    # Nobody reads any more when the command gets to write.
    script = (
        f"(sleep 0.01; exec {sys.executable} -m tuisync status) | true; echo ${{PIPESTATUS[0]}}"
    )

    ended = subprocess.run(
        ["bash", "-c", script],
        env=_environ(tmp_path),
        capture_output=True,
        text=True,
        check=True,
    )

    assert ended.stdout.strip() == "141"
    assert ended.stderr == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no /dev/full")
def test_output_that_cannot_be_written_is_no_fault_of_ours(tmp_path: Path) -> None:
    _run("init", "--currency", "USD", home=tmp_path)
    add = [*PROGRAM, "items", "add", "--sku", "MUG", "--name", "Mug", "--json"]

    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(
            add, env=_environ(tmp_path), stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )

    assert ended.returncode == 1
    assert json.loads(ended.stderr)["error"]["code"] == "output_lost"
    assert len(json.loads(_run("items", "--json", home=tmp_path).stdout)) == 1
    assert not list((tmp_path / "logs").glob("crash-*"))


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_closed_stream_is_written_nowhere(tmp_path: Path, closed: str) -> None:
    _run("init", "--currency", "USD", home=tmp_path)

    ended = subprocess.run(
        ["sh", "-c", f"exec {sys.executable} -m tuisync items {closed}"],
        env=_environ(tmp_path),
        check=False,
    )

    assert ended.returncode == 0


def _daemon(home: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*PROGRAM, "daemon", "--json"],
        env=_environ(home),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _engine(home: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads(_run("status", "--json", home=home).stdout)["engine"]
    return found


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_daemon_works_until_it_is_told_to_stop(tmp_path: Path, number: int) -> None:
    assert _run("init", "--currency", "USD", home=tmp_path).returncode == 0
    daemon = _daemon(tmp_path)
    try:
        while not (engine := _engine(tmp_path))["running"]:
            assert daemon.poll() is None
        assert (engine["by"], engine["pid"]) == ("daemon", daemon.pid)
        second = _run("daemon", "--json", home=tmp_path)
        assert second.returncode == 6
        assert str(daemon.pid) in json.loads(second.stderr)["error"]["message"]
        daemon.send_signal(number)
        out, err = daemon.communicate(timeout=20)
    finally:
        daemon.kill()
        daemon.communicate()

    assert (daemon.returncode, json.loads(out)) == (0, [])
    assert "Traceback" not in err
    assert _engine(tmp_path)["running"] is False


@pytest.mark.parametrize("module", ["tuisync.cli.invocation", "tuisync.cli.main", "click"])
def test_an_interrupt_while_it_starts_ends_it_without_a_word(tmp_path: Path, module: str) -> None:
    interrupted = f"""
import builtins, os, signal
import tuisync.__main__ as program
original = builtins.__import__

def importing(name, *rest, **more):
    if name == {module!r}:
        os.kill(os.getpid(), signal.SIGINT)
    return original(name, *rest, **more)

builtins.__import__ = importing
program.main()
"""
    ended = subprocess.run(
        [sys.executable, "-c", interrupted],
        env=_environ(tmp_path),
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == -signal.SIGINT
    assert ended.stderr == ""
