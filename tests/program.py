"""The program as a process of its own, beside a shop that is one, too."""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tuisync.core.consent import walk_through


@contextmanager
def a_shop(listings: int, orders: int, per_second: int) -> Iterator[dict[str, str]]:
    """Run a shop of that size; yields the options to connect with."""
    size = ("--listings", str(listings), "--orders", str(orders))
    limits = ("--qps", str(per_second), "--qpd", "100000")
    command = [sys.executable, "-m", "tuisync_etsy.sandbox", *size, *limits]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdin is not None
        told = json.loads(child.stdout.readline())
        yield {name: told[name] for name in ("keystring", "shared_secret")} | {
            "base_url": told["url"]
        }
        child.stdin.close()


class Program:
    """The program in a home of its own, a process each time."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def start(self, *line: str) -> subprocess.Popen[str]:
        """Start a command; what it says on stderr can be read line by line."""
        return subprocess.Popen(
            [sys.executable, "-m", "tuisync", "--home", str(self.home), *line],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def connecting(self, options: Mapping[str, str]) -> subprocess.Popen[str]:
        """Start connecting a shop; access is still to be allowed."""
        chosen = [f"--set={key}={value}" for key, value in options.items()]
        return self.start("connect", "etsy", *chosen, "--port", free_port(), "--no-browser")

    def json(self, *line: str) -> Any:
        """Run a command that must end well; return its document."""
        with self.start(*line, "--json") as process:
            out, err = process.communicate()
        assert process.returncode == 0, err
        return json.loads(out)


def free_port() -> str:
    """Return a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return str(probe.getsockname()[1])


def allowing(process: subprocess.Popen[str]) -> Iterator[str]:
    """Yield what a process says; allow access when it asks for it."""
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith("open: "):
            asyncio.run(walk_through(line.removeprefix("open: ").strip()))
        yield line
