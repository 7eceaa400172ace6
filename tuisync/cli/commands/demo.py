"""`demo`: the app on a sandbox shop, in a home that is thrown away."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from types import FrameType

import click

from tuisync.cli.command import Command
from tuisync.cli.exits import DONE
from tuisync.cli.invocation import Invocation
from tuisync.core.demo import DemoShop, running, with_sandbox
from tuisync.core.errors import Conflict
from tuisync.core.services import Services
from tuisync.core.store import schema


@click.command(
    cls=Command,
    example="""
    tuisync demo
    tuisync demo --home ~/demo-shop
    """,
)
@click.pass_context
def demo(context: click.Context) -> None:
    """Try everything on a sandbox shop, in a throw-away home.

    Nothing of yours is touched. With --home the demo's data is kept there.
    """
    invocation = context.ensure_object(Invocation)
    invocation.check_terminal()
    kept = invocation.home is not None
    with _demo_home(invocation.home) as home:
        invocation.home = home
        with invocation.services(organized=False) as services:
            _check_fresh(services)
            with running(with_sandbox(services.host)) as found:
                shop = replace(found, kept=kept)
                code = invocation.show_app(
                    services.home, nullcontext(services), banner=banner(shop), demo=shop
                )
    context.exit(code or DONE)


def banner(shop: DemoShop) -> str:
    """Return the line that says on every screen that this is no real shop.

    The app puts the key in that does `demo.buy`.
    """
    told = " {demo.buy} lets a buyer buy something." if shop.sell else ""
    return f"Sandbox: nothing here is real.{told}"


@contextmanager
def _demo_home(named: str | None) -> Iterator[str]:
    """Return the home the user named, or one of our own that goes when we do."""
    if named is not None:
        yield named
        return
    home = Path(tempfile.mkdtemp(prefix="tuisync-demo-"))
    with _ending_in_order(home):
        try:
            yield str(home)
        finally:
            _throw_away(home)


def _throw_away(home: Path) -> None:
    """Remove a home, but for what was written down of a fault: its path was told."""
    if not any((home / "logs").glob("crash-*")):
        shutil.rmtree(home, ignore_errors=True)
        return
    for each in home.iterdir():
        if each.is_file():
            each.unlink(missing_ok=True)
        elif each.name != "logs":
            shutil.rmtree(each, ignore_errors=True)


@contextmanager
def _ending_in_order(home: Path) -> Iterator[None]:
    """Tidy up also when the terminal goes away, or somebody ends us before there is an app.

    It ends at once: an exception could be raised anywhere, and the thread that reads a terminal
    which is gone would keep the process, and a whole core, for ever.
    """

    def leave(number: int, _: FrameType | None) -> None:
        _throw_away(home)
        os._exit(128 + number)

    numbers = (signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, leave) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _check_fresh(services: Services) -> None:
    """Refuse a home that has something in it: a demo belongs beside nobody's data.

    Raises:
        Conflict: There is an organization.
    """
    if services.workspace.store.count(schema.ORGANIZATION):
        raise Conflict(
            "There is an organization in that home already.",
            hint="A demo needs a home of its own; without `--home` it gets one.",
        )
