"""What the user prefers about the program itself: one commented TOML file, `config.toml`.

The organization's settings are in the store, because they belong to the data. Here is what
belongs to one login: theme, keys, how dates look.
"""

from __future__ import annotations

from tuisync.core.preferences.known import KNOWN, Preference
from tuisync.core.preferences.read import (
    ConfigInvalid,
    Preferences,
    Problem,
    Read,
    check_preferences,
    read_preferences,
)
from tuisync.core.preferences.schema import json_schema

__all__ = [
    "KNOWN",
    "ConfigInvalid",
    "Preference",
    "Preferences",
    "Problem",
    "Read",
    "check_preferences",
    "json_schema",
    "read_preferences",
]
