"""The bottom line: the verbs of this place, as many as fit, and the way to the rest."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, ClassVar, NamedTuple, Protocol, cast

from rich.cells import cell_len
from rich.segment import Segment
from textual.keys import key_to_character
from textual.reactive import reactive
from textual.widgets import Input

from tuisync.widgets.colours import style_of
from tuisync.widgets.oneline import OneLine

if TYPE_CHECKING:
    from textual import events
    from textual.binding import Binding
    from textual.screen import Screen


_ROOMY = ("table.sort_next", "table.reverse", "app.settings", "app.quit")
"""What is named only where there is room; elsewhere the help names it."""

_WIDE = 140
"""Cells from which on a line has that room."""


class Explaining(Protocol):
    """A screen that can say why something cannot be done now."""

    def why_not(self, action: str) -> str:
        """Return the reason, or nothing when it can be done."""
        ...


class Shown(NamedTuple):
    """A verb on the bar and where it stands."""

    key: str
    display: str
    label: str
    able: bool
    start: int = 0

    @property
    def width(self) -> int:
        """Cells it takes, without the space after it."""
        return cell_len(self.display) + 1 + cell_len(self.label)


class KeyBar(OneLine):
    """One line of `key label` pairs, drawn from the bindings that are active now.

    What is bound to the screen comes first, the help and the palette stand at the right and
    are never crowded out. A click on a pair presses its key.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"keybar--key", "keybar--label", "keybar--disabled"}

    verbs: reactive[tuple[Shown, ...]] = reactive(())
    always: reactive[tuple[Shown, ...]] = reactive(())
    extras: reactive[tuple[Shown, ...]] = reactive(())

    def on_mount(self) -> None:
        """Follow the bindings of this screen."""
        self.screen.bindings_updated_signal.subscribe(self, self._bindings_changed)

    def _bindings_changed(self, screen: Screen[object]) -> None:
        if not self.is_attached or screen is not self.screen:
            return
        groups: tuple[dict[str, Shown], ...] = ({}, {}, {})
        extras: list[Shown | None] = [None] * len(_ROOMY)
        typing = isinstance(screen.focused, Input)
        for node, binding, enabled, _ in screen.active_bindings.values():
            if typing and _types(binding.key):
                continue  # it types that
            if binding.id in _ROOMY:
                extras[_ROOMY.index(binding.id)] = self._shown(binding, enabled=enabled)
            if binding.show:
                of_table = (binding.id or "").startswith("table.")
                rank = 2 if node is self.app else int(of_table)
                shown = self._shown(binding, enabled=enabled)
                groups[rank].setdefault(binding.action, shown)
        verbs = (*_in_order(screen, groups[0]), *groups[1].values())
        self.verbs = tuple(sorted(verbs, key=_leaves)) if screen.is_modal else verbs
        self.always = tuple(groups[2].values())
        self.extras = tuple(each for each in extras if each is not None)

    def _shown(self, binding: Binding, *, enabled: bool) -> Shown:
        if len(binding.key_display or "") == 1 and not _types(binding.key):
            binding = dataclasses.replace(binding, key_display=None)  # that names another key
        able = enabled
        if hasattr(self.screen, "why_not"):
            able = enabled and not cast("Explaining", self.screen).why_not(binding.action)
        key = self.app.get_key_display(binding)
        return Shown(binding.key, key, binding.description, able)

    def _laid_out(self) -> tuple[list[Shown], list[Shown]]:
        width = self.size.width - 1
        right: list[Shown] = []
        for shown in reversed(self.always):
            width -= shown.width + 2
            right.insert(0, shown._replace(start=width + 2))
        left: list[Shown] = []
        at = 1
        for shown in self.verbs:
            if at + shown.width > width:
                break
            left.append(shown._replace(start=at))
            at += shown.width + 2
        if self.size.width < _WIDE or len(left) < len(self.verbs):
            return left, right
        extras: list[Shown] = []
        for shown in reversed(self.extras):
            width -= shown.width + 2
            if width <= at:
                break
            extras.insert(0, shown._replace(start=width + 2))
        return left, [*extras, *right]

    def draw(self) -> list[Segment]:
        """Draw the pairs."""
        left, right = self._laid_out()
        segments: list[Segment] = []
        at = 0
        for shown in (*left, *right):
            segments.append(Segment(" " * (shown.start - at), self.rich_style))
            segments.extend(self._pair(shown))
            at = shown.start + shown.width
        return segments

    def _pair(self, shown: Shown) -> tuple[Segment, Segment]:
        names = ("key", "label") if shown.able else ("disabled", "disabled")
        key, label = (style_of(self, f"keybar--{name}") for name in names)
        return Segment(shown.display, key), Segment(f" {shown.label}", label)

    def on_click(self, event: events.Click) -> None:
        """Press the key under the pointer."""
        left, right = self._laid_out()
        for shown in (*left, *right):
            if shown.start <= event.x < shown.start + shown.width:
                self.app.simulate_key(shown.key)


def _types(key: str) -> bool:
    """Tell whether a key puts a character into a field."""
    character = key_to_character(key)
    return character is not None and character.isprintable()


def _leaves(shown: Shown) -> bool:
    """Tell whether it leaves a dialog: that stands last in each."""
    return shown.key == "escape"


def _in_order(screen: Screen[object], shown: dict[str, Shown]) -> list[Shown]:
    """Return what the screen itself does before what it has from its bases."""
    order = [each.action for each in getattr(screen, "VERBS", ())]
    return [shown[action] for action in dict.fromkeys((*order, *shown)) if action in shown]
