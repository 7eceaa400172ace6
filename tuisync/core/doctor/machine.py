"""The machine under it: files, space, and what is read at every start."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from tuisync.core.home import Home
from tuisync.core.store import journal_bytes
from tuisync.core.store.port import Store
from tuisync.core.views.objects import CheckView

LEAST_FREE = 256 << 20
"""Bytes that have to be free for work to go on, and as much as the store takes."""

LONGEST_JOURNAL = 64 << 20
"""Bytes of journal that are too many when they outgrow twice the store's snapshot as well."""

_OTHERS = 0o077
_MB = 1_000_000


def permissions(home: Home) -> CheckView:
    """Nobody else can read what is ours."""
    open_to_others = [path for path in _ours(home) if _mode(path) & _OTHERS]
    if not open_to_others:
        message = "Only you can read your data."
        return CheckView(check="permissions", ok=True, message=message)
    first = open_to_others[0]
    more = f" and {len(open_to_others) - 1} more" if len(open_to_others) > 1 else ""
    message = f"Others can read {first}{more}: `chmod go= {first}`."
    return CheckView(check="permissions", ok=False, message=message)


def space(home: Home, store: Store) -> CheckView:
    """There is room to go on: a new snapshot is written beside the old one."""
    free = shutil.disk_usage(home.data).free
    needed = LEAST_FREE + store.size()
    message = f"{free // _MB:,} MB are free"
    ok = free >= needed
    message += "." if ok else f"; {needed // _MB:,} MB should be."
    return CheckView(check="disk space", ok=ok, message=message)


def journal(home: Home, store: Store) -> CheckView:
    """The store could be read whole just now, and its journal is tidied up now and then."""
    waiting, size = journal_bytes(home.data), store.size()
    ok = waiting <= max(LONGEST_JOURNAL, 2 * (size - waiting))
    message = f"Read whole: {size / _MB:,.1f} MB, {waiting / _MB:,.1f} MB of it journal."
    if not ok:
        message += " The journal should have been tidied up; is the disk full or read-only?"
    return CheckView(check="journal", ok=ok, message=message)


def _ours(home: Home) -> Iterator[Path]:
    """Yield our directories and what is in them."""
    directories = {home.secrets_file.parent, home.config_file.parent, home.data, home.logs}
    yield from sorted(directories)
    # Beside them may be what is not ours, when the user named a directory of their own.
    yield from (home.secrets_file, home.config_file)
    yield from home.data.rglob("*")
    yield from home.logs.rglob("*")


def _mode(path: Path) -> int:
    """Return the permissions of a file or directory; none when it is gone or a link."""
    try:
        found = path.lstat().st_mode
    except FileNotFoundError:  # files come and go while others work
        return 0
    return 0 if stat.S_ISLNK(found) else stat.S_IMODE(found)
