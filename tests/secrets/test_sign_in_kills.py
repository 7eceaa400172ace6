"""Killed between receiving a new pair and storing it: no storm of renewals, and plain words."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tuisync.core.errors import AuthorizationRequired, RateLimited
from tuisync.core.remote import Tokens
from tuisync.core.secrets import Secrets, StoredCredentials
from tuisync.core.store import open_store
from tuisync.testing import ManualClock

ETSY = "etsy:100"
CLOCK = ManualClock()

_KILLED = """
import asyncio, os, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from test_sign_in_kills import ETSY, CLOCK, Endpoint
from tuisync.core.secrets import Secrets, StoredCredentials
from tuisync.core.store import open_store

home = Path(sys.argv[1])
secrets, store = Secrets(home / "secrets.json"), open_store(home / "data")

def killed(*_):
    os.kill(os.getpid(), signal.SIGKILL)

secrets.store_tokens = killed
credentials = StoredCredentials(ETSY, secrets, store, clock=CLOCK)
endpoint = Endpoint(home, grace=sys.argv[3] == "grace")

async def main():
    await credentials.refresh(await credentials.current(), endpoint.exchange)

asyncio.run(main())
"""


class Endpoint:
    """A token endpoint in a file, so that several processes can call it."""

    def __init__(self, home: Path, *, grace: bool) -> None:
        self._file = home / "endpoint.json"
        self._grace = grace

    @property
    def calls(self) -> int:
        """Renewals asked for so far."""
        return len(self._read()["asked"])

    async def exchange(self, held: Tokens) -> Tokens:
        """Trade a pair; unless it is graceful, the old one is dead from then on."""
        state = self._read()
        state["asked"].append(held.refresh)
        if held.refresh not in state["good"]:
            self._file.write_text(json.dumps(state), encoding="utf-8")
            raise AuthorizationRequired("The sign-in was ended: refresh_token is revoked.")
        if not self._grace:
            state["good"].remove(held.refresh)
        fresh = f"refresh-{len(state['asked'])}"
        state["good"].append(fresh)
        self._file.write_text(json.dumps(state), encoding="utf-8")
        return pair(fresh)

    def _read(self) -> dict[str, list[str]]:
        if not self._file.exists():
            return {"good": ["refresh-0"], "asked": []}
        state: dict[str, list[str]] = json.loads(self._file.read_text(encoding="utf-8"))
        return state


def pair(refresh: str) -> Tokens:
    """Return a pair by its refresh token."""
    return Tokens(access=f"a-{refresh}", refresh=refresh, expires_at=CLOCK())


@pytest.mark.parametrize("rotation", ["strict", "grace"])
async def test_p11_a_kill_before_storing_makes_no_storm(tmp_path: Path, rotation: str) -> None:
    home = tmp_path
    (home / "data").mkdir()
    Secrets(home / "secrets.json").store_tokens(ETSY, pair("refresh-0"), None)
    command = [sys.executable, "-c", _KILLED, str(home), str(Path(__file__).parent), rotation]
    ended = subprocess.run(command, check=False, env=dict(os.environ), capture_output=True)  # noqa: ASYNC221  # it dies at once
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    endpoint = Endpoint(home, grace=rotation == "grace")
    assert endpoint.calls == 1

    clock = ManualClock(CLOCK())
    store, secrets = open_store(home / "data"), Secrets(home / "secrets.json")
    try:
        for _ in range(30):
            credentials = StoredCredentials(ETSY, secrets, store, clock=clock)
            with pytest.raises(RateLimited):
                await credentials.refresh(pair("refresh-0"), endpoint.exchange)
            clock.advance(seconds=1.9)
        assert endpoint.calls == 1

        clock.advance(seconds=60)
        if rotation == "grace":
            fresh = await credentials.refresh(pair("refresh-0"), endpoint.exchange)
            assert secrets.tokens(ETSY) == (2, fresh)
        else:
            with pytest.raises(AuthorizationRequired, match="refresh_token is revoked"):
                await credentials.refresh(pair("refresh-0"), endpoint.exchange)
        assert endpoint.calls == 2
    finally:
        store.close()
    assert not list(home.glob("*.reserve*"))
