"""The settings: the organization, its warehouses, this program, your data, plug-ins."""

from __future__ import annotations

from tuisync.screens.general.screen import Settings

__all__ = ["Settings"]
