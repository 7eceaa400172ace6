"""The sandbox as a process: its first line, its end, and that it listens on loopback only."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from sandbox_kit import SandboxProcess, start_process
from tuisync_etsy.sandbox.options import read_options


def client(running: SandboxProcess) -> httpx.Client:
    return httpx.Client(base_url=running.url, trust_env=False)


def test_the_first_line_says_where_and_how(sandbox_process: SandboxProcess) -> None:
    info = sandbox_process.info
    assert set(info) == {
        "url", "keystring", "shared_secret", "shop_id", "user_id", "shop_name", "redirect_uri",
        "consent", "control", "sell",
    }  # fmt: skip
    assert info["url"].startswith("http://127.0.0.1:")
    assert info["redirect_uri"] == "http://localhost:3003/oauth/redirect"
    with client(sandbox_process) as http:
        state = http.get(info["control"] + "/state").json()
        key = {"x-api-key": f"{info['keystring']}:{info['shared_secret']}"}
        shop = http.get(f"/v3/application/shops/{info['shop_id']}", headers=key).json()
    assert state["shop"]["shop_id"] == info["shop_id"]
    assert shop["shop_name"] == info["shop_name"]


def test_it_ends_when_its_input_closes_and_says_nothing_more() -> None:
    running = start_process()
    with client(running) as http:
        http.get("/sandbox/state")
        assert running.process.poll() is None
        began = time.monotonic()
        assert running.process.stdin is not None
        running.process.stdin.close()
        code = running.process.wait(5)
        took = time.monotonic() - began
    assert running.process.stdout is not None
    assert running.process.stderr is not None
    assert running.process.stdout.read() == b""
    assert running.process.stderr.read() == b""
    assert code == 0
    assert took < 3
    running.end()


def test_it_ends_on_sigterm_and_keeps_running_without_input() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "tuisync_etsy.sandbox", "--keep-running"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stdout.readline()
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(0.4)
    process.send_signal(signal.SIGTERM)
    assert process.wait(5) in {0, -signal.SIGTERM}
    process.stdout.close()


def test_it_listens_on_loopback_only(sandbox_process: SandboxProcess) -> None:
    port = int(sandbox_process.url.rsplit(":", 1)[1])
    others = {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), port, socket.AF_INET)}
    for address in others - {"127.0.0.1"}:
        with socket.socket() as probe:
            probe.settimeout(1)
            assert probe.connect_ex((str(address), port)) != 0


@pytest.mark.skipif(sys.platform != "linux", reason="reads Linux's table of sockets")
def test_its_only_socket_is_bound_to_loopback(sandbox_process: SandboxProcess) -> None:
    port = int(sandbox_process.url.rsplit(":", 1)[1])
    table = Path(f"/proc/{sandbox_process.process.pid}/net/tcp").read_text()
    listening = {row.split()[1] for row in table.splitlines() if row.split()[3] == "0A"}
    assert [each for each in listening if each.endswith(f":{port:04X}")] == [f"0100007F:{port:04X}"]


def test_a_planned_drop_closes_the_connection(sandbox_process: SandboxProcess) -> None:
    with client(sandbox_process) as http:
        http.post("/sandbox/faults", json={"path": "ping", "drop": "before"})
        with pytest.raises(httpx.RemoteProtocolError):
            http.get("/v3/application/openapi-ping")
        assert http.get("/v3/application/openapi-ping").status_code == 403


def test_a_port_in_use_is_one_sentence(sandbox_process: SandboxProcess) -> None:
    port = sandbox_process.url.rsplit(":", 1)[1]
    second = subprocess.run(
        [sys.executable, "-m", "tuisync_etsy.sandbox", "--port", port],
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert second.returncode == 2
    assert second.stdout == ""
    assert second.stderr.startswith(f"Port {port} cannot be used:")


def test_a_buyer_orders_at_the_pace() -> None:
    running = start_process(["--pace", "0.05"])
    try:
        with client(running) as http:
            deadline = time.monotonic() + 10
            orders = 0
            while orders <= 302 and time.monotonic() < deadline:
                orders = len(http.get("/sandbox/state").json()["receipts"])
        assert orders > 302
    finally:
        running.end()


def test_the_options_shape_the_shop() -> None:
    running = start_process(
        ["--listings", "5", "--orders", "4", "--currency", "eur", "--base-time", "2026-03-01"]
    )
    try:
        with client(running) as http:
            answer = http.get("/sandbox/state")
        state = answer.json()
        assert len(state["listings"]) == 5
        assert len(state["receipts"]) == 4
        assert state["shop"]["currency"] == "EUR"
        assert answer.headers["date"].startswith("Sun, 01 Mar 2026 00:00:")
    finally:
        running.end()


@pytest.mark.parametrize(
    "arguments",
    [
        ["--port", "65536"],
        ["--port", "-1"],
        ["--listings", "many"],
        ["--pace", "-1"],
        ["--pace", "nan"],
        ["--base-time", "yesterday"],
        ["--currency", "DOLLAR"],
        ["--rotation", "never"],
        ["--user", "thief"],
        ["--unknown"],
    ],
)
def test_a_wrong_option_ends_with_code_2(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        read_options(arguments)
    assert ended.value.code == 2
    assert "error:" in capsys.readouterr().err


@pytest.mark.parametrize("missing", ["starlette", "uvicorn"])
def test_without_its_extra_it_names_the_command(missing: str) -> None:
    program = (
        f"import sys; sys.modules[{missing!r}] = None\n"
        "from tuisync_etsy.sandbox.__main__ import main; sys.exit(main())"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert ended.returncode == 2
    assert ended.stderr == (
        "The sandbox needs starlette and uvicorn: pip install 'tuisync-etsy[sandbox]'\n"
    )
