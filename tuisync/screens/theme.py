"""The app's own themes: a quiet ground, one warm accent, states one can tell apart."""

from __future__ import annotations

from dataclasses import replace

from textual.theme import BUILTIN_THEMES, Theme

INK = Theme(
    name="ink",
    primary="#6cb6d9",
    secondary="#8f9fd6",
    accent="#e8a85c",
    foreground="#d5dae3",
    background="#11151c",
    surface="#171c25",
    panel="#1e2531",
    success="#86c58b",
    warning="#e2b95f",
    error="#ee7d7d",
    dark=True,
    variables={
        "border": "#33405a",
        "border-blurred": "#273042",
        "block-cursor-background": "#2b3a52",
        "block-cursor-foreground": "#f2f5fa",
        "block-cursor-text-style": "none",
        "block-cursor-blurred-background": "#222b3a",
        "block-cursor-blurred-foreground": "#d5dae3",
        "block-cursor-blurred-text-style": "none",
        "block-hover-background": "#1f2836",
        "input-cursor-background": "#e8a85c",
        "input-selection-background": "#6cb6d9 30%",
        "scrollbar": "#33405a",
        "scrollbar-hover": "#465777",
        "scrollbar-active": "#6cb6d9",
        "scrollbar-background": "#151a22",
        "scrollbar-background-hover": "#151a22",
        "scrollbar-background-active": "#151a22",
        "scrollbar-corner-color": "#151a22",
        "text-muted": "#8592a6",
        "text-primary": "#6cb6d9",
        "text-accent": "#e8a85c",
        "text-success": "#86c58b",
        "text-warning": "#e2b95f",
        "text-error": "#ee7d7d",
        "text-disabled": "#717d92",
    },
)
"""Dark, with the warmth of paper in lamp light; readable in 256 colours too."""

PAPER = Theme(
    name="paper",
    primary="#1f6f9c",
    secondary="#4d5aa8",
    accent="#a4560b",
    foreground="#22262e",
    background="#faf7f1",
    surface="#f1ece2",
    panel="#e6dfd1",
    success="#2c7434",
    warning="#8a5d00",
    error="#b3261e",
    dark=False,
    variables={
        "border": "#c4b9a4",
        "border-blurred": "#d8cfbf",
        "block-cursor-background": "#cfdfe8",
        "block-cursor-foreground": "#14171c",
        "block-cursor-text-style": "none",
        "block-cursor-blurred-background": "#e2ded4",
        "block-cursor-blurred-foreground": "#22262e",
        "block-cursor-blurred-text-style": "none",
        "block-hover-background": "#ebe5d9",
        "input-cursor-background": "#a4560b",
        "input-selection-background": "#1f6f9c 25%",
        "scrollbar": "#c4b9a4",
        "scrollbar-hover": "#a99d86",
        "scrollbar-active": "#1f6f9c",
        "scrollbar-background": "#f1ece2",
        "scrollbar-background-hover": "#f1ece2",
        "scrollbar-background-active": "#f1ece2",
        "scrollbar-corner-color": "#f1ece2",
        "text-muted": "#626a76",
        "text-primary": "#1f6f9c",
        "text-accent": "#a4560b",
        "text-success": "#2c7434",
        "text-warning": "#8a5d00",
        "text-error": "#b3261e",
        "text-disabled": "#7b828d",
    },
)
"""Light, for a sunny desk."""


def _readable(name: str, **variables: str) -> Theme:
    """Return a theme of Textual's with the colours that one can read on all its grounds."""
    theme = BUILTIN_THEMES[name]
    given = {key.replace("_", "-"): value for key, value in variables.items()}
    return replace(theme, variables={**theme.variables, **given})


MENDED = (
    _readable("ansi-dark", text_primary="ansi_cyan", text_error="ansi_bright_red"),
    _readable("ansi-light", text_success="ansi_default"),
    _readable(
        "atom-one-light",
        panel="#e2e2e4",
        text_success="#2a6a12",
        text_warning="#66590b",
        text_muted="#5f6066",
    ),
    _readable(
        "textual-light",
        panel="#dcdcdc",
        text_success="#1d6332",
        text_warning="#784a06",
        text_accent="#784a06",
    ),
)
"""Textual's, whose green, yellow or blue one could not read on a light ground or a dark one."""

OWN = (INK, PAPER, *MENDED)
"""The themes that come with the app, and those it mends."""
