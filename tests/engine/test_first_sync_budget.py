"""The first sync of a large shop fits into the time promised, whatever the machine's speed."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from tuisync.core.actions.organization import init_organization
from tuisync.core.connecting import connect
from tuisync.core.consent import walk_through
from tuisync.core.home import Home
from tuisync.core.services import open_services
from tuisync.core.signin.prompt import LoopbackPrompt
from tuisync.core.sync.work import Work
from tuisync.core.views.history import run_views

PROMISED = timedelta(minutes=15)
PER_SECOND = 10
"""Calls a second that Etsy's documentation gives as an example for a new application."""


@contextmanager
def _large_shop() -> Iterator[Mapping[str, str]]:
    command = [sys.executable, "-m", "tuisync_etsy.sandbox", "--listings", "2000"]
    command += ["--orders", "5000", "--qps", "1000", "--qpd", "100000"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        told = json.loads(child.stdout.readline())
        yield {
            "keystring": told["keystring"],
            "shared_secret": told["shared_secret"],
            "base_url": told["url"],
        }
        assert child.stdin is not None
        child.stdin.close()


async def test_s25_a_large_shop_s_first_sync_fits_in_fifteen_minutes(tmp_path: Path) -> None:
    import asyncio  # noqa: PLC0415  # only the browser's part needs it

    services = open_services(Home.at(tmp_path / "home"))
    init_organization(services.workspace, currency="USD")
    browsers = set()

    def browse(url: str) -> None:
        browsers.add(asyncio.get_running_loop().create_task(walk_through(url)))

    prompt = LoopbackPrompt(3933, "/oauth/redirect", announce=browse)
    with _large_shop() as options:
        integration = await connect(services, "etsy", options, prompt)
        await Work(services.shops, services.workspace).do(integration.id)

    runs = {run.module: run for run in run_views(services.workspace.store)}
    assert {run.status for run in runs.values()} == {"succeeded"}
    assert runs["items"].done == 2_000
    assert runs["orders"].done == 5_000
    calls = sum(run.requests for run in runs.values())
    assert timedelta(seconds=calls / PER_SECOND) < PROMISED / 10, "the budget is not what slows it"
    services.close()
