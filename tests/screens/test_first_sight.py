"""What the first screen does not show is not imported before it."""

from __future__ import annotations

import subprocess
import sys

LATER = (
    "httpx",
    "tuisync.core.engine",
    "tuisync.core.inbox.gather",
    "tuisync.screens.orders",
    "tuisync.screens.palette",
    "tuisync.screens.setup",
    "tuisync.screens.general",
)


def test_the_first_sight_waits_for_nothing_that_is_not_seen() -> None:
    program = "import sys, tuisync.app, tuisync.screens.marketplaces; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)  # noqa: PLW1510  # looked at below

    assert done.returncode == 0, done.stderr
    assert set(LATER) & set(done.stdout.split()) == set()
