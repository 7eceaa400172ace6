"""Secrets this process has met never leave it in a log line or an error text.

The set is one per process on purpose: whoever writes a text (a log handler, the border to
the plug-ins, the last resort around `main`) need not know which integration it came from.
"""

from __future__ import annotations

import re
import threading

MASK = "***"
"""Stands where a secret was."""

_SHORTEST = 6  # shorter values are words; masking them would garble every text
_MOST = 500  # tokens rotate for as long as a daemon runs; the oldest are dead anyway
_known: dict[str, None] = {}
_lock = threading.Lock()
_LOOKS_SECRET = re.compile(
    r"(?i)(\bbearer\s+|[?&](?:code|state)=|\b(?:access_token|refresh_token|client_secret"
    r"|code_verifier|shared_secret|api_key|password)[\"']?\s*[=:]\s*[\"']?)[^\s\"'&,;})\]]+"
)


def conceal(*secrets: str) -> None:
    """Remember values that must never be shown; empty and very short ones are ignored."""
    with _lock:
        for secret in secrets:
            if len(secret) >= _SHORTEST:
                _known.pop(secret, None)
                _known[secret] = None
        while len(_known) > _MOST:
            del _known[next(iter(_known))]


def redact(text: str) -> str:
    """Return the text with every known secret, and whatever looks like one, masked."""
    with _lock:
        known = sorted(_known, key=len, reverse=True)
    for secret in known:
        text = text.replace(secret, MASK)
    return _LOOKS_SECRET.sub(rf"\g<1>{MASK}", text)


def reveals(text: str) -> bool:
    """Tell whether the text holds a secret."""
    return redact(text) != text
