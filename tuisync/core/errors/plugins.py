"""A plug-in's own faults."""

from __future__ import annotations

from tuisync.core.errors.base import TuisyncError


class PluginError(TuisyncError):
    """A plug-in failed.

    Args:
        message: What happened.
        plugin: The plug-in's entry-point name.
        hook: The hook that was called, or empty.
        hint: What to do next.
    """

    code = "plugin_failed"
    title = "A plug-in failed"
    default_hint = "`tuisync plugins list` shows the plug-ins and what is wrong with them."

    def __init__(
        self, message: str, *, plugin: str = "", hook: str = "", hint: str | None = None
    ) -> None:
        super().__init__(message, hint=hint)
        self.plugin = plugin
        self.hook = hook


class PluginNotFound(PluginError):
    """No installed plug-in provides that marketplace."""

    code = "not_found"
    title = "No such marketplace"


class PluginLoadError(PluginError):
    """The plug-in raised while it was imported."""


class PluginIncompatible(PluginError):
    """The plug-in was made for another version of the plug-in API."""


class PluginContractError(PluginError):
    """The plug-in returned something the hook specification does not allow."""
