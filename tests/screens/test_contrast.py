"""What every theme writes can be read on every ground it is written on."""

from __future__ import annotations

import pytest
from textual.color import Color
from textual.theme import BUILTIN_THEMES

from tuisync.core.preferences.known import THEMES
from tuisync.screens.theme import OWN

GROUNDS = ("background", "surface", "panel")
TEXTS = (
    "foreground",
    "text-muted",
    "text-success",
    "text-warning",
    "text-error",
    "text-primary",
    "text-accent",
)
LEAST = 3.0
"""The contrast that large or bold text must have; a terminal's is as large as its user wants."""


def _luminance(colour: Color) -> float:
    parts = [
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4
        for part in colour.normalized
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def _contrast(one: Color, other: Color) -> float:
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("name", [each for each in THEMES if not each.startswith("ansi-")])
def test_every_tone_can_be_read_on_every_ground(name: str) -> None:
    theme = {**BUILTIN_THEMES, **{each.name: each for each in OWN}}[name]
    values = {**theme.to_color_system().generate(), **theme.variables}
    own = [each for each in TEXTS if not values[each].startswith("auto")]  # it finds its own
    colours = {key: Color.parse(values[key]) for key in (*GROUNDS, *own)}

    faint = [
        (text, ground)
        for ground in GROUNDS
        for text in own
        if _contrast(colours[ground], colours[ground] + colours[text]) < LEAST
    ]

    assert not faint
