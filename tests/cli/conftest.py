from __future__ import annotations

from pathlib import Path

import pytest

from terminal import Terminal


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    """Someone at a terminal, with nothing set up yet."""
    return Terminal(tmp_path / "home")


@pytest.fixture(autouse=True)
def _no_home_of_ours(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep every test away from the home of whoever runs it."""
    for name in ("TUISYNC_HOME", "NO_COLOR", "TUISYNC_LOAD_PLUGINS"):
        monkeypatch.delenv(name, raising=False)
    for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "user"))
