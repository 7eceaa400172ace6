"""One call of the program: what it was asked for, what it works with, where it writes."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Protocol

import click

from tuisync.cli.exits import CLOSED_PIPE, OutputLost
from tuisync.cli.pen import Pen
from tuisync.core.clock import system_clock
from tuisync.core.errors import TuisyncError, UsageError
from tuisync.core.text import clean

if TYPE_CHECKING:
    from datetime import tzinfo

    from tuisync.core.demo import DemoShop
    from tuisync.core.home import Home
    from tuisync.core.services import Services

_BLOCK = 256
"""Lines written at once."""

OpenServices = Callable[[str | None], "Services"]
"""Opens the data directory named on the command line, or else the user's own."""


KeyNotes = Callable[[Mapping[str, str]], Iterable[str]]
"""Says what keys given to verbs leave undone on the screens."""


class ShowApp(Protocol):
    """Runs the terminal app until the user leaves it."""

    def __call__(
        self,
        home: Home,
        opening: AbstractContextManager[Services],
        *,
        banner: str = "",
        demo: DemoShop | None = None,
    ) -> int:
        """Open the data directory behind the first sight; return the exit code."""
        ...


@dataclass
class Invocation:
    """One call of the program.

    Attributes:
        open_services: Opens a data directory.
        show_app: Runs the terminal app.
        key_notes: Says, of keys by verb id, which verbs of the screens lose theirs to them.
        environ: The environment.
        json: stdout is for one JSON document.
        home: The data directory named with `--home`, or None.
    """

    open_services: OpenServices
    show_app: ShowApp
    key_notes: KeyNotes = lambda _: ()
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)
    json: bool = False
    home: str | None = None

    @contextmanager
    def services(self, *, organized: bool = True) -> Iterator[Services]:
        """Open the data directory for the length of the block.

        Args:
            organized: There must be an organization in it.

        Raises:
            NoOrganization: There is none.
            HomeUnwritable: It cannot be created or written.
            StoreError: It cannot be used.
        """
        from tuisync.core import lookup  # noqa: PLC0415  # `--help` does without

        services = self.open_services(self.home)
        try:
            if organized:
                lookup.organization(services.workspace.store)
            yield services
        finally:
            services.close()

    @property
    def colour(self) -> bool | None:
        """Whether to write in colour; None leaves it to what is written to."""
        plain = self.environ.get("NO_COLOR") or self.environ.get("TERM") == "dumb"
        return False if plain else None

    def pen(self, services: Services) -> Pen:
        """Return how to write for whoever reads stdout."""
        return Pen(zone=time_zone(services), width=_terminal_width())

    def show(self, view: object, lines: Iterable[str]) -> None:
        """Print what the command is for.

        Args:
            view: The object or list; with `--json` it is the one document on stdout.
            lines: The same for people; not looked at with `--json`.

        Raises:
            OutputLost: stdout does not take it; what the command changed stays changed.
        """
        try:
            if self.json:
                from tuisync.cli.documents import encoded  # noqa: PLC0415  # `--help` does without

                click.echo(encoded(view, pretty=sys.stdout.isatty()))
            else:
                colour = self.colour
                for some in _blocks(lines):
                    click.echo("\n".join(some), color=colour)
            sys.stdout.flush()
        except BrokenPipeError:
            _abandon_stdout()
            raise click.exceptions.Exit(CLOSED_PIPE) from None
        except OSError as error:
            _abandon_stdout()
            raise OutputLost(
                f"The output cannot be written: {error.strerror}.",
                hint="What the command changed is changed; do not repeat it for the output.",
            ) from error

    def say(self, text: str) -> None:
        """Tell the user something, on stderr, at once."""
        click.echo(clean(text), err=True, color=self.colour)
        sys.stderr.flush()

    def fault(self, error: Exception) -> TuisyncError:
        """Write down an unexpected fault and return what to tell the user of it."""
        from tuisync.core.home import Home  # noqa: PLC0415  # rarely needed
        from tuisync.core.logs import write_crash  # noqa: PLC0415  # as above

        hint = "Please report it; what was stored before is kept."
        try:
            logs = Home.locate(self.home, self.environ).logs
            hint = f"Please report it, with {write_crash(logs, error, system_clock())}."
        except (OSError, TuisyncError):
            hint = f"{hint} It could not be written down: {type(error).__name__}: {error}"
        return TuisyncError(f"An unexpected fault in tuisync: {type(error).__name__}.", hint=hint)

    def check_terminal(self) -> None:
        """Refuse to draw screens where there is none.

        Raises:
            UsageError: stdin or stdout is not a terminal, or JSON was asked for.
        """
        if self.json or not (sys.stdin.isatty() and sys.stdout.isatty()):
            raise UsageError(
                "The app needs a terminal to draw on.",
                hint="Over SSH give one: `ssh -t HOST tuisync`. For scripts see `tuisync --help`.",
            )


def time_zone(services: Services) -> tzinfo:
    """Return the organization's time zone, or UTC before there is one."""
    from zoneinfo import ZoneInfo  # noqa: PLC0415  # `--help` does without

    from tuisync.core.models import ORGANIZATION_ID  # noqa: PLC0415  # as above
    from tuisync.core.store import schema  # noqa: PLC0415  # as above

    found = services.workspace.store.get(schema.ORGANIZATION, ORGANIZATION_ID)
    return ZoneInfo(found.timezone if found else "UTC")


def _blocks(lines: Iterable[str]) -> Iterator[list[str]]:
    """Take lines together: writing each by itself takes longer than making it."""
    rest = iter(lines)
    while some := list(islice(rest, _BLOCK)):
        yield some


def _terminal_width() -> int | None:
    if not sys.stdout.isatty():
        return None
    return shutil.get_terminal_size().columns


def _abandon_stdout() -> None:
    """Point stdout nowhere, so that the interpreter's last flush does not fail again."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
