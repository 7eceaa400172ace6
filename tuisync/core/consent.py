"""Talking to a sandbox, on this machine only, as a person with a browser would.

It allows access on the consent page, and asks the sandbox to do something.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from tuisync.core.errors import PluginError

if TYPE_CHECKING:
    import httpx

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_STEPS = 8
"""Pages and redirects on the way; more go round in a circle."""


def is_loopback(url: str) -> bool:
    """Tell whether an address is on this machine, by plain HTTP."""
    try:
        where = urlsplit(url)
    except ValueError:
        return False
    return where.scheme == "http" and where.hostname in _LOOPBACK


@dataclass
class Form:
    """A form as it would be sent by its first submit button."""

    method: str = "get"
    action: str = ""
    fields: dict[str, str] = field(default_factory=dict)


async def walk_through(url: str) -> None:
    """Open a consent page, press its first button, and follow it to the end.

    Raises:
        PluginError: It leads away from this machine, or there is no form on the page.
    """
    import httpx  # noqa: PLC0415  # heavy, and only a demo needs it here

    async with httpx.AsyncClient(trust_env=False, timeout=10) as client:
        try:
            answer = await _open(client, "GET", url)
            form = first_form(answer.text)
            if form is None:
                raise PluginError("The sandbox shows no consent page.")
            action = urljoin(str(answer.url), form.action)
            await _open(client, form.method.upper(), action, form.fields)
        except httpx.HTTPError as error:
            raise PluginError(f"The sandbox did not answer: {_why(error)}.") from error


async def ask(url: str) -> None:
    """Ask a sandbox to do what this address of its stands for.

    Raises:
        PluginError: It does not answer, or refuses.
    """
    import httpx  # noqa: PLC0415  # heavy, and only a demo needs it here

    async with httpx.AsyncClient(trust_env=False, timeout=10) as client:
        try:
            answer = await client.post(url, json={})
            answer.raise_for_status()
        except httpx.HTTPError as error:
            raise PluginError(f"The sandbox did not do it: {_why(error)}.") from error


def _why(error: Exception) -> str:
    """Return what went wrong; some errors, such as those of time, say nothing themselves."""
    return str(error).rstrip(".") or f"{type(error).__name__} without a word of why"


async def _open(
    client: httpx.AsyncClient, method: str, url: str, fields: dict[str, str] | None = None
) -> httpx.Response:
    """Ask for a page and follow its redirects."""
    sent = {"params" if method == "GET" else "data": fields} if fields else {}
    for _ in range(_STEPS):
        if not is_loopback(url):
            raise PluginError("The sandbox leads away from this machine.")
        answer = await client.request(method, url, **sent)  # type: ignore[arg-type]  # one of the two
        if not answer.has_redirect_location:
            answer.raise_for_status()
            return answer
        url, method, sent = urljoin(url, answer.headers["location"]), "GET", {}
    raise PluginError("The sandbox goes round in a circle.")


def first_form(page: str) -> Form | None:
    """Return the first form of an HTML page, or None."""
    reader = _FormReader()
    reader.feed(page)
    return reader.form


class _FormReader(HTMLParser):
    """Reads the fields of the first form, and its first submit button."""

    def __init__(self) -> None:
        super().__init__()
        self.form: Form | None = None
        self._inside = False
        self._pressed = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and self.form is None:
            self.form = Form(given.get("method", "get"), given.get("action", ""))
            self._inside = True
        elif self._inside and tag in {"input", "button"}:
            self._take(tag, given)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False

    def _take(self, tag: str, given: dict[str, str]) -> None:
        submits = given.get("type", "submit" if tag == "button" else "text") == "submit"
        if submits and self._pressed:
            return
        self._pressed = self._pressed or submits
        if self.form is not None and given.get("name"):
            self.form.fields[given["name"]] = given.get("value", "")
