from __future__ import annotations

import os
from pathlib import Path

import pytest

from tuisync.core.errors import HomeUnwritable, UsageError
from tuisync.core.home import Home


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_one_directory_holds_everything(tmp_path: Path) -> None:
    home = Home.locate(str(tmp_path / "shop"), {})

    assert home.data == tmp_path / "shop" / "data"
    assert home.config_file == tmp_path / "shop" / "config.toml"
    assert home.secrets_file == tmp_path / "shop" / "secrets.json"
    assert home.logs == tmp_path / "shop" / "logs"


def test_the_command_line_wins_over_the_environment(tmp_path: Path) -> None:
    environ = {"TUISYNC_HOME": str(tmp_path / "env")}

    assert Home.locate(str(tmp_path / "cli"), environ) == Home.at(tmp_path / "cli")
    assert Home.locate(None, environ) == Home.at(tmp_path / "env")


@pytest.mark.parametrize("environ", [{}, {"TUISYNC_HOME": ""}, {"TUISYNC_HOME": "  "}])
def test_without_either_the_platform_decides(
    environ: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))

    home = Home.locate(None, environ)

    for path in (home.data, home.config_file, home.secrets_file, home.logs):
        assert path.is_relative_to(tmp_path)
        assert "tuisync" in path.parts
    assert not home.secrets_file.is_relative_to(home.data)


@pytest.mark.parametrize("explicit", ["", " "])
def test_an_empty_home_is_a_mistake(explicit: str) -> None:
    with pytest.raises(UsageError):
        Home.locate(explicit, {})


def test_a_relative_home_is_fixed_where_it_was_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    assert Home.locate("shop", {}).data == tmp_path / "shop" / "data"


def test_a_tilde_is_the_users_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))

    assert Home.locate("~/shop", {}).data == tmp_path / "shop" / "data"


def test_missing_directories_are_made_for_their_owner_only(tmp_path: Path) -> None:
    home = Home.at(tmp_path / "a" / "b")

    home.ensure()
    home.ensure()

    for directory in (tmp_path / "a", tmp_path / "a" / "b", home.data, home.logs):
        assert mode(directory) == 0o700


def test_a_directory_that_was_there_stays_and_the_data_in_it_is_closed(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    (tmp_path / "data").mkdir(0o755)

    Home.at(tmp_path).ensure()

    assert mode(tmp_path) == 0o755
    assert mode(tmp_path / "data") == 0o700


def test_a_file_in_the_way_is_one_clear_sentence(tmp_path: Path) -> None:
    (tmp_path / "shop").write_text("not a directory")

    with pytest.raises(HomeUnwritable, match="Cannot use the directory") as refusal:
        Home.at(tmp_path / "shop").ensure()

    assert "--home" in refusal.value.hint
    assert str(tmp_path / "shop") in refusal.value.message


def test_a_directory_that_cannot_be_written_is_one_clear_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may write everywhere

    with pytest.raises(HomeUnwritable, match="not writable"):
        Home.at(tmp_path).ensure()
