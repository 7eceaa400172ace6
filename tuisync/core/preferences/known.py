"""Every preference there is, declared once: file, schema, checks and screen are made of this."""

from __future__ import annotations

from dataclasses import dataclass

THEMES = (
    "ink",
    "paper",
    "ansi-dark",
    "ansi-light",
    "atom-one-dark",
    "atom-one-light",
    "catppuccin-frappe",
    "catppuccin-latte",
    "catppuccin-macchiato",
    "catppuccin-mocha",
    "dracula",
    "flexoki",
    "gruvbox",
    "monokai",
    "nord",
    "rose-pine",
    "rose-pine-dawn",
    "rose-pine-moon",
    "solarized-dark",
    "solarized-light",
    "textual-dark",
    "textual-light",
    "tokyo-night",
)
"""Names of the themes; the two `ansi` ones use the terminal's own colours."""


@dataclass(frozen=True)
class Preference:
    """One thing one can prefer.

    Attributes:
        key: Its name, with the table it stands in: `screen.theme`.
        title: What it is called on the screen.
        about: A sentence about it.
        choices: The values it can have, the default first; `on` and `off` are booleans.
        live: It takes effect at once, not at the next start.
    """

    key: str
    title: str
    about: str
    choices: tuple[str, ...]
    live: bool = True

    @property
    def table(self) -> str:
        """The TOML table it stands in."""
        return self.key.partition(".")[0]

    @property
    def name(self) -> str:
        """Its name in that table."""
        return self.key.partition(".")[2]

    @property
    def default(self) -> str:
        """What holds when nothing is said."""
        return self.choices[0]

    @property
    def switch(self) -> bool:
        """It is true or false in the file."""
        return set(self.choices) == {"on", "off"}


KNOWN: tuple[Preference, ...] = (
    Preference(
        "screen.theme",
        "Theme",
        "The colours. ansi-dark and ansi-light are those your terminal has itself.",
        THEMES,
    ),
    Preference(
        "screen.animation",
        "Animation",
        "auto moves things softly, except over SSH; none never does.",
        ("auto", "full", "none"),
    ),
    Preference(
        "screen.mouse",
        "Mouse",
        "off leaves the mouse to the terminal, as for marking text with it.",
        ("on", "off"),
        live=False,
    ),
    Preference(
        "screen.dates",
        "Dates",
        "iso is 2026-03-12, day-first 12.03.2026, month-first 03/12/2026.",
        ("iso", "day-first", "month-first"),
    ),
    Preference(
        "screen.clipboard",
        "Clipboard",
        "terminal copies by the sequence OSC 52, also over SSH and in tmux; file writes a file.",
        ("terminal", "file"),
    ),
    Preference(
        "log.level",
        "Log",
        "How much is written to the log file.",
        ("warning", "error", "info", "debug"),
        live=False,
    ),
)

KEYS = "keys"
"""The table of keys: a verb's id and the key, or several with commas, that do it."""

BY_KEY = {each.key: each for each in KNOWN}
