"""The installed plug-ins, as users see them."""

from __future__ import annotations

from collections.abc import Iterable

from tuisync.core.plugins.records import PluginRecord
from tuisync.core.views.objects import PluginView


def plugin_views(records: Iterable[PluginRecord]) -> list[PluginView]:
    """Return plug-ins, by name."""
    views = [
        PluginView(
            name=record.name,
            distribution=record.distribution or None,
            version=record.version or None,
            api_version=record.api_version or None,
            state=record.state,
            error=record.error or None,
            hooks=list(record.hooks),
        )
        for record in records
    ]
    return sorted(views, key=lambda each: (each.name, each.distribution or ""))
