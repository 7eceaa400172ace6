from __future__ import annotations

import re
import string
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.keys import Keys, _character_to_key

from program import Program
from terminal import Terminal
from tuisync.core.errors import HomeUnwritable, UsageError
from tuisync.core.preferences import (
    KNOWN,
    ConfigInvalid,
    Preferences,
    Read,
    json_schema,
    read_preferences,
)
from tuisync.core.preferences.keynames import KEYS as KEY_NAMES
from tuisync.core.preferences.read import check_preferences, interpreted
from tuisync.core.preferences.write import make_file, set_preferences, template


def _file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_missing_file_says_nothing(tmp_path: Path) -> None:
    read = read_preferences(tmp_path / "config.toml")

    assert read.preferences == Preferences()
    assert read.problems == ()


def test_the_template_changes_nothing_and_names_everything() -> None:
    assert tomllib.loads(template()) == {"screen": {}, "log": {}, "keys": {}}
    for each in KNOWN:
        assert f"# {each.name} = " in template()
    assert max(len(line) for line in template().splitlines()) <= 100


def test_every_line_of_the_template_can_be_taken_in(tmp_path: Path) -> None:
    lines = [
        line.removeprefix("# ") if " = " in line and not line.startswith("# The") else line
        for line in template().splitlines()
    ]
    read = read_preferences(_file(tmp_path, "\n".join(lines)))

    assert read.problems == ()
    assert read.preferences.values == Preferences().values
    assert read.preferences.keys["item.adjust_stock"] == "a"


def test_what_is_wrong_is_told_with_the_nearest_and_the_rest_holds(tmp_path: Path) -> None:
    path = _file(
        tmp_path,
        '[screen]\ntheme = "grovbox"\nthem = "x"\nmouse = "on"\nanimation = "none"\n'
        '[keys]\n"item.opn" = "o"\n"item.add" = ""\nitem.open = "o"\n[colour]\nink = 1\n',
    )
    read = read_preferences(path)
    told = {each.key: str(each) for each in read.problems}

    assert told["screen.theme"] == "`screen.theme` cannot be `grovbox`. Did you mean `gruvbox`?"
    assert "Did you mean `screen.theme`?" in told["screen.them"]
    assert "true or false" in told["screen.mouse"]
    assert "Did you mean `item.open`?" in told["keys.item.opn"]
    assert "keys.item.add" in told
    assert "colour.ink" in told
    assert len(told) == 6
    assert read.preferences["screen.animation"] == "none"
    assert read.preferences["screen.theme"] == "ink"
    assert read.preferences.keys == {"item.open": "o"}


