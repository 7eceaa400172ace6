"""A sandbox shop to try everything on: any marketplace whose plug-in names a sandbox module.

The module is run with `python -m MODULE`, as a child that ends when its standard input
closes. Its first line of output is a JSON object:

- `url`: where it listens, on loopback; it becomes the option `base_url`;
- a value for every other option the marketplace needs, under the option's key;
- optionally `currency` (USD if missing), `shop_name`, and `control`, a page about itself.

Its consent page is an HTML form whose first submit button allows access.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

import msgspec

from tuisync.core.consent import is_loopback, walk_through
from tuisync.core.errors import PluginError, UsageError
from tuisync.core.plugins.host import PluginHost
from tuisync.core.remote import Marketplace
from tuisync.core.text import clean

BASE_URL = "base_url"
"""The option that leads a plug-in to its sandbox."""

_START = 20.0
"""Seconds a sandbox has to tell where it is."""
_END = 5.0
"""Seconds a sandbox has to end by itself."""
_LONGEST_LINE = 65_536


@dataclass(frozen=True)
class DemoShop:
    """A running sandbox shop, ready to be connected.

    Attributes:
        marketplace: The plug-in's name.
        options: What to connect with.
        currency: What it sells in.
        control: Address of a page about the sandbox itself, or empty.
    """

    marketplace: str
    options: Mapping[str, str]
    currency: str = "USD"
    control: str = ""

    async def consent(self, url: str) -> None:
        """Allow access on the shop's consent page, as a seller with a browser would.

        Raises:
            PluginError: The page is not on this machine, or shows no form.
        """
        await walk_through(url)


def with_sandbox(host: PluginHost) -> Marketplace:
    """Return the first marketplace that has a sandbox.

    Raises:
        UsageError: None has.
    """
    described = (host.describe(name) for name in host.usable())
    found = next((each for each in described if each.sandbox), None)
    if found is None:
        raise UsageError(
            "No installed plug-in has a sandbox shop.",
            hint="One that has: `pip install 'tuisync-etsy[sandbox]'`.",
        )
    return found


@contextmanager
def running(marketplace: Marketplace) -> Iterator[DemoShop]:
    """Run a marketplace's sandbox for the length of the block.

    Raises:
        PluginError: It did not start; says why.
    """
    with tempfile.TemporaryFile() as errors:
        child = _start(marketplace, errors)
        try:
            yield _shop(marketplace, _first_line(marketplace, child, errors))
        finally:
            _end(child)


def _start(marketplace: Marketplace, errors: IO[bytes]) -> subprocess.Popen[bytes]:
    if not marketplace.sandbox:
        raise UsageError(f"{marketplace.title} has no sandbox.")
    return subprocess.Popen(  # noqa: S603  # a module the plug-in names, run by ourselves
        [sys.executable, "-m", marketplace.sandbox],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
        start_new_session=True,  # an interrupt of the terminal is not for it
    )


def _first_line(
    marketplace: Marketplace, child: subprocess.Popen[bytes], errors: IO[bytes]
) -> bytes:
    lines: list[bytes] = []
    told = threading.Event()

    def read() -> None:
        if child.stdout is not None:
            lines.append(child.stdout.readline(_LONGEST_LINE))
            told.set()
            while child.stdout.read(_LONGEST_LINE):
                pass  # whatever else it says must not fill the pipe

    threading.Thread(target=read, name="sandbox", daemon=True).start()
    if told.wait(_START) and lines[0]:
        return lines[0]
    child.kill()
    child.wait()
    errors.seek(0)
    said = clean(errors.read(_LONGEST_LINE).decode(errors="replace")).strip()
    why = said or "it did not tell where it is."
    raise PluginError(f"The sandbox did not start: {why}", plugin=marketplace.id)


def _end(child: subprocess.Popen[bytes]) -> None:
    """Close its input, and end it if that does not."""
    if child.stdin is not None:
        child.stdin.close()
    try:
        child.wait(_END)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _shop(marketplace: Marketplace, line: bytes) -> DemoShop:
    try:
        told = msgspec.json.decode(line, type=dict[str, object])
    except msgspec.DecodeError:
        raise _unclear(marketplace, "its first line is no JSON object") from None
    url = told.get("url")
    if not isinstance(url, str) or not is_loopback(url):
        raise _unclear(marketplace, "it names no address on this machine")
    values = {**told, BASE_URL: url}
    options = {
        each.key: str(values[each.key]) for each in marketplace.options if each.key in values
    }
    control = told.get("control")
    return DemoShop(
        marketplace=marketplace.id,
        options=options,
        currency=str(told.get("currency", "USD")),
        control=control if isinstance(control, str) and is_loopback(control) else "",
    )


def _unclear(marketplace: Marketplace, why: str) -> PluginError:
    return PluginError(f"The sandbox cannot be used: {why}.", plugin=marketplace.id)
