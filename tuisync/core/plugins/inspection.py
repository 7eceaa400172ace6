"""Looking a plug-in over before its first call: hooks, arguments, API version, description."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Iterator
from typing import TypeGuard

import pluggy

from tuisync.core import hookspecs
from tuisync.core.hookspecs import PROJECT
from tuisync.core.remote import API_VERSION


class BrokenRule(Exception):  # it never leaves this package
    """A plug-in breaks a rule for hooks; the message says which."""


HOOKS = (
    "marketplace",
    "authorize",
    "renew",
    "fetch_items",
    "fetch_orders",
    "push_stock",
    "push_shipment",
)
"""Every hook of the specification, in its order."""


def register(name: str, plugin: object) -> pluggy.PluginManager:
    """Return a plug-in manager that holds this plug-in and no other.

    One each: there is nothing to broadcast to, and a registration that fails leaves nothing
    behind for the others.

    Raises:
        BrokenRule: The plug-in breaks the rules for hooks; says which.
        pluggy.PluginValidationError: A hook takes an argument the specification does not have.
    """
    if inspect.isclass(plugin):
        raise BrokenRule("its entry point names a class; it must name a module or an object")
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(hookspecs)
    manager.register(plugin, name)
    for fault in faults_of(manager):
        raise BrokenRule(fault)
    return manager


def hooks_of(manager: pluggy.PluginManager) -> tuple[str, ...]:
    """Return the hooks the plug-in implements, in the specification's order."""
    return tuple(hook for hook in HOOKS if _caller(manager, hook).get_hookimpls())


def implementation(manager: pluggy.PluginManager, hook: str) -> pluggy.HookImpl | None:
    """Return the plug-in's implementation of a hook, or None."""
    found = _caller(manager, hook).get_hookimpls()
    return found[0] if found else None


def faults_of(manager: pluggy.PluginManager) -> Iterator[str]:
    """Yield what is wrong with the registered hooks, in words, worst first."""
    for caller in vars(manager.hook).values():
        if not isinstance(caller, pluggy.HookCaller):
            continue
        implementations = caller.get_hookimpls()
        if not caller.has_spec():
            if not all(found.optionalhook for found in implementations):
                yield _unknown(caller.name)
        elif len(implementations) > 1:
            yield f"it implements `{caller.name}` more than once"
        else:
            yield from (fault for found in implementations for fault in _shape(caller.name, found))
    if not _caller(manager, "marketplace").get_hookimpls():
        yield "it has no hook `marketplace`"


def version_fault(version: object) -> str | None:
    """Return why a plug-in made for that API version cannot be used, or None."""
    if not _is_version(version):
        return "it does not say which plug-in API it was made for"
    if version[0] == API_VERSION[0] and version[1] <= API_VERSION[1]:
        return None
    cure = "update tuisync" if version > API_VERSION else "update the plug-in"
    theirs, ours = version_text(version), version_text(API_VERSION)
    return f"it was made for plug-in API {theirs}, this is {ours}; {cure}"


def version_text(version: object) -> str:
    """Return an API version as `1.0`, or nothing if it is none."""
    return f"{version[0]}.{version[1]}" if _is_version(version) else ""


def _caller(manager: pluggy.PluginManager, hook: str) -> pluggy.HookCaller:
    caller: pluggy.HookCaller = getattr(manager.hook, hook)
    return caller


def _unknown(hook: str) -> str:
    near = difflib.get_close_matches(hook, HOOKS, n=1)
    guess = f"; did you mean `{near[0]}`?" if near else ""
    return f"there is no hook `{hook}`{guess}"


def _shape(hook: str, found: pluggy.HookImpl) -> Iterator[str]:
    if found.wrapper or found.hookwrapper:
        yield f"`{hook}` is a wrapper; a marketplace's hooks are plain"
    if found.kwargnames:
        yield f"`{hook}` gives `{found.kwargnames[0]}` a default; hook arguments have none"


def _is_version(version: object) -> TypeGuard[tuple[int, int]]:
    return (
        isinstance(version, tuple)
        and len(version) == len(API_VERSION)
        and all(type(part) is int and part >= 0 for part in version)
    )
