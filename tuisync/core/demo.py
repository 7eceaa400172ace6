"""A sandbox shop to try everything on: any marketplace whose plug-in names a sandbox module.

The module is run with `python -m MODULE`, as a child that ends when its standard input
closes. Its first line of output is a JSON object:

- `url`: where it listens, on loopback; it becomes the option `base_url`;
- a value for every other option the marketplace needs, under the option's key;
- optionally `currency` (USD if missing), `control`, a page about itself, and `sell`, an address
  that makes a buyer buy something each time it is posted to.

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

from tuisync.core.consent import ask, is_loopback, walk_through
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
        sell: Address that makes a buyer buy something, or empty.
        kept: The home it is connected in stays when the demo has ended.
    """

    marketplace: str
    options: Mapping[str, str]
    currency: str = "USD"
    control: str = ""
    sell: str = ""
    kept: bool = False

    async def buy(self) -> None:
        """Let a buyer buy something.

        Raises:
            PluginError: The sandbox has no buyers, or did not answer.
        """
        if not self.sell:
            raise PluginError("This sandbox has no buyers.", plugin=self.marketplace)
        await ask(self.sell)

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
    if not marketplace.sandbox:
        raise UsageError(f"{marketplace.title} has no sandbox.")
    with tempfile.TemporaryFile() as errors:
        child = _Child(marketplace.sandbox, errors)
        try:
            line = child.first_line()
            if not line:
                child.kill()
                raise _not_started(marketplace, errors)
            yield _shop(marketplace, line)
        finally:
            child.end()


class _Child:
    """A sandbox's process.

    Args:
        module: What to run.
        errors: Where it may complain.
    """

    def __init__(self, module: str, errors: IO[bytes]) -> None:
        self._process = subprocess.Popen(  # noqa: S603  # a module the plug-in names
            [sys.executable, "-m", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            start_new_session=True,  # an interrupt of the terminal is not for it
        )
        self._line = b""
        self._told = threading.Event()
        self._reader = threading.Thread(target=self._read, name="sandbox", daemon=True)
        self._reader.start()

    def first_line(self) -> bytes:
        """Return its first line; nothing if it ended or said none in time."""
        self._told.wait(_START)
        return self._line

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()

    def end(self) -> None:
        """Close its input, and end it if that does not."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            self._process.wait(_END)
        except subprocess.TimeoutExpired:
            self.kill()
            self._process.wait()
        self._reader.join(_END)

    def _read(self) -> None:
        if self._process.stdout is None:
            return
        with self._process.stdout as stream:
            self._line = stream.readline(_LONGEST_LINE)
            self._told.set()
            while stream.read(_LONGEST_LINE):
                pass  # whatever else it says must not fill the pipe


def _not_started(marketplace: Marketplace, errors: IO[bytes]) -> PluginError:
    errors.seek(0)
    said = clean(errors.read(_LONGEST_LINE).decode(errors="replace")).strip()
    why = said or "it did not tell where it is."
    return PluginError(f"The sandbox did not start: {why}", plugin=marketplace.id)


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
    control, sell = _address(told.get("control")), _address(told.get("sell"))
    return DemoShop(
        marketplace=marketplace.id,
        options=options,
        currency=str(told.get("currency", "USD")),
        control=control,
        sell=sell,
    )


def _address(value: object) -> str:
    return value if isinstance(value, str) and is_loopback(value) else ""


def _unclear(marketplace: Marketplace, why: str) -> PluginError:
    return PluginError(f"The sandbox cannot be used: {why}.", plugin=marketplace.id)
