"""The host: which plug-ins there are, and a handle on the one asked for.

A plug-in that cannot be used is a record with a reason, never an exception for the others:
only who asks for it by name hears of it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import repeat

from tuisync.core.errors import PluginError, PluginIncompatible, PluginLoadError, PluginNotFound
from tuisync.core.plugins.discovery import ALLOW_LIST, Found, by_name, installed
from tuisync.core.plugins.handle import Patience, PluginHandle
from tuisync.core.plugins.inspection import hooks_of, version_text
from tuisync.core.plugins.loading import Refusal, load_plugin
from tuisync.core.plugins.records import PluginRecord
from tuisync.core.remote import Marketplace
from tuisync.core.text import clean


@dataclass(frozen=True)
class _Loaded:
    records: tuple[PluginRecord, ...]
    handle: PluginHandle | None = None

    @property
    def record(self) -> PluginRecord:
        return self.records[0]


class PluginHost:
    """Every installed plug-in, each loaded when it is first asked for.

    Args:
        found: The entry points to go by; None looks for the installed ones.
        allowed: The names that may load; None allows all.
        patience: How long plug-ins may take.
    """

    def __init__(
        self,
        found: Iterable[Found] | None = None,
        *,
        allowed: frozenset[str] | None = None,
        patience: Patience | None = None,
    ) -> None:
        self._given = found
        self._allowed = allowed
        self._patience = patience or Patience()
        self._loaded: dict[str, _Loaded] = {}
        self._lock = threading.RLock()

    @classmethod
    def of(cls, patience: Patience | None = None, /, **plugins: object) -> PluginHost:
        """Return a host of these modules or objects, by name: what tests want."""
        found = [Found(name=name, load=repeat(plugin).__next__) for name, plugin in plugins.items()]
        return cls(found, patience=patience)

    def names(self) -> tuple[str, ...]:
        """Return the names of the plug-ins there are, sorted; imports none of them."""
        return tuple(self._found)

    def usable(self) -> tuple[str, ...]:
        """Return the names of the plug-ins that work, sorted; imports all of them."""
        return tuple(name for name in self._found if self._load(name).handle)

    def records(self) -> list[PluginRecord]:
        """Return what became of every plug-in, sorted by name; imports all of them."""
        return [record for name in self._found for record in self._load(name).records]

    def load(self, name: str) -> PluginRecord:
        """Import the plug-in, once, and return what became of it.

        Raises:
            PluginNotFound: There is none of that name.
        """
        if name not in self._found:
            raise _not_found(name, self.names())
        return self._load(name).record

    def describe(self, name: str) -> Marketplace:
        """Return what the plug-in says of itself; raises as `handle` does."""
        return self.handle(name).marketplace

    def handle(self, name: str) -> PluginHandle:
        """Return the handle on one plug-in.

        Raises:
            PluginNotFound: There is none of that name; the hint lists those there are.
            PluginIncompatible: It was made for another version of the plug-in API.
            PluginLoadError: It cannot be used for any other reason.
        """
        record = self.load(name)
        handle = self._loaded[name].handle
        if handle is None:
            raise _unusable(record)
        return handle

    @cached_property
    def _found(self) -> dict[str, tuple[Found, ...]]:
        return by_name(installed() if self._given is None else self._given)

    def _load(self, name: str) -> _Loaded:
        with self._lock:
            if name not in self._loaded:
                self._loaded[name] = self._attempt(self._found[name])
            return self._loaded[name]

    def _attempt(self, claims: tuple[Found, ...]) -> _Loaded:
        """Load a plug-in if it may and can be, and record why if not."""
        found = claims[0]
        if len(claims) > 1:
            return _Loaded(tuple(_shadowed(claim, claims) for claim in claims))
        if self._allowed is not None and found.name not in self._allowed:
            return _Loaded((_refused(found, Refusal("disabled", f"{ALLOW_LIST} omits it")),))
        try:
            marketplace, manager = load_plugin(found, self._patience.load)
        except Refusal as refusal:
            return _Loaded((_refused(found, refusal),))
        record = PluginRecord(
            name=found.name,
            distribution=found.distribution,
            version=found.version,
            state="loaded",
            api_version=version_text(marketplace.api_version),
            hooks=hooks_of(manager),
        )
        return _Loaded((record,), PluginHandle(marketplace, manager, self._patience))


def _refused(found: Found, refusal: Refusal) -> PluginRecord:
    return PluginRecord(
        name=clean(found.name),
        distribution=found.distribution,
        version=found.version,
        state=refusal.state,
        api_version=refusal.api_version,
        error=str(refusal),
    )


def _shadowed(claim: Found, claims: tuple[Found, ...]) -> PluginRecord:
    rivals = " and ".join(sorted(one.distribution or "?" for one in claims))
    return _refused(claim, Refusal("shadowed", f"{rivals} both provide it; uninstall one"))


def _not_found(name: str, names: tuple[str, ...]) -> PluginNotFound:
    hint = f"Installed: {', '.join(names)}." if names else "Install a marketplace plug-in first."
    return PluginNotFound(f"No plug-in provides the marketplace {name!r}.", plugin=name, hint=hint)


def _unusable(record: PluginRecord) -> PluginError:
    kind = PluginIncompatible if record.state == "incompatible" else PluginLoadError
    return kind(f"The plug-in {record.name!r} cannot be used: {record.error}.", plugin=record.name)
