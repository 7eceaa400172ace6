"""What a screen that shows the store is to the app, which imports none of them beforehand."""

from __future__ import annotations

from tuisync.screens.leaving import Leaving


class Watching:
    """What shows something of the store on top of a place, such as a dialog."""

    def look_again(self) -> None:
        """Show what is stored now."""
        raise NotImplementedError


class Following(Leaving[None]):
    """A screen that follows what is committed."""

    @property
    def is_ready(self) -> bool:
        """There is something on it for a key to work on."""
        raise NotImplementedError

    def concerns(self, collections: frozenset[str]) -> bool:
        """Return whether a change of these collections shows here."""
        raise NotImplementedError

    def reload(self) -> None:
        """Show what is stored now."""
        raise NotImplementedError

    async def do(self, action: str) -> None:
        """Carry out an action, once there is something on the screen to do it to."""
        raise NotImplementedError
