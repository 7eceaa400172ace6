"""JSON as scripts get it: one document, every key present, times in UTC ending in `Z`."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import msgspec

_OFFSET = re.compile(rb'[+-]\d\d:\d\d"')


def encoded(value: object, *, pretty: bool = False) -> bytes:
    """Return the JSON of a view or of a list of views.

    Args:
        value: What to print.
        pretty: Over several lines, for people.
    """
    document = msgspec.json.encode(value)
    if _OFFSET.search(document):  # rare: everything that enters the store is in UTC
        native = msgspec.to_builtins(value, builtin_types=(datetime,))
        document = msgspec.json.encode(_in_utc(native))
    return msgspec.json.format(document, indent=2) if pretty else document


def _in_utc(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    if isinstance(value, dict):
        return {key: _in_utc(each) for key, each in value.items()}
    return [_in_utc(each) for each in value] if isinstance(value, (list, tuple)) else value
