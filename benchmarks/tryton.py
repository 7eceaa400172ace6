"""The peer of the engine's benchmark: Tryton, in an environment of its own.

It is a business system in the same language that has an importer for web shops. Its orders are
created the way that importer does it: buyers and sales of a page saved together, one commit a
page, on SQLite, through its own Python interface.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

PACKAGES = (
    "trytond",
    "trytond-sale",
    "trytond-web-shop",
    "trytond-web-shop-shopify",
    "proteus",
)
KEPT = "TUISYNC_BENCH_TRYTON"
"""Environment variable: a directory in which the installed peer is kept for the next time."""

_SCRIPT = Path(__file__).with_name("tryton_orders.py")
_INSTALLS = 600
_RUNS = 3_600


class Unavailable(RuntimeError):  # not an error of a benchmark: it goes on without
    """The peer cannot be installed or does not run; says why."""


def orders_per_second(orders: int) -> float:
    """Return how many orders a second it creates.

    Raises:
        Unavailable: It cannot be installed or does not run here.
    """
    with tempfile.TemporaryDirectory(prefix="tuisync-peer-") as directory:
        kept = os.environ.get(KEPT)
        python = _installed(Path(kept or directory) / "environment")
        told = _run([str(python), str(_SCRIPT), str(Path(directory) / "data"), str(orders)], _RUNS)
        figure: float = json.loads(told.splitlines()[-1])["orders_per_second"]
        return figure


def _installed(environment: Path) -> Path:
    python = environment / "bin" / "python"
    if not python.exists():
        venv.create(environment, with_pip=True)
        _run([str(python), "-m", "pip", "install", "--quiet", *PACKAGES], _INSTALLS)
    return python


def _run(command: list[str], seconds: int) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=seconds, check=True)
    except subprocess.CalledProcessError as error:
        last = (error.stderr or error.stdout or "").strip().splitlines()[-1:]
        raise Unavailable(f"the peer failed: {''.join(last)[:120]}") from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Unavailable(f"the peer did not run: {error}") from error
    return done.stdout


if __name__ == "__main__":
    print(f"{orders_per_second(int(sys.argv[1])):,.1f} orders a second")
