"""Keys under which texts from different sources are the same. Pure."""

from __future__ import annotations

import html
import unicodedata


def match_key(text: str) -> str:
    """Return the form in which SKUs and names are compared: unescaped, NFC, trimmed, case kept."""
    return unicodedata.normalize("NFC", html.unescape(text)).strip()


def person_key(text: str | None) -> str:
    """Return the form in which e-mail addresses and names of people are compared.

    Case and white space do not count; empty for nothing.
    """
    return " ".join(unicodedata.normalize("NFC", text or "").casefold().split())
