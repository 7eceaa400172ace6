"""`KEY=VALUE` and `SKU=N,SKU=N` as users write them. Pure but for `@FILE` and `env:NAME`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from tuisync.core.errors import UsageError

_MOST_DIGITS = 9


def settings(pairs: Iterable[str]) -> dict[str, str]:
    """Return `KEY=VALUE` words as a mapping.

    Raises:
        UsageError: One is not of that form, or a key comes twice.
    """
    found: dict[str, str] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals or not key.strip():
            raise UsageError(f"`{pair}` is not KEY=VALUE.")
        if key.strip() in found:
            raise UsageError(f"`{key.strip()}` is given twice.")
        found[key.strip()] = value.strip()
    return found


def revealed(value: str, environ: Mapping[str, str]) -> str:
    """Return what a value stands for: `@FILE` its text, `env:NAME` the variable's.

    Raises:
        UsageError: The file cannot be read, or the variable is not set.
    """
    if value.startswith("@"):
        return _file_text(Path(value[1:]))
    if value.startswith("env:"):
        name = value.removeprefix("env:")
        if name not in environ:
            raise UsageError(f"The environment variable {name} is not set.")
        return environ[name].strip()
    return value


def units(text: str | None) -> dict[str, int] | None:
    """Return `SKU=N,SKU=N` as units per SKU; None for nothing given.

    A SKU may hold an equals sign: the last one counts.

    Raises:
        UsageError: A part is not of that form, or a SKU comes twice.
    """
    if text is None:
        return None
    found: dict[str, int] = {}
    for part in text.split(","):
        sku, equals, number = part.rpartition("=")
        if not equals or not sku.strip() or not _is_count(number.strip()):
            raise UsageError(f"`{part.strip()}` is not SKU=N.", hint="As `--lines MUG=2,CUP=1`.")
        if sku.strip() in found:
            raise UsageError(f"`{sku.strip()}` is given twice.")
        found[sku.strip()] = int(number)
    return found


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS


def _file_text(path: Path) -> str:
    try:
        return path.expanduser().read_text(encoding="utf-8").strip()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise UsageError(f"{path} is not a text file.") from None
