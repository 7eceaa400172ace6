"""Help: what this screen is for and what every key does here, made from the bindings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from tuisync.screens.dialogs.base import Reading
from tuisync.widgets.facts import Fact, Facts, Section, fact, note, section
from tuisync.widgets.keys import keyed

if TYPE_CHECKING:
    from textual.binding import Binding
    from textual.dom import DOMNode
    from textual.screen import Screen
    from textual.widget import Widget


class Help(Reading):
    """The keys of the screen below, those of the focused thing first.

    Args:
        over: The screen it explains.
    """

    def __init__(self, over: Screen[Any]) -> None:
        super().__init__("Help")
        self.sections = _sections(over)

    def body(self) -> Iterable[Widget]:
        """Yield the text."""
        yield Facts(classes="dialog--scroll")

    def on_mount(self) -> None:
        """Show it."""
        facts = self.query_one(Facts)
        facts.show(self.sections)
        facts.focus()


def _sections(over: Screen[Any]) -> list[Section]:
    about = getattr(over, "HELP", None)
    sections = [section("", [note(keyed(about))])] if about else []
    groups: dict[str, list[Fact]] = {"Here": [], "In the table or text": [], "Everywhere": []}
    for node, bindings in _by_action(over):
        group = _group(node, bindings[0], over)
        groups[group].append(_line(over, bindings))
    return [*sections, *(section(title, facts) for title, facts in groups.items() if facts)]


def _by_action(over: Screen[Any]) -> Iterator[tuple[DOMNode, list[Binding]]]:
    found: dict[tuple[DOMNode, str], list[Binding]] = {}
    for active in over.active_bindings.values():
        if active.binding.description:
            found.setdefault((active.node, active.binding.action), []).append(active.binding)
    for (node, _), bindings in found.items():
        yield node, bindings


def _group(node: DOMNode, binding: Binding, over: Screen[Any]) -> str:
    if node is over:
        verbs = {each.action for each in getattr(over, "VERBS", ())}
        return "Here" if binding.action in verbs else "Everywhere"
    return "Everywhere" if node is over.app else "In the table or text"


def _line(over: Screen[Any], bindings: list[Binding]) -> Fact:
    keys = dict.fromkeys(over.app.get_key_display(each) for each in bindings)
    first = bindings[0]
    return fact(" ".join(list(keys)[:2]), first.tooltip or first.description)
