"""Keys in the order they were typed, each done before the next one is looked at.

Textual hands a key to what has the focus when the key comes, and carries out what is bound to it
some turns of the event loop later. Of keys that come together, as over SSH, from a macro or
from quick fingers, the second one would go to the list instead of to the dialog the first opens;
and a key that comes before a place has read its rows would find nothing to work on.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from textual import events
from textual.app import App

from tuisync.screens.following import Following

if TYPE_CHECKING:
    from textual.message_pump import MessagePump

_SOON = 0.005
"""Seconds between two looks at whether a screen has come up."""

_PATIENCE = 200
"""Looks after which a key goes where it can."""


class InOrder(App[int]):
    """An app that takes one key after the other."""

    def __init__(self) -> None:
        super().__init__()
        self._key_in_hand: events.Key | None = None
        self._typed_keys: deque[events.Key] = deque()

    @property
    def typing(self) -> bool:
        """A key is under way."""
        return self.is_running and (self._key_in_hand is not None or bool(self._typed_keys))

    async def on_event(self, event: events.Event) -> None:
        """Keep a key back while another one is under way."""
        if not isinstance(event, events.Key) or event.is_forwarded:
            await super().on_event(event)
        elif not self.typing and self._may_take(event):
            await self._take_key(event)
        else:
            if not self.typing:
                self.call_later(self._next_key, _PATIENCE)
            self._typed_keys.append(event)

    async def _take_key(self, key: events.Key) -> None:
        """Hand a key on; it is done when it has come up, and then what it set off has, too."""
        self._key_in_hand = key
        target = self.focused or self.screen
        await super().on_event(key)
        self._follow(target, partial(self._follow, target, self._key_done))

    def _follow(self, node: MessagePump, then: Callable[[], object]) -> None:
        """Go up from a node to the app, behind what is on its way there, and do something then."""
        parent = node._parent  # noqa: SLF001  # Textual has no other way
        up = self if node is self or parent is None else parent
        go_on = then if node is self else partial(self._follow, up, then)
        if not node.call_later(go_on):  # it is going away
            self.call_later(then)

    def _key_done(self) -> None:
        self._key_in_hand = None
        if self._typed_keys:
            self.call_later(self._next_key, _PATIENCE)

    async def _next_key(self, patience: int) -> None:
        """Take the next key, once there is something for it to work on."""
        if not self._typed_keys or self._key_in_hand is not None:
            return
        if patience and not self._may_take(self._typed_keys[0]):
            self.set_timer(_SOON, partial(self._next_key, patience - 1))
        else:
            await self._take_key(self._typed_keys.popleft())

    def _may_take(self, key: events.Key) -> bool:
        """Tell whether the screen is there, with its rows unless the key leads away from it."""
        screen = self.screen
        if not screen.is_mounted:
            return False
        if not isinstance(screen, Following) or screen.is_ready:
            return True
        bound = screen.active_bindings.get(key.key)
        return bound is not None and bound.node is self
