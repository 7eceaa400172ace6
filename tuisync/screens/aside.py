"""What lies on top of a place now and then; the first sight does not wait for any of it."""

from __future__ import annotations

from tuisync.screens.general import Settings
from tuisync.screens.help import Help
from tuisync.screens.messages import Messages
from tuisync.screens.palette import Palette, ThemeCommands, VerbCommands
from tuisync.screens.places import PLACES
from tuisync.screens.setup import Setup

__all__ = [
    "Help",
    "Messages",
    "Palette",
    "Settings",
    "Setup",
    "ThemeCommands",
    "VerbCommands",
    "import_places",
]


def import_places() -> None:
    """Import every place, so that the first way there is as quick as the next."""
    for place in PLACES:
        _ = place.screen
