"""Sandboxes for the tests of the plug-in, as fixtures."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from etsy_description import VARIABLE, description_file, load
from etsy_recorder import Checker, Recorder, RecordingTransport
from sandbox_kit import Sandbox, SandboxProcess, make_sandbox, start_process


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """A sandbox in this process, with nobody signed in."""
    made = make_sandbox()
    async with made.client:
        yield made


@pytest.fixture
async def signed_in(sandbox: Sandbox) -> Sandbox:
    """The sandbox with the shop's owner signed in."""
    await sandbox.sign_in()
    return sandbox


@pytest.fixture
def sandbox_process() -> Iterator[SandboxProcess]:
    """A sandbox in a process of its own."""
    started = start_process()
    yield started
    started.end()


@pytest.fixture(scope="session")
def etsy_checker() -> Checker:
    """Checks exchanges by Etsy's description: strict, with every property required."""
    path = description_file()
    if path is None:
        pytest.skip(f"{VARIABLE} names no file with Etsy's OpenAPI description")
    return Checker(load(path, require_all=True))


@pytest.fixture
def recorder(etsy_checker: Checker) -> Recorder:
    """What the checked sandbox exchanged."""
    return Recorder(etsy_checker)


@pytest.fixture
async def checked_sandbox(recorder: Recorder) -> AsyncIterator[Sandbox]:
    """A sandbox whose every exchange is checked against Etsy's description."""
    made = make_sandbox(lambda inner: RecordingTransport(inner, recorder))
    async with made.client:
        yield made
