"""The page the browser shows after the redirect: self-contained, and it obeys nobody."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from http import HTTPStatus

from tuisync.core.text import clean

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>tuisync</title>
<style>
body {{ font: 1.1rem/1.5 system-ui, sans-serif; max-width: 32rem; margin: 20vh auto;
  padding: 0 1rem; color: #1d2021; background: #fbf9f4 }}
@media (prefers-color-scheme: dark) {{ body {{ color: #ebdbb2; background: #1d2021 }} }}
</style>
<h1>{title}</h1>
<p>{text}</p>
</html>
"""

_LONGEST = 300
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'"


def answer_page(answer: Mapping[str, str]) -> bytes:
    """Return the page for somebody who allowed or refused access."""
    if "error" not in answer:
        return _page("Thank you", "You can close this page and go back to tuisync.")
    reason = clean(answer.get("error_description") or answer["error"])[:_LONGEST]
    return _page("Access was refused", f"{reason} — go back to tuisync to start again.")


def status_page(status: HTTPStatus) -> bytes:
    """Return the page for a request that is no answer."""
    return _page(status.phrase, "This address only receives the answer to a sign-in.")


def response(status: HTTPStatus, body: bytes) -> bytes:
    """Return a whole HTTP response; the connection ends with it.

    The address holds a code: no referrer, no cache, no frame and no script may see it.
    """
    lines = [
        f"HTTP/1.1 {status.value} {status.phrase}",
        "Content-Type: text/html; charset=utf-8",
        f"Content-Length: {len(body)}",
        "Connection: close",
        "Cache-Control: no-store",
        f"Content-Security-Policy: {_POLICY}",
        "Referrer-Policy: no-referrer",
        "X-Content-Type-Options: nosniff",
    ]
    if status is HTTPStatus.METHOD_NOT_ALLOWED:
        lines.append("Allow: GET")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def _page(title: str, text: str) -> bytes:
    return _PAGE.format(title=escape(title), text=escape(text)).encode("utf-8", "replace")
