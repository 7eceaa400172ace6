"""Where Etsy lives: three URLs, or one base URL that replaces them all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from tuisync import UsageError

_CONSENT = "/oauth/connect"
_TOKEN = "/v3/public/oauth/token"  # noqa: S105 - a path, not a secret
_API = "/v3/application"


@dataclass(frozen=True)
class Hosts:
    """The three places a client talks to.

    Attributes:
        consent: The page where the seller allows access.
        token: Where codes and refresh tokens are traded.
        api: What every path of the API is put behind.
    """

    consent: str
    token: str
    api: str


ETSY = Hosts(
    consent=f"https://www.etsy.com{_CONSENT}",
    token=f"https://api.etsy.com{_TOKEN}",
    api=f"https://openapi.etsy.com{_API}",
)


def hosts_of(options: Mapping[str, str]) -> Hosts:
    """Return Etsy's hosts, or those under the option `base_url`.

    Raises:
        UsageError: `base_url` is no URL, or plain http to another machine, where keys and
            tokens would travel readable.
    """
    base = options.get("base_url", "").strip().rstrip("/")
    if not base:
        return ETSY
    _check(base)
    return Hosts(consent=base + _CONSENT, token=base + _TOKEN, api=base + _API)


def _check(base: str) -> None:
    try:
        parts = urlsplit(base)
        host, _port = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.scheme not in {"http", "https"} or parts.query or parts.fragment:
        raise UsageError(
            f"base_url is not a web address: {base[:80]!r}.",
            hint="Leave it empty for Etsy itself, or give one such as http://127.0.0.1:9000.",
        )
    if parts.scheme == "http" and not _is_loopback(host):
        raise UsageError(
            "base_url uses http to another machine; your key would travel unprotected.",
            hint="Use https, or http with 127.0.0.1 or localhost.",
        )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
