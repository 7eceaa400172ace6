"""The JSON schema of `config.toml`, for editors: `tuisync config schema`."""

from __future__ import annotations

from typing import Any

from tuisync.core.faces import REBINDABLE
from tuisync.core.preferences.known import KEYS, KNOWN, Preference


def json_schema() -> dict[str, Any]:
    """Return the schema (draft 2020-12) of everything the file can hold."""
    tables: dict[str, Any] = {}
    for each in KNOWN:
        table = tables.setdefault(each.table, _table())
        table["properties"][each.name] = _value(each)
    tables[KEYS] = _table()
    tables[KEYS]["description"] = "The key, or several with commas, that do a verb."
    tables[KEYS]["properties"] = {name: {"type": "string"} for name in sorted(REBINDABLE)}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "tuisync's preferences",
        **_table(),
        "properties": tables,
    }


def _table() -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "properties": {}}


def _value(preference: Preference) -> dict[str, Any]:
    if preference.switch:
        return {
            "type": "boolean",
            "default": preference.default == "on",
            "description": preference.about,
        }
    return {
        "type": "string",
        "enum": list(preference.choices),
        "default": preference.default,
        "description": preference.about,
    }
