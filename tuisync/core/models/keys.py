"""Ids made of the shops' own, and keys under which texts from different sources are the same.

Pure.
"""

from __future__ import annotations

import html
import unicodedata

from tuisync.core.text import clean

_JOINTS = {ord(sign): f"%{ord(sign):02X}" for sign in "%:/#@"}
"""Signs that stand between the parts of an id; inside a part they are percent-encoded."""


def integration_id(marketplace: str, shop: str) -> str:
    """Return the id of a shop's integration: `<marketplace>:<shop id>`."""
    return f"{marketplace}:{shop.translate(_JOINTS)}"


def marketplace_of(id_: str) -> str:
    """Return the marketplace of an integration, listing or order, connected still or not."""
    return id_.partition(":")[0]


def record_id(integration: str, remote: str) -> str:
    """Return the id of a shop's listing or order: `<integration id>:<the shop's id>`.

    A shop may have a `:` in its own ids: unencoded, the listing `7:513=S` would be the
    variant `513=S` of the listing `7`.
    """
    return f"{integration}:{remote.translate(_JOINTS)}"


def remote_id(integration: str, record: str) -> str:
    """Return the shop's own id in the id of one of its listings or orders."""
    remote = record.removeprefix(f"{integration}:")
    if "%" not in remote:
        return remote
    for sign in "/:#@%":  # the percent sign last: what it encodes is no joint
        remote = remote.replace(_JOINTS[ord(sign)], sign)
    return remote


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
