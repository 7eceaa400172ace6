"""Keys under which texts from different sources are the same. Pure."""

from __future__ import annotations

import html
import unicodedata

from tuisync.core.text import clean


def match_key(text: str) -> str:
    """Return the form in which SKUs and names are compared: case counts, dress does not.

    Entities are unescaped (shops hand out `Tom &amp; Jerry`), the rest is cleaned, composed
    (NFC) and trimmed.
    """
    return unicodedata.normalize("NFC", clean(html.unescape(text))).strip()


def person_key(text: str | None) -> str:
    """Return the form in which e-mail addresses and names of people are compared.

    Case and white space do not count; empty for nothing.
    """
    return " ".join(unicodedata.normalize("NFC", text or "").casefold().split())
