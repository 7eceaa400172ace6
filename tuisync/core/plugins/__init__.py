"""The plug-in host: finds plug-ins, keeps them apart, and calls one of them at a time.

Nothing outside this package touches pluggy. Callers ask `PluginHost.handle(name)` for a typed
handle; what comes back through it has been validated and made inert, and what goes wrong is
one of `tuisync.core.errors`.
"""

from tuisync.core.plugins.discovery import Found
from tuisync.core.plugins.host import PluginHost
from tuisync.core.plugins.records import PluginRecord, PluginState

__all__ = ["Found", "PluginHost", "PluginRecord", "PluginState"]
