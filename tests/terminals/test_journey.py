"""The whole way in a real terminal, at home and over SSH: from nothing to a shipped order.

Everything is done with keys and judged by what stands on the screen. The shop is the demo's
sandbox, so the sign-in is a real one over loopback.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tmux import PATIENCE, Terminal, redirect_port
from tuisync.core.actions.organization import init_organization
from tuisync.core.home import Home
from tuisync.core.services import open_services
from tuisync.core.views.status import ENGINE

SIZE = (100, 30)
SSHD = Path("/usr/sbin/sshd")

pytestmark = [
    pytest.mark.skipif(shutil.which("tmux") is None, reason="needs tmux (Debian's `tmux`)"),
    pytest.mark.timeout(300),
]
over_ssh = pytest.mark.skipif(
    not SSHD.exists() or os.geteuid() != 0,
    reason="needs root and sshd (Debian's `openssh-server`)",
)


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    made = Terminal(tmp_path / "tmux", SIZE)
    yield made
    made.close()


@pytest.fixture
def ssh(tmp_path: Path) -> Iterator[list[str]]:
    """The command that logs in at an sshd of our own, on loopback."""
    for name in ("host", "user"):
        made = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(tmp_path / name)]
        subprocess.run(made, check=True)
    (tmp_path / "keys").write_text((tmp_path / "user.pub").read_text())
    Path("/run/sshd").mkdir(exist_ok=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {
        "Port": port,
        "ListenAddress": "127.0.0.1",
        "HostKey": tmp_path / "host",
        "AuthorizedKeysFile": tmp_path / "keys",
        "PidFile": "none",
        "StrictModes": "no",
        "UsePAM": "no",
        "PermitRootLogin": "yes",
        "PasswordAuthentication": "no",
        "SetEnv": "LANG=C.UTF-8",
    }
    config = tmp_path / "sshd_config"
    config.write_text("".join(f"{key} {value}\n" for key, value in settings.items()))
    daemon = subprocess.Popen([str(SSHD), "-D", "-f", str(config), "-E", str(tmp_path / "log")])
    options = ("StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "LogLevel=ERROR")
    given = [word for each in options for word in ("-o", each)]
    try:
        _until_listening(port)
        login = ["ssh", "-tt", "-F", "/dev/null", "-i", str(tmp_path / "user"), *given]
        yield [*login, "-p", str(port), "root@127.0.0.1"]
    finally:
        daemon.terminate()
        daemon.wait()


def _until_listening(port: int) -> None:
    ends = time.monotonic() + PATIENCE
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            assert time.monotonic() < ends
            time.sleep(0.05)  # another process begins to listen; there is nothing to wait on
        else:
            return


def _journey(terminal: Terminal) -> None:
    """Connect, map, plan and apply, adjust, find out why a number is what it is, and ship."""
    terminal.until("Sandbox: nothing here is real", "is connected", "Done")
    terminal.press("Enter")
    terminal.until("unconfirmed")
    _map_by_hand(terminal)
    _plan_and_apply(terminal)
    terminal.press("2")
    terminal.until("to decide", "unconfirmed")
    terminal.press("C")
    terminal.until("Make items of", "y  Create")
    terminal.press("y")
    terminal.until("items made")
    terminal.press("3")
    terminal.until("Hand", "Avail")
    terminal.press("Home", "a")
    terminal.until("Adjust", "on hand,")
    terminal.type("+5")
    terminal.press("Enter")
    terminal.until(r": [\d,]+ on hand")
    terminal.press("w")
    terminal.until("Why this number", r"\+5")
    terminal.press("Escape")
    terminal.until("Shops show")
    terminal.press("4")
    terminal.until(r"to ship \d+")
    terminal.press("Right")
    terminal.until(r"\[to ship")
    terminal.press("s")
    terminal.until("Ship order", "Carrier")
    terminal.press("u", "s", "p", "s")
    terminal.until("USPS")
    terminal.press("Enter")
    terminal.type("9400111899223344")
    terminal.press("Enter")
    terminal.until("fulfilled 1")
    terminal.press("Right", "Right", "Right")
    terminal.until(r"\[fulfilled 1")
    terminal.press("Enter")
    terminal.until("shop told", "9400111899223344")
    terminal.press("q", "y")  # it asks, should the engine be at work right then
    terminal.until_closed()


def _map_by_hand(terminal: Terminal) -> None:
    """Make an item of one listing, and choose it for another one: which is held for the plan."""
    terminal.press("c")
    terminal.until(r"is an item now", r"linked 1\b")
    terminal.press("m")
    terminal.until("Which item is", "enter Choose")
    terminal.press("Enter")
    terminal.until(r"linked 2\b")


def _plan_and_apply(terminal: Terminal) -> None:
    """See what the link would change at the shop, mark it, and apply exactly that."""
    terminal.press("9")
    terminal.until("1 change of 1 listing, 1 held for you", r"▌.* \d+ → \d+ .*held for you")
    terminal.press("Space")
    terminal.until(r"▌✓")
    terminal.press("A")
    terminal.until(r"Apply 1 change\?", "1 number changes", "y  Apply")
    terminal.press("y")
    terminal.until(r"Applied: 1 sent\.", "✓ sent")


def _environment(tmp_path: Path) -> dict[str, str]:
    return {"TERM": "xterm-256color", "TMPDIR": str(tmp_path), "PATH": os.environ["PATH"]}


def test_s04_s07_s36_p05_p06_the_whole_way_from_nothing_to_a_shipped_order(
    terminal: Terminal, tmp_path: Path
) -> None:
    with redirect_port():
        terminal.run(sys.executable, "-m", "tuisync", "demo", environment=_environment(tmp_path))
        _journey(terminal)

    assert [each.name for each in tmp_path.iterdir() if "demo" in each.name] == []


@over_ssh
def test_p19_the_same_way_over_ssh(terminal: Terminal, ssh: list[str], tmp_path: Path) -> None:
    environment = _environment(tmp_path)
    words = " ".join(f"{key}={value}" for key, value in environment.items())
    with redirect_port():
        command = f"env {words} {sys.executable} -m tuisync demo"
        terminal.run(*ssh, command, environment=environment)
        _journey(terminal)


@over_ssh
def test_a_lost_connection_ends_the_app_and_frees_the_engine(
    terminal: Terminal, ssh: list[str], tmp_path: Path
) -> None:
    services = open_services(Home.at(tmp_path / "home"))
    init_organization(services.workspace, currency="USD", name="Far away")
    environment = _environment(tmp_path)
    command = f"env TERM=xterm-256color TUISYNC_HOME={tmp_path}/home {sys.executable} -m tuisync"
    terminal.run(*ssh, command, environment=environment)
    terminal.until("Far away", "engine here", "Market")
    terminal.resize(70, 20)
    terminal.until("1Market 2Map 3Items")
    assert services.workspace.store.holder(ENGINE)

    terminal.close()

    ends = time.monotonic() + PATIENCE
    while services.workspace.store.holder(ENGINE):
        assert time.monotonic() < ends
        time.sleep(0.1)  # another process ends; there is nothing to wait on
    services.close()
