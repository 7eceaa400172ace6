"""Writing `config.toml`: one value at a time, with every comment left where it was."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from tuisync.core.errors import HomeUnwritable, UsageError
from tuisync.core.preferences.known import BY_KEY, KEYS, KNOWN, Preference
from tuisync.core.preferences.read import ConfigInvalid, key_problem, nearest, value_problem

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

_HEAD = """\
# Preferences of tuisync, read when it starts and whenever this file is saved.
# What stands behind a `#` is what holds anyway. `tuisync config validate` checks this file,
# `tuisync config schema` prints its JSON schema for editors.
"""
_KEYS = f"""
[{KEYS}]
# A verb's id and the key, or several with commas, that do it. The help (?) names the keys,
# `tuisync config schema` all ids.
# "item.adjust_stock" = "a"
# "app.help" = "question_mark,f1"
"""


def set_preferences(path: Path, changes: Mapping[str, str]) -> None:
    """Change values in the file, which is made with all its comments when it is missing.

    Args:
        path: `config.toml`.
        changes: By key, as `screen.theme` or `keys.item.open`; an empty value takes it out, so
            that the default holds.

    Raises:
        UsageError: There is no such key, or it cannot have that value; nothing was changed.
        ConfigInvalid: The file is not TOML; it is left alone.
        HomeUnwritable: It cannot be written.
    """
    for key, value in changes.items():
        _check(key, value)
    text = _text(path)
    for key, value in changes.items():
        text = _assigned(path, text, key, value)
    _replace(path, text)


def make_file(path: Path) -> bool:
    """Make the file with everything in it as a comment, if it is missing; tell whether it was.

    Raises:
        HomeUnwritable: It cannot be written.
    """
    if path.exists():
        return False
    _replace(path, template())
    return True


def template() -> str:
    """Return the file as it is when nothing was changed: every line of it a comment."""
    return "".join((_HEAD, *_tables(), _KEYS))


def _tables() -> Iterator[str]:
    table = ""
    for each in KNOWN:
        if each.table != table:
            table = each.table
            yield f"\n[{table}]\n"
        yield f"# {each.about}\n{_one_of(each)}# {each.name} = {_toml(each, each.default)}\n"


def _one_of(preference: Preference) -> str:
    if preference.switch:
        return ""
    lines, line = [], "#  "
    for each in preference.choices:
        if len(line) + len(each) > 94:  # noqa: PLR2004  # a line of the file
            lines.append(line)
            line = "#  "
        line += f" {each}"
    return "\n".join((*lines, line, ""))


def _toml(preference: Preference, value: str) -> str:
    return str(value == "on").lower() if preference.switch else f'"{value}"'


def _check(key: str, value: str) -> None:
    table, _, name = key.partition(".")
    if table == KEYS:
        problem = key_problem(name, value or "x")
    elif key not in BY_KEY:
        near = nearest(key, BY_KEY)
        hint = f"Did you mean `{near}`?" if near else f"There are: {', '.join(BY_KEY)}."
        raise UsageError(f"There is no preference `{key}`.", hint=hint)
    else:
        problem = value_problem(BY_KEY[key], value) if value else None
    if problem:
        raise UsageError(problem.message, hint=problem.hint)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return template()
    except ValueError as error:
        raise _not_toml(path, error) from None
    except OSError as error:
        raise HomeUnwritable(f"{path} cannot be read: {error.strerror}.") from error


def _assigned(path: Path, text: str, key: str, value: str) -> str:
    """Return the file's text with one value changed, and nothing else."""
    document = _document(path, text)
    name, _, rest = key.partition(".")
    table = document.setdefault(name, {})
    if not isinstance(table, dict):
        raise ConfigInvalid(f"{path}: `{name}` is not a table.", hint=f"It begins with `[{name}]`.")
    if not value:
        table.pop(rest, None)
        return document.as_string()
    preference = BY_KEY.get(key)
    if preference is not None and rest not in table:
        text, found = _uncommented(text, preference, value)
        if found:
            return text
    table[rest] = value == "on" if preference is not None and preference.switch else value
    return document.as_string()


def _uncommented(text: str, preference: Preference, value: str) -> tuple[str, int]:
    """Put the value where the file has its default as a comment; tell whether it has."""
    line = rf"^(\[{preference.table}\](?:\n(?!\[).*)*?\n)# ?{preference.name} = .*$"
    given = rf"\g<1>{preference.name} = {_toml(preference, value)}"
    return re.subn(line, given, text, count=1, flags=re.MULTILINE)


def _document(path: Path, text: str) -> TOMLDocument:
    import tomlkit  # noqa: PLC0415  # only to write
    from tomlkit.exceptions import TOMLKitError  # noqa: PLC0415  # as above

    try:
        return tomlkit.parse(text)
    except (TOMLKitError, ValueError) as error:
        raise _not_toml(path, error) from None


def _not_toml(path: Path, error: Exception) -> ConfigInvalid:
    return ConfigInvalid(f"{path}: It is not TOML: {error}.", hint="It was left alone.")


def _replace(path: Path, text: str) -> None:
    """Put the new file in the place of the old one as a whole, so that nobody reads half."""
    try:
        path.parent.mkdir(0o700, parents=True, exist_ok=True)
        target = path.resolve()  # a link into somebody's own collection of settings stays one
        with tempfile.NamedTemporaryFile(
            "w", dir=target.parent, prefix=".config-", delete=False, encoding="utf-8"
        ) as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(file.name).replace(target)
    except OSError as error:
        raise HomeUnwritable(f"{path} cannot be written: {error.strerror}.") from error
