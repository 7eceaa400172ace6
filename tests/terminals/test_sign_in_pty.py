"""Signing in where there is no display and no browser: a real terminal, and a pasted address.

Real processes: the program on a pseudo-terminal, the sandbox shop beside it. What the program
was given or got is looked for afterwards wherever it must not be.
"""

from __future__ import annotations

import json
import os
import pty
import re
import select
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx
import pytest

from tuisync.core.consent import first_form

PATIENCE = 60.0
"""Seconds after which something is taken to be stuck, on however busy a machine."""

TUISYNC = [sys.executable, "-m", "tuisync"]


@pytest.fixture
def sandbox() -> Iterator[dict[str, Any]]:
    """What a running sandbox shop says of itself."""
    command = [sys.executable, "-m", "tuisync_etsy.sandbox", "--listings", "5", "--orders", "5"]
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert child.stdin is not None
    assert child.stdout is not None
    try:
        yield json.loads(child.stdout.readline())
    finally:
        child.stdin.close()
        child.wait(10)
        child.stdout.close()


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """An environment without display and without browser, as on a small server."""
    return {
        "HOME": str(tmp_path),
        "PATH": str(tmp_path / "nothing"),
        "TERM": "xterm-256color",
        "TUISYNC_HOME": str(tmp_path / "home"),
        "LANG": "C.UTF-8",
    }


@dataclass
class Program:
    """A program on a pseudo-terminal."""

    process: subprocess.Popen[bytes]
    master: int
    written: str = ""
    seen: set[str] = field(default_factory=set)

    def until(self, pattern: str) -> re.Match[str]:
        """Wait until it has written something; looks at the process list meanwhile."""
        ends = time.monotonic() + PATIENCE
        while (found := re.search(pattern, self.written)) is None:
            assert time.monotonic() < ends, f"never written: {pattern}\n{self.written}"
            self._read()
        return found

    def type(self, line: str) -> None:
        """Type a line and press enter."""
        os.write(self.master, f"{line}\r".encode())

    def end(self) -> int:
        """Wait for its end and return the exit code."""
        ends = time.monotonic() + PATIENCE
        while self.process.poll() is None:
            assert time.monotonic() < ends, self.written
            self._read()
        self._read()
        return self.process.returncode

    def _read(self) -> None:
        arguments = Path(f"/proc/{self.process.pid}/cmdline")
        if arguments.exists():
            self.seen.add(arguments.read_text(encoding="utf-8", errors="replace"))
        if select.select([self.master], [], [], 0.1)[0]:
            try:
                self.written += os.read(self.master, 65_536).decode(errors="replace")
            except OSError:  # the other side is gone
                time.sleep(0.01)


@pytest.fixture
def start(environment: dict[str, str]) -> Iterator[Callable[..., Program]]:
    """Start the program on a pseudo-terminal."""
    started: list[Program] = []

    def run(*arguments: str) -> Program:
        master, slave = pty.openpty()
        process = subprocess.Popen(
            [*TUISYNC, *arguments], stdin=slave, stdout=slave, stderr=slave, env=environment
        )
        os.close(slave)
        started.append(Program(process, master))
        return started[-1]

    yield run
    for each in started:
        if each.process.poll() is None:
            each.process.kill()
            each.process.wait()
        os.close(each.master)


def _allow(url: str) -> str:
    """Allow access as a seller does on another machine; returns where the browser ends up."""
    with httpx.Client(trust_env=False) as browser:
        page = browser.get(url)
        form = first_form(page.text)
        assert form is not None
        action = urljoin(str(page.url), form.action)
        if form.method.upper() == "POST":
            answer = browser.post(action, data=form.fields)
        else:
            answer = browser.get(action, params=form.fields)
    assert answer.has_redirect_location
    return answer.headers["location"]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number


