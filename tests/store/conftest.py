"""The store under test: each test of the contract runs on every engine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from store.engines import ENGINES, PATIENCE, POLL, TIMEOUT, Engine
from tuisync.core.store.port import Store
from tuisync.core.store.tiny import TinyStore


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An engine that waits for no one, so that a test of waiting is quick."""
    yield from ENGINES[request.param](tmp_path / "data", TIMEOUT)


@pytest.fixture(params=ENGINES)
def patient(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An engine that waits as long as it takes."""
    yield from ENGINES[request.param](tmp_path / "data", PATIENCE)


@pytest.fixture
def store(engine: Engine) -> Store:
    return engine.store


@pytest.fixture
def peer(engine: Engine) -> Store:
    return engine.peer


@pytest.fixture
def tiny(tmp_path: Path) -> Iterator[TinyStore]:
    store = TinyStore.open(tmp_path / "data", timeout=TIMEOUT, poll=POLL)
    yield store
    store.close()
