from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tuisync.core.errors import HomeUnwritable, SchemaTooNew, StoreBusy, StoreDamaged
from tuisync.core.redaction import redact
from tuisync.core.remote import Tokens
from tuisync.core.secrets import Secrets, files

ETSY = "etsy:100"


def pair(name: str = "one") -> Tokens:
    ends = datetime(2024, 3, 1, 10, 0, 0, 250_000, tzinfo=UTC)
    return Tokens(access=f"42.access-{name}", refresh=f"42.refresh-{name}", expires_at=ends)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "secrets.json"


@pytest.fixture
def secrets(path: Path) -> Secrets:
    return Secrets(path)


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


@pytest.fixture(params=[0o000, 0o022, 0o777])
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


def test_what_is_stored_is_found_again(path: Path, secrets: Secrets) -> None:
    secrets.store_options(ETSY, {"shared_secret": "s3cret-value"})
    secrets.store_tokens(ETSY, pair(), None)

    again = Secrets(path)
    assert again.options(ETSY) == {"shared_secret": "s3cret-value"}
    assert again.tokens(ETSY) == (1, pair())
    assert again.options("etsy:200") == {}
    assert again.tokens("etsy:200") is None
    assert again.generation("etsy:200") == 0


def test_the_file_is_private_whatever_the_umask(umask: None, path: Path, secrets: Secrets) -> None:
    secrets.reserve(ETSY)
    assert {mode(each) for each in path.parent.iterdir()} == {0o600}

    secrets.store_tokens(ETSY, pair(), None)

    assert {mode(each) for each in path.parent.iterdir()} == {0o600}


def test_a_file_others_may_read_is_closed_to_them(path: Path, secrets: Secrets) -> None:
    secrets.store_options(ETSY, {"key": "value-1"})
    path.chmod(0o644)

    secrets.options(ETSY)

    assert mode(path) == 0o600


def test_a_pair_replaces_only_the_generation_it_was_made_from(secrets: Secrets) -> None:
    first = secrets.store_tokens(ETSY, pair("one"), None)
    second = secrets.store_tokens(ETSY, pair("two"), first)

    late = secrets.store_tokens(ETSY, pair("late"), first)

    assert late is None
    assert secrets.tokens(ETSY) == (second, pair("two"))


def test_generations_are_never_used_twice(secrets: Secrets) -> None:
    first = secrets.store_tokens(ETSY, pair("one"), None)
    secrets.forget(ETSY)
    again = secrets.store_tokens(ETSY, pair("two"), None)

    assert again != first
    assert secrets.store_tokens(ETSY, pair("late"), first) is None


def test_forgetting_one_integration_leaves_the_others(path: Path, secrets: Secrets) -> None:
    secrets.store_tokens(ETSY, pair("one"), None)
    secrets.store_tokens("etsy:200", pair("two"), None)

    secrets.forget(ETSY)
    secrets.forget(ETSY)

    assert secrets.tokens(ETSY) is None
    assert "access-one" not in path.read_text()
    assert secrets.tokens("etsy:200") is not None


def test_no_repr_shows_a_secret(secrets: Secrets) -> None:
    secrets.store_options(ETSY, {"key": "plain-secret"})
    secrets.store_tokens(ETSY, pair(), None)

    shown = repr(secrets) + repr(secrets._read()) + repr(secrets._entry(ETSY))

    assert "plain-secret" not in shown
    assert "access-one" not in shown


def test_values_read_are_masked_from_then_on(path: Path, secrets: Secrets) -> None:
    secrets.store_options(ETSY, {"key": "masked-from-now"})
    assert redact("x masked-from-now y") == "x *** y"


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"integrations": {"a": 7}}', b"\xff"])
def test_a_damaged_file_is_left_alone_and_not_quoted(path: Path, content: bytes) -> None:
    path.write_bytes(content)

    with pytest.raises(StoreDamaged) as damage:
        Secrets(path).store_tokens(ETSY, pair(), None)

    assert path.read_bytes() == content
    assert str(path) in damage.value.message
    assert damage.value.__cause__ is None


def test_a_file_of_a_newer_version_is_left_alone(path: Path) -> None:
    path.write_text('{"version": 2, "integrations": 7}')

    with pytest.raises(SchemaTooNew):
        Secrets(path).options(ETSY)