def _run(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*TUISYNC, *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def _tokens(home: Path) -> list[str]:
    secrets = json.loads((home / "secrets.json").read_text(encoding="utf-8"))
    (entry,) = secrets["integrations"].values()
    return [entry["tokens"]["access"], entry["tokens"]["refresh"], *entry["options"].values()]


class Seller:
    """Sits at the terminal and tries to connect the sandbox shop."""

    def __init__(self, sandbox: dict[str, Any], start: Callable[..., Program]) -> None:
        self._sandbox = sandbox
        self._start = start

    def begin(self, *more: str) -> tuple[Program, str]:
        """Start a sign-in, answer the question for the secret; returns the address to open."""
        shop = self._sandbox
        program = self._start(
            *("connect", "etsy", "--port", str(_free_port()), *more),
            *("--set", f"keystring={shop['keystring']}", "--set", f"base_url={shop['url']}"),
        )
        program.until(r"Shared secret: ")
        program.type(shop["shared_secret"])
        return program, program.until(r"open: (http\S+)\s").group(1)


def test_p11_setup_on_a_terminal_without_display_by_pasting_the_redirect(
    sandbox: dict[str, Any],
    environment: dict[str, str],
    start: Callable[..., Program],
    tmp_path: Path,
) -> None:
    assert _run(environment, "init", "--currency", "USD").returncode == 0
    seller = Seller(sandbox, start)
    program, url = seller.begin()

    program.type(_allow(url))

    assert program.end() == 0, program.written
    (shop,) = json.loads(_run(environment, "integrations", "--json").stdout)
    assert (shop["status"], shop["counts"]["unconfirmed"] > 0) == ("active", True)
    assert (tmp_path / "home" / "secrets.json").stat().st_mode & 0o777 == 0o600


def test_p11_each_way_a_sign_in_fails_has_words_of_its_own(
    sandbox: dict[str, Any], environment: dict[str, str], start: Callable[..., Program]
) -> None:
    assert _run(environment, "init", "--currency", "USD").returncode == 0
    seller = Seller(sandbox, start)

    program, url = seller.begin()
    used = _allow(url)
    program.type(used.replace("state=", "state=not-"))
    assert program.end() == 3
    assert "That answer belongs to another sign-in; nothing was stored." in program.written

    program, url = seller.begin()
    state = parse_qs(urlsplit(url).query)["state"][0]
    program.type(f"http://localhost/oauth/redirect?error=access_denied&state={state}")
    assert program.end() == 3
    assert "Etsy gave no access" in program.written

    program, url = seller.begin("--no-sync")
    first = parse_qs(urlsplit(_allow(url)).query)["code"][0]
    program.type(first)  # the bare code will do
    assert program.end() == 0
    assert _run(environment, "disconnect", "etsy", "--yes").returncode == 0
    program, _ = seller.begin()
    program.type(first)
    assert program.end() == 3
    assert "did not take the code" in program.written

    program, _ = seller.begin("--timeout", "1")
    assert program.end() == 3
    assert "1 second" in program.written
    assert json.loads(_run(environment, "integrations", "--json").stdout) == []


def test_p11_nothing_secret_is_anywhere_but_in_its_file(
    sandbox: dict[str, Any],
    environment: dict[str, str],
    start: Callable[..., Program],
    tmp_path: Path,
) -> None:
    home = tmp_path / "home"
    assert _run(environment, "init", "--currency", "USD").returncode == 0
    (home / "config.toml").write_text('[log]\nlevel = "debug"\n', encoding="utf-8")
    program, url = Seller(sandbox, start).begin()
    program.type(_allow(url))
    assert program.end() == 0, program.written
    secrets = _secrets(home)
    assert len(secrets) == 3

    said = [program.written, *program.seen]
    for command in (
        ("sync",),
        ("backup", str(tmp_path / "backup.jsonl")),
        ("export", str(tmp_path / "export")),
        ("doctor",),
        ("integration", "show", "etsy", "--json"),
        ("config", "show"),
        ("connect", "etsy", "--set", "colour=red"),
    ):
        ended = _run(environment, *command)
        said += [ended.stdout, ended.stderr]
    secrets += _secrets(home)

    files = [each for each in tmp_path.rglob("*") if each.is_file() and each.name != "secrets.json"]
    assert {"store.json", "backup.jsonl", "tuisync.log"} & {each.name for each in files}
    said += [each.read_text(encoding="utf-8", errors="replace") for each in files]
    assert not [secret for secret in secrets for text in said if secret in text]


def _secrets(home: Path) -> list[str]:
    contents = json.loads((home / "secrets.json").read_text(encoding="utf-8"))
    (entry,) = contents["integrations"].values()
    return [entry["tokens"]["access"], entry["tokens"]["refresh"], *entry["options"].values()]
