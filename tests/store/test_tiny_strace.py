"""The disk fails where only the system can make it fail: inside a call, seen from outside."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from store.courses import content, course, expected
from store.processes import WORKER
from tuisync.core.store.schema import ITEMS
from tuisync.core.store.tiny import TinyStore

SCRIPT = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[3])
from store.courses import course
from tuisync.core.errors import TuisyncError
from tuisync.core.store.tiny import TinyStore

store = TinyStore.open(Path(sys.argv[1]))
compacting = sys.argv[2] == "compact"
for number in range(1, 9):
    try:
        if compacting:
            store.compact()
        course(store, store.version + 1, store.version + 1)
    except TuisyncError as error:
        print("failed", error.error_code, flush=True)
    else:
        print(store.version, flush=True)
store.close()
"""


def _can_trace() -> str:
    strace = shutil.which("strace")
    if strace is None:
        return "strace is not installed"
    command = [strace, "-f", "-o", "/dev/null", "-e", "inject=fdatasync:error=EIO", "true"]
    tried = subprocess.run(command, check=False, capture_output=True)
    return "" if tried.returncode == 0 else "strace may not trace here"


NO_TRACE = _can_trace()


def traced(data: Path, action: str, injection: str) -> list[str]:
    command = ["strace", "-f", "-o", "/dev/null", "-P", str(data), "-e", f"inject={injection}"]
    for path in ("journal-00000001.jsonl", "journal-00000002.jsonl", "store.json.new"):
        command += ["-P", str(data / path)]
    script = [sys.executable, "-c", SCRIPT, str(data), action, str(WORKER.parents[1])]
    run = subprocess.run([*command, *script], check=False, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return run.stdout.splitlines()


@pytest.mark.skipif(bool(NO_TRACE), reason=NO_TRACE or "strace works")
@pytest.mark.parametrize(
    ("action", "injection", "code"),
    [
        ("commit", "fdatasync:error=EIO:when=3", "store_unwritable"),
        ("commit", "fdatasync:error=ENOSPC:when=2", "disk_full"),
        ("commit", "pwrite64:error=ENOSPC:when=6", "disk_full"),
        ("commit", "pwrite64:error=EIO:when=7", "store_unwritable"),
        ("commit", "fdatasync:error=EIO:when=2..4", "store_unwritable"),
        ("compact", "rename:error=EIO:when=2", "store_unwritable"),
        ("compact", "rename:error=ENOSPC:when=2", "disk_full"),
        ("compact", "fsync:error=EIO:when=7", "store_unwritable"),
        ("compact", "pwrite64:error=ENOSPC:when=9", "disk_full"),
    ],
)
def test_a_failing_call_loses_nothing_acknowledged_and_keeps_nothing_refused(
    tmp_path: Path, action: str, injection: str, code: str
) -> None:
    data = tmp_path / "data"
    lines = traced(data, action, injection)
    assert f"failed {code}" in lines
    numbers = [int(line) for line in lines if not line.startswith("failed")]
    assert len(lines) == 8
    assert len(numbers) >= 4
    store = TinyStore.open(data)
    assert store.version == len(numbers) == numbers[-1]
    assert content(store) == expected(store.version)
    course(store, store.version + 1, store.version + 1)
    assert TinyStore.open(data).count(ITEMS) == store.count(ITEMS)