def test_a_missing_directory_is_one_clear_sentence(tmp_path: Path) -> None:
    with pytest.raises(HomeUnwritable, match=r"Cannot use .*secrets\.json: No such file"):
        Secrets(tmp_path / "gone" / "secrets.json").store_options(ETSY, {"key": "value-1"})


def test_room_for_a_pair_is_on_the_disk_before_it_is_asked_for(
    path: Path, secrets: Secrets, monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets.store_tokens(ETSY, pair("old"), None)
    secrets.reserve(ETSY)

    fill_the_disk(monkeypatch)

    assert secrets.store_tokens(ETSY, pair("new"), 1) == 2
    assert secrets.tokens(ETSY) == (2, pair("new"))
    assert json.loads(path.read_text())["version"] == 1


def test_without_room_nothing_is_asked_for_and_the_old_pair_stands(
    secrets: Secrets, monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets.store_tokens(ETSY, pair("old"), None)
    fill_the_disk(monkeypatch)

    with pytest.raises(HomeUnwritable, match="No space left"):
        secrets.reserve(ETSY)
    with pytest.raises(HomeUnwritable):
        secrets.store_tokens(ETSY, pair("new"), 1)

    assert secrets.tokens(ETSY) == (1, pair("old"))


def fill_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no file grow: a write may only go where bytes are already."""
    write = os.write

    def full(file: int, content: bytes) -> int:
        room = os.fstat(file).st_size - os.lseek(file, 0, os.SEEK_CUR)
        if room <= 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(file, content[:room])

    monkeypatch.setattr("tuisync.core.secrets.files.os.write", full)


def test_room_that_was_not_needed_is_given_back(path: Path, secrets: Secrets) -> None:
    secrets.reserve(ETSY)

    secrets.release(ETSY)

    assert [each.name for each in path.parent.iterdir()] == [".secrets.json.lock"]


def test_room_left_behind_by_a_crash_does_no_harm(path: Path, secrets: Secrets) -> None:
    secrets.reserve(ETSY)

    secrets.store_tokens(ETSY, pair("new"), None)

    assert secrets.tokens(ETSY) == (1, pair("new"))
    json.loads(path.read_text())


def test_a_link_in_place_of_the_draft_is_not_followed(path: Path, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious")
    (tmp_path / ".secrets.json.next.reserve").symlink_to(victim)

    with pytest.raises(HomeUnwritable):
        Secrets(path).store_options(ETSY, {"key": "value-1"})

    assert victim.read_text() == "precious"


def test_a_lock_held_too_long_is_reported(
    path: Path, secrets: Secrets, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "LOCK_WAIT", -1.0)

    with secrets._file.locked(), pytest.raises(StoreBusy):
        secrets.store_options(ETSY, {"key": "value-1"})


def test_threads_lose_no_change(secrets: Secrets) -> None:
    def store(number: int) -> int | None:
        return secrets.store_tokens(f"etsy:{number}", pair(str(number)), None)

    with ThreadPoolExecutor(8) as pool:
        generations = list(pool.map(store, range(24)))

    assert sorted(g or 0 for g in generations) == list(range(1, 25))
    assert all(secrets.tokens(f"etsy:{number}") for number in range(24))


COUNTER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from tuisync.core.remote import Tokens
from tuisync.core.secrets import Secrets

secrets = Secrets(Path(sys.argv[1]))
for _ in range(15):
    while True:
        generation, old = secrets.tokens("etsy:1")
        new = Tokens(access=str(int(old.access) + 1), refresh="r", expires_at=datetime.now(UTC))
        if secrets.store_tokens("etsy:1", new, generation) is not None:
            break
"""


def test_processes_lose_no_change(path: Path, secrets: Secrets) -> None:
    start = Tokens(access="0", refresh="r", expires_at=datetime(2024, 3, 1, tzinfo=UTC))
    secrets.store_tokens("etsy:1", start, None)

    workers = [subprocess.Popen([sys.executable, "-c", COUNTER, str(path)]) for _ in range(3)]

    assert [worker.wait(60) for worker in workers] == [0, 0, 0]
    found = secrets.tokens("etsy:1")
    assert found is not None
    assert found[1].access == "45"
