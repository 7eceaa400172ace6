"""The app as its user likes it: what `config.toml` says, as soon as it says so."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from textual.app import App

from tuisync.core.errors import TuisyncError
from tuisync.core.preferences.read import Read, read_preferences, told
from tuisync.screens.keynames import KeyNames
from tuisync.screens.keynotes import key_notes
from tuisync.screens.live import Live
from tuisync.screens.theme import OWN
from tuisync.widgets.keys import name_keys
from tuisync.widgets.when import write_dates

if TYPE_CHECKING:
    from textual.theme import Theme

_LOOK_AGAIN = 1.0
"""Seconds between two looks at whether the file was saved."""


class Fitted(Live):
    """An app that follows the file of preferences."""

    _stamp: tuple[int, int] | None = None

    def dress_first(self) -> None:
        """Put on the preferred theme and keys before anything is styled or named after them."""
        for theme in OWN:
            self.register_theme(theme)
        self.preferences = read_preferences(self.home.config_file).preferences
        self._take_keys()
        theme_name = self.preferences["screen.theme"]
        self.set_reactive(App.theme, theme_name)
        self._refresh_truecolor_filter(self.ansi_theme)  # `ansi-dark` is not to be translated
        dark = self.current_theme.dark
        self.set_class(dark, "-dark-mode", update=False)
        self.set_class(not dark, "-light-mode", update=False)
        self.add_class(f"-theme-{theme_name}", update=False)
        self.stylesheet.set_variables(self.get_css_variables())

    def fit(self) -> None:
        """Take the preferences on, and whenever their file changes again."""
        self._stamp = self._seen()
        self._take(read_preferences(self.home.config_file))
        self.theme_changed_signal.subscribe(self, self._theme_chosen)
        self.set_interval(_LOOK_AGAIN, self._follow_file)

    def change_preference(self, key: str, value: str) -> None:
        """Write a preference into the file; it holds at once."""
        self.act(lambda: self._write({key: value}), lambda _: self._follow_file())

    def _write(self, changes: Mapping[str, str]) -> None:
        from tuisync.core.preferences.write import set_preferences  # noqa: PLC0415  # rarely needed

        set_preferences(self.home.config_file, changes)

    def _follow_file(self) -> None:
        if (stamp := self._seen()) != self._stamp:
            self._stamp = stamp
            self._take(read_preferences(self.home.config_file))
            self.stir()

    def _seen(self) -> tuple[int, int] | None:
        try:
            found = self.home.config_file.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_ino

    def _take(self, read: Read) -> None:
        self.preferences = read.preferences
        calm = os.environ.get("SSH_CONNECTION") and self.preferences["screen.animation"] == "auto"
        still = calm or self.preferences["screen.animation"] == "none"
        self.animation_level = "none" if still else "full"
        write_dates(self.preferences["screen.dates"])
        self._take_keys()
        self.theme = self.preferences["screen.theme"]
        if read.problems:
            lines = told(self.home.config_file, read.problems)
            self.say("\n".join(lines), "warning", "Preferences")
        if self.preferences.keys:
            self.run_worker(self._tell_clashes(), exit_on_error=False)

    def _take_keys(self) -> None:
        """Bind the user's keys, and let texts on the screen name them."""
        self.set_keymap(dict(self.preferences.keys))
        self._name_keys()

    def _name_keys(self) -> None:
        names = KeyNames(self.preferences.keys, self.get_key_display)
        name_keys(names.find)

    async def _tell_clashes(self) -> None:
        """Say which verbs lost their key, once all screens are in memory."""
        notes = await asyncio.to_thread(lambda: [*key_notes(self.preferences.keys)])
        self._name_keys()
        for note in notes:
            self.say(note, "warning", "Keys")

    def _theme_chosen(self, theme: Theme) -> None:
        """Keep a theme that was chosen on the screen."""
        if theme.name != self.preferences["screen.theme"]:
            self.run_worker(self._keep_theme(theme.name), exit_on_error=False)

    async def _keep_theme(self, name: str) -> None:
        try:
            await asyncio.to_thread(self._write, {"screen.theme": name})
        except TuisyncError as error:
            self.report(error)
        else:
            self._follow_file()
