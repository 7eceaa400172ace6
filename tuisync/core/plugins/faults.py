"""Whatever a plug-in raises becomes one of our errors here, and nowhere else.

What it means to the caller decides the class: a call that only reads can be repeated, a push
whose answer was lost cannot. Texts are made inert and secrets masked on the way.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from tuisync.core.errors import (
    AuthorizationRequired,
    OutcomeUnknown,
    PluginContractError,
    PluginError,
    RateLimited,
    ShapeChanged,
    StockChanged,
    TransientError,
    TuisyncError,
)
from tuisync.core.plugins.threads import TookTooLong
from tuisync.core.redaction import redact, reveals
from tuisync.core.text import clean

LONGEST_MESSAGE = 500
"""Characters of an error text; what a shop answers may be a whole page."""

_MINUTE, _DAY = 60.0, 86_400.0
_PUSHES = frozenset({"push_stock", "push_shipment"})


@dataclass(frozen=True)
class Site:
    """Where a fault happened.

    Attributes:
        plugin: The plug-in's name.
        hook: The hook that was called.
        wrote: Whether the call sent a writing request before it failed; None: not known.
    """

    plugin: str
    hook: str
    wrote: bool | None = None

    @property
    def writes(self) -> bool:
        """The hook changes something at the shop, and may have done so."""
        return self.hook in _PUSHES and self.wrote is not False


def harmless(text: str) -> str:
    """Return foreign text as part of an error message: inert, without secrets, short."""
    text = redact(clean(text))
    return text if len(text) <= LONGEST_MESSAGE else text[: LONGEST_MESSAGE - 1] + "…"


def described(error: BaseException) -> str:
    """Return an exception's class and text as part of an error message."""
    name = clean(type(error).__name__)
    text = harmless(_text_of(error))
    return f"{name}: {text}" if text else name


def translate(error: BaseException, site: Site) -> TuisyncError:
    """Return the error of our tree that stands for a plug-in's exception."""
    leaf = _leaf(error)
    if isinstance(leaf, TuisyncError) and hasattr(leaf, "message"):
        return _ours(leaf, site)
    if isinstance(leaf, TookTooLong):
        return _timed_out(str(leaf), site)
    if _never_sent(leaf):
        return TransientError("The marketplace could not be reached.")
    if _lost(leaf):
        return _lost_answer(site)
    return _foreign(leaf, site)


def cause_of(error: BaseException) -> BaseException | None:
    """Return what to chain to our error: the original, unless its texts hold a secret."""
    return None if any(reveals(_text_of(link)) for link in _chain(error)) else error


def _text_of(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # noqa: BLE001  # foreign code makes that text
        return ""


def _leaf(error: BaseException) -> BaseException:
    """Return the exception to go by: of a group, the one that asks for most."""
    if not isinstance(error, BaseExceptionGroup):
        return error
    leaves = sorted(_leaves(error), key=_urgency)
    return leaves[0]


def _leaves(group: BaseExceptionGroup[BaseException]) -> Iterator[BaseException]:
    for error in group.exceptions:
        if isinstance(error, BaseExceptionGroup):
            yield from _leaves(error)
        else:
            yield error


def _urgency(error: BaseException) -> int:
    if isinstance(error, AuthorizationRequired):
        return 0
    if isinstance(error, OutcomeUnknown):
        return 1
    return 2 if isinstance(error, TuisyncError) else 3


def _ours(error: TuisyncError, site: Site) -> TuisyncError:
    """Let our own error pass, made harmless, if this hook may raise it."""
    if isinstance(error, (StockChanged, ShapeChanged)) and site.hook != "push_stock":
        return broken_contract(site, f"it raised {type(error).__name__}, which is for `push_stock`")
    if isinstance(error, StockChanged) and not _is_numbers(error.found):
        return broken_contract(site, "it raised StockChanged without proper numbers")
    if isinstance(error, OutcomeUnknown) and not site.writes:
        return TransientError(harmless(error.message))
    if isinstance(error, PluginError):
        error.plugin, error.hook = error.plugin or site.plugin, error.hook or site.hook
    if isinstance(error, RateLimited):
        error.retry_after = _sensible(error.retry_after)
    error.message, error.hint = harmless(str(error.message)), harmless(str(error.hint))
    error.args = (error.message,)
    return error


def _sensible(seconds: object) -> float:
    """Return a wait that can be waited: from nothing to a day."""
    known = isinstance(seconds, (int, float)) and math.isfinite(seconds)
    return min(max(float(seconds), 0.0), _DAY) if known else _MINUTE  # type: ignore[arg-type]  # known


def _is_numbers(found: object) -> bool:
    return isinstance(found, dict) and all(
        isinstance(key, str) and clean(key) == key and type(number) is int and number >= 0
        for key, number in found.items()
    )


def _timed_out(message: str, site: Site) -> TuisyncError:
    if site.writes:
        return OutcomeUnknown(f"{message}; whether it was done is not known.")
    return PluginError(f"{message}.", plugin=site.plugin, hook=site.hook)


def _never_sent(error: BaseException) -> bool:
    """Nothing reached the shop: no connection was made."""
    httpx = sys.modules.get("httpx")  # an exception of a module nobody imported does not exist
    if httpx is not None and isinstance(
        error, (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
    ):
        return True
    return isinstance(error, ConnectionRefusedError)


def _lost(error: BaseException) -> bool:
    """Something was sent, and no whole answer came back."""
    httpx = sys.modules.get("httpx")
    if httpx is not None and isinstance(error, httpx.TransportError):
        return not isinstance(error, httpx.UnsupportedProtocol)
    return isinstance(error, (TimeoutError, ConnectionError))


def _lost_answer(site: Site) -> TuisyncError:
    if site.writes:
        return OutcomeUnknown("The marketplace's answer was lost on the way.")
    return TransientError("The marketplace did not answer in time, or not to the end.")


def _foreign(error: BaseException, site: Site) -> TuisyncError:
    fault = f"The plug-in {site.plugin!r} failed in `{site.hook}` ({described(error)})."
    if site.hook in _PUSHES and site.wrote:
        return OutcomeUnknown(f"{fault} Something had been sent by then.")
    return PluginError(fault, plugin=site.plugin, hook=site.hook)


def broken_contract(site: Site, fault: str) -> PluginContractError:
    """Return the error for a plug-in that returned or raised what its hook must not."""
    return PluginContractError(
        f"The plug-in {site.plugin!r} broke the rules in `{site.hook}`: {harmless(fault)}.",
        plugin=site.plugin,
        hook=site.hook,
    )


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    links: list[BaseException | None] = [error]
    while links:
        link = links.pop()
        if link is None or id(link) in seen:
            continue
        seen.add(id(link))
        yield link
        links += [link.__cause__, link.__context__]
        if isinstance(link, BaseExceptionGroup):
            links += link.exceptions
