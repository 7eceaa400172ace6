"""What is known about an installed plug-in, whether it works or not."""

from __future__ import annotations

from typing import Literal

import msgspec

PluginState = Literal["loaded", "disabled", "failed", "incompatible", "shadowed"]


class PluginRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One installed plug-in and what became of it.

    Attributes:
        name: Its entry-point name, which is the marketplace's id.
        distribution: The distribution it came with, or empty.
        version: That distribution's version, or empty.
        api_version: The plug-in API it says it was made for (`1.0`), or empty.
        state: `shadowed` means that two distributions claim its name and neither is used.
        error: Why it is not loaded, in one sentence; empty when it is.
        hooks: The hooks it implements.
    """

    name: str
    distribution: str
    version: str
    state: PluginState
    api_version: str = ""
    error: str = ""
    hooks: tuple[str, ...] = ()
