"""Signing in from a terminal: the address on stderr, a browser where there is one, pasting."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Mapping
from typing import TYPE_CHECKING

import click

from tuisync.core.signin import LoopbackPrompt, stdin_lines

if TYPE_CHECKING:
    from tuisync.cli.invocation import Invocation
    from tuisync.core.remote import Marketplace, Option

_DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY")
_SESSIONS = ("SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY")


def make_prompt(
    invocation: Invocation,
    marketplace: Marketplace,
    *,
    port: int | None,
    timeout: float,
    browser: bool,
) -> LoopbackPrompt:
    """Return how the seller is reached.

    Args:
        invocation: Where to write.
        marketplace: Where the sign-in is.
        port: Another port for the redirect, or None.
        timeout: Seconds it may take.
        browser: Open a browser if this machine has one to see.
    """

    def announce(url: str) -> None:
        invocation.say(f"open: {url}")
        invocation.say(
            "Allow access there; the answer comes back by itself. If the browser is on another"
            f" machine, paste the address it ends at here. You have {timeout:g} seconds."
        )
        if browser and has_browser(invocation.environ, sys.platform):
            open_browser(url)

    prompt = LoopbackPrompt(
        port or marketplace.redirect_port,
        marketplace.redirect_path,
        announce=announce,
        pasted=_pasted(),
        notice=invocation.say,
        timeout=timeout,
    )
    if port is not None:
        title = marketplace.title
        invocation.say(f"Register this redirect address at {title}: {prompt.redirect_uri}")
    return prompt


def ask(option: Option) -> str:
    """Ask for an option's value, without echo if it is a secret."""
    if option.help:
        click.echo(option.help, err=True)
    answer: str = click.prompt(option.title, hide_input=option.secret, err=True)
    return answer


def can_ask() -> bool:
    """Tell whether there is somebody to ask."""
    return sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()


def has_browser(environ: Mapping[str, str], platform: str) -> bool:
    """Tell whether a browser opened here would be seen by the user."""
    if any(environ.get(name) for name in _SESSIONS):
        return False
    return platform == "darwin" or any(environ.get(name) for name in _DISPLAYS)


def open_browser(url: str) -> None:
    """Open the user's browser, away from our own input and output."""
    command = [sys.executable, "-m", "webbrowser", url]

    def run() -> None:
        subprocess.run(  # noqa: S603  # our own interpreter and an http address
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            check=False,
        )

    threading.Thread(target=run, name="browser", daemon=True).start()


def _pasted() -> AsyncIterator[str] | None:
    """Return the lines of stdin, or None where there is no stdin to wait for."""
    try:
        file = sys.stdin.fileno()
    except (AttributeError, OSError, ValueError):  # closed, or not a file at all
        return None
    return stdin_lines(file)
