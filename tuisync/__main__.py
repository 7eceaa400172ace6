"""Where the parts are put together: the only module that knows both faces."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from tuisync.cli.invocation import Invocation
from tuisync.cli.main import run

if TYPE_CHECKING:
    from tuisync.core.demo import DemoShop
    from tuisync.core.services import Services


def main() -> None:
    """Run the program and leave with its exit code."""
    sys.exit(run(sys.argv[1:], Invocation(open_home, show_app)))


def open_home(named: str | None) -> Services:
    """Open the data directory named on the command line, or else the user's own."""
    # Imported here, so that `--help` imports next to nothing.
    from tuisync.core.home import Home  # noqa: PLC0415
    from tuisync.core.logs import log_to  # noqa: PLC0415
    from tuisync.core.services import open_services  # noqa: PLC0415

    home = Home.locate(named)
    log_to(home.logs)
    return open_services(home)


def show_app(services: Services, *, banner: str = "", demo: DemoShop | None = None) -> int:
    """Run the terminal app until the user leaves it; return its exit code."""
    # Imported here, so that no other command imports Textual.
    from tuisync.app import run_app  # noqa: PLC0415

    return run_app(services, banner=banner, demo=demo)


if __name__ == "__main__":
    main()