@pytest.mark.parametrize("content", [b"[screen", b"\xff\xfe\x00", b"a = 1\na = 2", b"[" * 2000])
def test_a_broken_file_stops_nothing(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(content)
    read = read_preferences(path)

    assert read.preferences == Preferences()
    assert len(read.problems) == 1


@given(
    st.recursive(
        st.one_of(st.text(), st.integers(), st.booleans(), st.lists(st.integers())),
        lambda inner: st.dictionaries(st.text(), inner, max_size=3),
    )
)
def test_whatever_a_document_holds_it_is_interpreted(value: object) -> None:
    for document in ({"screen": value}, {"keys": value}, {"screen": {"theme": value}}):
        assert set(interpreted(document).preferences.values) == {each.key for each in KNOWN}


def test_writing_keeps_comments_and_puts_values_beside_theirs(tmp_path: Path) -> None:
    path = _file(tmp_path, "# mine\n" + template() + "# the end\n")
    set_preferences(path, {"screen.theme": "nord", "screen.mouse": "off", "keys.item.add": "+"})
    text = path.read_text()

    assert text.startswith("# mine\n")
    assert "# the end" in text
    assert "# The colours." in text
    assert '\ntheme = "nord"\n# auto' in text
    assert tomllib.loads(text) == {
        "screen": {"theme": "nord", "mouse": False},
        "log": {},
        "keys": {"item.add": "+"},
    }

    set_preferences(path, {"screen.theme": "", "keys.item.add": ""})
    assert tomllib.loads(path.read_text()) == {"screen": {"mouse": False}, "log": {}, "keys": {}}


def test_what_cannot_be_is_not_written(tmp_path: Path) -> None:
    path = _file(tmp_path, "# mine\n")
    for key, value in (("screen.them", "x"), ("screen.theme", "x"), ("keys.nothing", "x")):
        with pytest.raises(UsageError):
            set_preferences(path, {key: value})
    assert path.read_text() == "# mine\n"

    path.write_text("[screen")
    with pytest.raises(ConfigInvalid, match=r"config\.toml"):
        set_preferences(path, {"screen.theme": "nord"})
    assert path.read_text() == "[screen"


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    path = tmp_path / "file" / "config.toml"
    path.parent.write_text("not a directory")
    with pytest.raises(HomeUnwritable):
        set_preferences(path, {"screen.theme": "nord"})


def test_the_schema_has_every_key_with_its_default() -> None:
    tables = json_schema()["properties"]
    for each in KNOWN:
        entry = tables[each.table]["properties"][each.name]
        default = each.default == "on" if each.switch else each.default
        assert entry["default"] == default
        assert entry["description"]


def test_the_command_shows_sets_and_checks(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    changed = terminal.json("config", "set", "screen.theme=nord", "keys.item.add=+")

    assert changed["preferences"]["screen.theme"] == "nord"
    assert changed["preferences"]["keys.item.add"] == "+"
    assert changed["config_file"].endswith("config.toml")


def test_validate_names_file_key_and_nearest_and_exits_2(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    assert terminal.json("config", "validate")["ok"] is True
    path = _file(tmp_path, '[screen]\ntheme = "nrod"\n')
    error = terminal.fails(2, "config", "validate")

    assert error["code"] == "bad_config"
    assert str(path) in error["message"]
    assert "screen.theme" in error["message"]
    assert "`nord`" in error["message"]
    assert terminal.json("config", "show")["problems"]


def test_validate_tells_which_verbs_lose_their_keys_to_others(tmp_path: Path) -> None:
    _file(tmp_path, '[keys]\n"app.settings" = "t"\n"item.adjust_stock" = "e"\n')
    program = Program(tmp_path)

    lost, covered = program.json("config", "validate")["notes"]

    assert lost == "`e` is now item: adjust stock; item: edit is left to the palette."
    assert covered.startswith("`t` is app.settings, but where it is drift: take theirs, item: ")


@pytest.mark.parametrize(
    ("keys", "kept"),
    [
        ('"confirm.yes" = "n"', {}),
        ('"confirm.no" = "y"', {}),
        ('"confirm.yes" = "f5,escape"', {}),
        ('"confirm.yes" = "x"\n"confirm.no" = "x"', {}),
        ('"confirm.yes" = "n"\n"confirm.no" = "y"', {"confirm.yes": "n", "confirm.no": "y"}),
    ],
)
def test_a_key_that_means_no_is_not_given_to_yes(
    tmp_path: Path, keys: str, kept: dict[str, str]
) -> None:
    path = _file(tmp_path, f"[keys]\n{keys}\n")

    assert read_preferences(path).preferences.keys == kept
    if not kept:
        with pytest.raises(ConfigInvalid, match="in every question"):
            check_preferences(path)


@pytest.mark.parametrize(
    ("keys", "problem"),
    [
        ('"item.adjust_stock" = "q"', "`q` is given to `item.adjust_stock`, and `app.quit`"),
        ('"item.adjust_stock" = "?"', "`question_mark` is given to `item.adjust_stock`"),
        ('"order.ship" = "x,3"', "`3` is given to `order.ship`, and `go.items` has it on every"),
        ('"go.items" = "f3"\n"order.ship" = "f3"', "`f3` is given to `order.ship`, and `go.items`"),
        ('"go.items" = "f3"\n"order.ship" = "3"', ""),
        ('"confirm.yes" = "y,q"', ""),
    ],
)
def test_a_key_that_holds_on_every_screen_is_taken_by_no_verb(
    tmp_path: Path, keys: str, problem: str
) -> None:
    path = _file(tmp_path, f"[keys]\n{keys}\n")

    read = read_preferences(path)

    assert [problem in str(each) for each in read.problems] == ([True] if problem else [])
    assert bool(problem) != ("order.ship" in read.preferences.keys or "confirm.yes" in keys)
    if problem:
        with pytest.raises(ConfigInvalid, match="on every screen"):
            check_preferences(path)


@pytest.mark.parametrize(
    ("keys", "problem"),
    [
        ('"item.adjust_stock" = "blah"', "`keys.item.adjust_stock` is `blah`, and there is no"),
        ('"item.adjust_stock" = "entr"', "Did you mean `enter`?"),
        ('"item.adjust_stock" = "x,F5"', "Did you mean `f5`?"),
        ('"item.adjust_stock" = "ctl+x"', "is `ctl+x`, and there is no such key"),
        ('"item.adjust_stock" = "j"', "`j` is given to `item.adjust_stock`, and `table.down` has"),
        (
            '"item.adjust_stock" = "/"',
            "`slash` is given to `item.adjust_stock`, and `table.filter`",
        ),
        ('"form.next" = "x"', "`x` is given to `form.next`, and it types itself where one types."),
        ('"table.unfilter" = "x"', "it types itself"),
        ('"item.adjust_stock" = "j"\n"table.down" = "down"', ""),
        ('"item.adjust_stock" = "ctrl+x,f5,?,+,ö"\n"app.help" = "f1"', ""),
        ('"form.next" = "ctrl+n"', ""),
    ],
)
def test_a_key_that_is_none_or_taken_where_the_verb_lives_is_told_with_its_line(
    tmp_path: Path, keys: str, problem: str
) -> None:
    path = _file(tmp_path, f"[screen]\n\n[keys]\n{keys}\n")
    read = read_preferences(path)

    assert [problem in str(each) for each in read.problems] == ([True] if problem else [])
    assert bool(problem) != bool(read.preferences.keys)
    if problem:
        with pytest.raises(ConfigInvalid, match=f"{re.escape(str(path))}:4: "):
            check_preferences(path)


def test_the_names_of_keys_are_those_of_the_terminal() -> None:
    signs = {_character_to_key(each) for each in string.punctuation}

    assert signs < KEY_NAMES
    assert KEY_NAMES - signs < {each.value for each in Keys}


def test_the_commented_file_is_made_once_and_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "new" / "config.toml"
    assert make_file(path)
    assert read_preferences(path) == Read(Preferences())
    path.write_text("# mine\n")

    assert not make_file(path)
    assert path.read_text() == "# mine\n"


def test_such_a_key_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"`app\.quit` has it on every screen"):
        set_preferences(tmp_path / "config.toml", {"keys.item.adjust_stock": "q"})


def test_the_schema_is_printed_as_one_document(tmp_path: Path) -> None:
    assert Terminal(tmp_path).json("config", "schema") == json_schema()
