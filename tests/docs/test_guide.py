"""The guide's commands work, in the order of the page, against a sandbox shop."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tuisync.core.consent import walk_through
from tuisync.core.demo import DemoShop, running, with_sandbox
from tuisync.core.plugins.host import PluginHost

GUIDE = Path(__file__).parents[2] / "docs" / "guide.md"
PORT = "3917"


def _commands() -> list[str]:
    blocks = re.findall(r"<!-- tested -->\n```console\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    return [line[2:] for block in blocks for line in block.splitlines() if line.startswith("$ ")]


@pytest.fixture(scope="module")
def shop() -> Iterator[DemoShop]:
    with running(with_sandbox(PluginHost())) as sandbox:
        yield sandbox


class _Reader:
    """Somebody who follows the guide."""

    def __init__(self, home: Path, shop: DemoShop) -> None:
        self.words = {"KEYSTRING": shop.options["keystring"]}
        self.directory = home.parent
        self.environment = {
            **os.environ,
            "TUISYNC_HOME": str(home),
            "TUISYNC_ETSY_SHARED_SECRET": shop.options["shared_secret"],
            "TUISYNC_ETSY_BASE_URL": shop.options["base_url"],
        }

    def run(self, command: str) -> None:
        arguments = [self._word(each) for each in shlex.split(command)[1:]]
        if arguments[0] == "connect":
            self._connect([*arguments, "--port", PORT])
            return
        if "parcels.csv" in arguments and not (self.directory / "parcels.csv").exists():
            self._write_parcels()
        done = self._start(arguments)
        out, errors = done.communicate(timeout=60)
        assert done.returncode == 0, f"{command}\n{out}{errors}"

    def json(self, *arguments: str) -> list[dict[str, object]]:
        done = self._start([*arguments, "--json"])
        found = json.loads(done.communicate(timeout=60)[0])
        assert isinstance(found, list)
        return found

    def _write_parcels(self) -> None:
        orders = self.json("orders", "list", "--status", "confirmed", "--gate", "ready")
        rows = (f"{order['number']},USPS,94{order['number']}" for order in orders[:2])
        text = "\n".join(("order,carrier,tracking", *rows))
        (self.directory / "parcels.csv").write_text(text)

    def _word(self, word: str) -> str:
        if word == "SKU" and word not in self.words:
            items = self.json("items", "list")
            self.words[word] = next(str(i["sku"]) for i in items if int(str(i["available"])) > 3)
        if word == "ORDER" and word not in self.words:
            orders = self.json("orders", "list", "--status", "confirmed", "--gate", "ready")
            self.words[word] = str(orders[0]["number"])
        if word.startswith("RUN") and "RUN" not in self.words:
            runs = self.json("history", "--module", "items")
            self.words["RUN"] = str(runs[0]["id"])
        for known, value in self.words.items():
            word = re.sub(rf"\b{known}\b", value, word)
        return word

    def _start(self, arguments: list[str]) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "tuisync", *arguments],
            env=self.environment,
            cwd=self.directory,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def _connect(self, arguments: list[str]) -> None:
        import asyncio  # noqa: PLC0415  # only this command needs a browser

        done = self._start(arguments)
        assert done.stderr is not None
        opened = next(line for line in done.stderr if line.startswith("open: "))
        asyncio.run(walk_through(opened.removeprefix("open: ").strip()))
        out, errors = done.communicate(timeout=60)
        assert done.returncode == 0, out + errors


def test_s07_the_guide_works_as_it_is_written(tmp_path: Path, shop: DemoShop) -> None:
    reader = _Reader(tmp_path / "home", shop)
    commands = _commands()
    assert len(commands) > 20

    for command in commands:
        reader.run(command)
