"""Sandboxes for the tests of the plug-in, as fixtures."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from functools import cache

import pytest

from etsy_description import VARIABLE, description_file, load
from etsy_recorder import Checker, Recorder, RecordingTransport
from sandbox_kit import WATCH, Sandbox, SandboxProcess, make_sandbox, start_process


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
    checker = _checker()
    if checker is None:
        pytest.skip(f"{VARIABLE} names no file with Etsy's OpenAPI description")
    return checker


@cache
def _checker() -> Checker | None:
    path = description_file()
    return None if path is None else Checker(load(path, require_all=True))


@pytest.fixture(autouse=True)
def described(request: pytest.FixtureRequest) -> Iterator[Recorder | None]:
    """Check every exchange of the plug-in's own tests against Etsy's description, if named."""
    ours = request.module.__name__.rpartition(".")[2].startswith("test_etsy_")
    checker = _checker() if ours else None
    if checker is None:
        yield None
        return
    recorder = Recorder(checker, lenient=True)
    WATCH.wrap = lambda inner: RecordingTransport(inner, recorder)
    yield recorder
    WATCH.wrap = None
    assert recorder.violations == []


@pytest.fixture
def off_the_description(described: Recorder | None) -> None:
    """For a test of what the description does not have."""
    if described is not None:
        described.odd = True


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
