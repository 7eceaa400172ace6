"""Installed plug-ins, as the user sees them."""

from __future__ import annotations

from tuisync.core.views.objects.base import View


class PluginView(View, frozen=True, kw_only=True):
    """One installed plug-in and whether it works."""

    name: str
    distribution: str | None
    version: str | None
    api_version: str | None
    state: str
    error: str | None
    hooks: list[str]
