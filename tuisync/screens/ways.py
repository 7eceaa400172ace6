"""The ways through the app: to a place, to something done there, and to what lies on top of one."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from textual import on

from tuisync.screens.following import Following
from tuisync.screens.quitting import Quitting
from tuisync.widgets.header import Tabs
from tuisync.widgets.keys import keyed


def aside() -> Any:
    """Return what lies on top of places now and then, importing it at its first use."""
    return import_module("tuisync.screens.aside")


class Ways(Quitting):
    """An app one finds one's way about in."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keep the number keys to the places: not in a dialog, not in the wizard."""
        if not self.furnished and action != "quit":
            return False
        if action in {"go", "messages", "settings", "copy"}:
            return isinstance(self.screen, Following)
        return super().check_action(action, parameters)

    # -- to places ------------------------------------------------------------------------

    @on(Tabs.Chosen)
    def _chosen(self, message: Tabs.Chosen) -> None:
        if self.furnished:
            self.go(message.place)

    def action_go(self, place: str) -> None:
        """Show a place, whatever lay on top of it when it was left."""
        self.go(place)

    def go(self, place: str) -> None:
        """Show a place itself: what lies on top of it is left, so that its keys are its own."""
        if self.current_mode != place:
            self.switch_mode(place)
        while len(self.screen_stack) > 1:
            self.pop_screen()

    def do_at(self, place: str, action: str) -> None:
        """Show a place and do something there."""
        self.go(place)
        self.call_after_refresh(self._do, action)

    async def _do(self, action: str) -> None:
        screen = self.screen
        await (screen.do(action) if isinstance(screen, Following) else screen.run_action(action))

    # -- to what lies on top of one -------------------------------------------------------

    def action_help(self) -> None:
        """Show what every key does here."""
        if not isinstance(self.screen, aside().Help):
            self.push_screen(aside().Help(self.screen))

    def action_help_quit(self) -> None:
        """Say how one leaves: ctrl+c is too easily pressed to copy something."""
        self.say(f"{keyed('{app.quit}')} leaves; {keyed('{app.copy}')} copies.")

    def action_messages(self) -> None:
        """Show what was said."""
        self.push_screen(aside().Messages())

    def action_copy(self) -> None:
        """Copy what is under the cursor."""
        if isinstance(self.screen, Following):
            import_module("tuisync.screens.copying").ask_copy(self, self.screen)

    def action_settings(self) -> None:
        """Show the settings."""
        there = any(isinstance(each, aside().Settings) for each in self.screen_stack)
        if not there and not self.set_up_first():
            self.push_screen(aside().Settings())

    def do_in_settings(self, action: str) -> None:
        """Show the settings and do something there."""
        if self.standing.organized:
            self.action_settings()
            self.call_after_refresh(self._do, action)
        else:
            self.set_up_first()

    def set_up_first(self) -> bool:
        """Lead to the wizard where there is no organization yet; tell whether it did."""
        if self.standing.organized:
            return False
        self.say("Your business comes first; nothing can be kept before.")
        self.set_up()
        return True

    def set_up(self) -> None:
        """Show the wizard."""
        self.push_screen(aside().Setup(demo=self.demo))

    def action_command_palette(self) -> None:
        """Open the palette."""
        if not isinstance(self.screen, aside().Palette):
            self.push_screen(aside().Palette(id="--command-palette"))

    def search_themes(self) -> None:
        """Choose a theme, in our own palette."""
        providers, placeholder = [aside().ThemeCommands], "Search for themes…"
        self.push_screen(aside().Palette(providers=providers, placeholder=placeholder))
