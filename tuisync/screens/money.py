"""The currencies to choose from: by code, and those most shops sell in by name, too."""

from __future__ import annotations

from tuisync.core.currencies import DIGITS, NAMES
from tuisync.screens.dialogs.choose import Choice


def currency_choices() -> list[Choice]:
    """Return every currency there is, the usual ones first; names are searched as codes are."""
    usual = [Choice(code, code, name) for code, name in NAMES.items()]
    return [*usual, *(Choice(code, code) for code in sorted(DIGITS.keys() - NAMES.keys()))]
