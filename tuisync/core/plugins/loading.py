"""Loading one plug-in: import, registration, description, each step without trust."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from tuisync.core.plugins.border import Unacceptable, admit
from tuisync.core.plugins.discovery import Found, import_plugin, usable_name
from tuisync.core.plugins.faults import described, harmless
from tuisync.core.plugins.inspection import BrokenRule, register, version_fault, version_text
from tuisync.core.plugins.records import PluginState
from tuisync.core.plugins.threads import TookTooLong, run_bounded
from tuisync.core.remote import Marketplace

if TYPE_CHECKING:
    import pluggy


class Refusal(Exception):  # it never leaves this package
    """Why a plug-in is not used.

    Args:
        state: What its record says.
        reason: Why, as the rest of a sentence.
        api_version: The plug-in API it was made for, if it got so far as to tell.
    """

    def __init__(self, state: PluginState, reason: str, api_version: str = "") -> None:
        super().__init__(harmless(reason))
        self.state = state
        self.api_version = api_version


def load_plugin(found: Found, seconds: float) -> tuple[Marketplace, pluggy.PluginManager]:
    """Import a plug-in and return its description and the manager that holds it alone.

    Raises:
        Refusal: It cannot be used; says why, whatever it did.
    """
    with _refusing():
        if not usable_name(found.name):
            raise BrokenRule("its name is not made of lower case letters, digits, - and _")
        plugin = import_plugin(found, seconds)
        manager = run_bounded(partial(register, found.name, plugin), seconds, "its registration")
        said = run_bounded(manager.hook.marketplace, seconds, "its hook `marketplace`")
        return _accepted(said[0] if said else None, found.name), manager


@contextmanager
def _refusing() -> Iterator[None]:
    """Turn whatever goes wrong inside into a refusal."""
    try:
        yield
    except (KeyboardInterrupt, Refusal):
        raise
    except (BrokenRule, TookTooLong) as fault:
        raise Refusal("failed", str(fault)) from None
    except Unacceptable as fault:
        raise Refusal("failed", f"its description is not valid: {fault}") from None
    except BaseException as error:  # SystemExit at import, too
        raise Refusal("failed", described(error)) from error


def _accepted(description: object, name: str) -> Marketplace:
    """Check a description: the version first, for another one may look different."""
    if isinstance(description, Marketplace):
        fault = version_fault(description.api_version)
        if fault:
            version = version_text(description.api_version)
            raise Refusal("incompatible", fault, version)
    marketplace = admit(description, Marketplace)
    if marketplace.id != name:
        raise BrokenRule(f"it calls itself {marketplace.id!r} and its entry point {name!r}")
    return marketplace
