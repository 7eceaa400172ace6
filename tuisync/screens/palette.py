"""The command palette: every verb of every place, named `noun: verb`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from textual.command import CommandList, CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.theme import ThemeProvider

from tuisync.screens.general import Settings
from tuisync.screens.leaving import Leaving
from tuisync.screens.place import Place
from tuisync.screens.places import PLACES, place_verbs
from tuisync.widgets.keys import key

if TYPE_CHECKING:
    from textual.worker import Worker

    from tuisync.screens.shell import Shell
    from tuisync.screens.verbs import Verb


class Palette(CommandPalette, Leaving[None]):
    """Textual's palette, made safe against quick fingers.

    Its list cannot be paged before it has been laid out, and a search that outlives the
    palette must not end the app.
    """

    def run_worker(self, *arguments: Any, **options: Any) -> Worker[Any]:
        """Run a search whose failure only ends the search."""
        return super().run_worker(*arguments, **{**options, "exit_on_error": False})

    def _action_command_list(self, action: str) -> None:
        if any(commands.scrollable_content_region for commands in self.query(CommandList)):
            super()._action_command_list(action)


class ThemeCommands(ThemeProvider):
    """The themes there are."""


class _Command(NamedTuple):
    title: str
    run: Callable[[], Any]
    help: str


class VerbCommands(Provider):
    """The verbs of this place first, then the places, then the verbs of other places."""

    async def discover(self) -> Hits:
        """Offer everything, before anything is typed."""
        for command in self._commands():
            yield DiscoveryHit(command.title, command.run, help=command.help)

    async def search(self, query: str) -> Hits:
        """Offer what matches."""
        matcher = self.matcher(query)
        for command in self._commands():
            score = matcher.match(command.title)
            if score > 0:
                title = matcher.highlight(command.title)
                yield Hit(score, title, command.run, help=command.help)

    def _commands(self) -> Iterator[_Command]:
        shell = cast("Shell", self.app)
        here = self.screen
        known: set[str] = set()
        if isinstance(here, Place):
            for each in here.VERBS:
                known.add(each.command)
                yield self._here(here, each)
        for place in PLACES:
            go = partial(shell.go, place.name)
            yield _Command(
                f"go: {place.title.lower()}", go, f"Show {place.title} ({key(f'go.{place.name}')})"
            )
        for place, each in place_verbs():
            if each.command not in known:
                known.add(each.command)
                do = partial(shell.do_at, place.name, each.action)
                yield _Command(each.command, do, each.help)
        for each in Settings.VERBS:
            if each.command not in known and each.action != "back":
                known.add(each.command)
                yield _Command(each.command, partial(shell.do_in_settings, each.action), each.help)
        for command, action, help_ in shell.extras():
            yield _Command(command, partial(shell.run_action, action), help_)
        for command in ("app: help", "app: messages", "app: settings", "app: theme", "app: quit"):
            action = command.removeprefix("app: ").replace("theme", "change_theme")
            yield _Command(command, partial(shell.run_action, action), "")

    def _here(self, place: Place[Any], each: Verb) -> _Command:
        reason = place.why_not(each.action)
        help_ = f"Not now: {reason}" if reason else each.help
        return _Command(each.command, partial(place.run_action, each.action), help_)
