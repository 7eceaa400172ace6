"""Where the parts are put together: the only module that knows both faces."""

from __future__ import annotations

import gc
import os
import signal
import sys
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from contextlib import AbstractContextManager

    from tuisync.core.demo import DemoShop
    from tuisync.core.home import Home
    from tuisync.core.services import Services


def main() -> None:
    """Run the program and leave with its exit code."""
    fill_closed_streams()
    wanted = signal.getsignal(signal.SIGINT)
    if wanted is signal.default_int_handler:
        # Until there is somebody who tells it in words, an interrupt ends us without any.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    if len(sys.argv) == 1 and sys.stdin.isatty() and sys.stdout.isatty():
        signal.signal(signal.SIGINT, wanted)
        sys.exit(start_app())
    from tuisync.cli.invocation import Invocation  # noqa: PLC0415  # above
    from tuisync.cli.main import run  # noqa: PLC0415  # above

    signal.signal(signal.SIGINT, wanted)
    sys.exit(run(sys.argv[1:], Invocation(open_home, show_app, key_notes)))


def start_app() -> int:
    """Run the app as `tuisync` alone does; the command line comes in only to tell of a trouble.

    Its modules and click take a tenth of the time to the first sight.
    """
    from tuisync.core.home import Home  # noqa: PLC0415  # above

    try:
        return show_app(Home.locate(), opened_home())
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001  # told as all of them are
        from tuisync.cli.invocation import Invocation  # noqa: PLC0415  # above
        from tuisync.cli.main import ended  # noqa: PLC0415  # above

        return ended(Invocation(open_home, show_app, key_notes), partial(_raise, error))


def _raise(error: BaseException) -> None:
    raise error


def fill_closed_streams() -> None:
    """Put a null device where the shell closed a standard stream, as in `tuisync status >&-`.

    Python leaves None there, which nobody expects, and the next file opened would get its number.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            # Open to the end of the process, so there is no block to close it.
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115  # above


@contextmanager
def opened_home() -> Iterator[Services]:
    """Open the user's own data directory for the length of the block."""
    with closing(open_home(None)) as services:
        yield services


def open_home(named: str | None) -> Services:
    """Open the data directory named on the command line, or else the user's own."""
    # Imported here, so that `--help` imports next to nothing.
    from tuisync.core.home import Home  # noqa: PLC0415
    from tuisync.core.logs import log_to  # noqa: PLC0415
    from tuisync.core.preferences import read_preferences  # noqa: PLC0415
    from tuisync.core.services import open_services  # noqa: PLC0415

    home = Home.locate(named)
    log_to(home.logs, read_preferences(home.config_file).preferences["log.level"])
    services = open_services(home)
    # What is here by now stays to the end: no collection of garbage need look at it again.
    gc.freeze()
    return services


def show_app(
    home: Home,
    opening: AbstractContextManager[Services],
    *,
    banner: str = "",
    demo: DemoShop | None = None,
) -> int:
    """Run the terminal app until the user leaves it; return its exit code."""
    # Imported here, so that no other command imports Textual.
    from tuisync.app import run_app  # noqa: PLC0415

    return run_app(home, opening, banner=banner, demo=demo)


def key_notes(keys: Mapping[str, str]) -> Iterable[str]:
    """Return, of keys by verb id, which verbs of the screens lose theirs to them."""
    from tuisync.screens.keynotes import key_notes as notes  # noqa: PLC0415  # as above

    return notes(keys)


if __name__ == "__main__":
    main()
