"""Finding plug-ins without importing any, and importing one without trusting it."""

from __future__ import annotations

import contextlib
import importlib.metadata
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from tuisync.core.hookspecs import ENTRY_POINT_GROUP
from tuisync.core.plugins.threads import run_bounded

ALLOW_LIST = "TUISYNC_LOAD_PLUGINS"
"""Environment variable: the plug-ins that may load, comma separated; empty means none."""

_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")


@dataclass(frozen=True)
class Found:
    """An entry point: what claims to provide a marketplace.

    Attributes:
        name: The marketplace's id.
        load: Imports it and returns the module or object.
        distribution: The distribution it came with, or empty.
        version: That distribution's version, or empty.
    """

    name: str
    load: Callable[[], object]
    distribution: str = ""
    version: str = ""


def installed() -> list[Found]:
    """Return every entry point of our group; imports none of them."""
    return [
        Found(
            name=entry.name,
            load=entry.load,
            distribution=(entry.dist.name or "") if entry.dist else "",
            version=(entry.dist.version or "") if entry.dist else "",
        )
        for entry in importlib.metadata.entry_points(group=ENTRY_POINT_GROUP)
    ]


def by_name(found: Iterable[Found]) -> dict[str, tuple[Found, ...]]:
    """Group what was found by name, in the order of the names."""
    groups: dict[str, tuple[Found, ...]] = {}
    for one in sorted(found, key=lambda f: (f.name, f.distribution)):
        groups[one.name] = (*groups.get(one.name, ()), one)
    return groups


def allow_list(environ: Mapping[str, str]) -> frozenset[str] | None:
    """Return the names that may load, or None when all may."""
    value = environ.get(ALLOW_LIST)
    if value is None:
        return None
    return frozenset(name.strip() for name in value.split(",") if name.strip())


def usable_name(name: str) -> bool:
    """Tell whether it can be a marketplace's id: it becomes part of ids and file names."""
    return _NAME.fullmatch(name) is not None


def import_plugin(found: Found, seconds: float) -> object:
    """Import a plug-in and return its module or object.

    What it prints while importing goes to stderr: stdout is for data.

    Raises:
        BaseException: Whatever it raises, SystemExit included.
        TookTooLong: The import did not end in time.
    """
    with contextlib.redirect_stdout(sys.stderr):
        return run_bounded(found.load, seconds, "its import")
