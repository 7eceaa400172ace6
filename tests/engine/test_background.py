"""The engine beside a face: in its own thread, on a real store."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from tuisync.core.actions.organization import init_organization
from tuisync.core.background import EngineThread
from tuisync.core.connecting import add_integration
from tuisync.core.home import Home
from tuisync.core.plugins.host import PluginHost
from tuisync.core.services import open_services
from tuisync.core.store import schema
from tuisync.core.views.status import engine_view
from tuisync.testing import FakeMarketplace


def _until(done: Callable[[], bool]) -> None:
    """Wait for another thread, at most ten seconds."""
    ends = time.monotonic() + 10
    while not done():
        assert time.monotonic() < ends, "it took too long"
        time.sleep(0.01)  # another thread's progress has no event to wait for


def test_s25_the_first_sync_starts_without_a_key_press(tmp_path: Path) -> None:
    fake = FakeMarketplace()
    fake.shop.list_item("Mug", 5, sku="MUG")
    services = open_services(Home.at(tmp_path / "home"), host=PluginHost.of(fake=fake))
    store = services.workspace.store
    init_organization(services.workspace, currency="USD")
    authorization = fake.sign_in()
    services.secrets.store_tokens("fake:100", authorization.tokens, None)
    engine = EngineThread(services.workspace, services.shops)

    engine.start()
    engine.start()
    _until(lambda: engine_view(store, services.workspace.now()).by == "tui")
    add_integration(services.workspace, "fake", authorization.account, {}, sync=True)
    _until(lambda: store.count(schema.RUNS, "status", "succeeded") == 2)
    engine.stop()

    assert store.holder("engine") is None
    assert store.count(schema.LISTINGS) == 1
    services.close()
