"""The app's own theme: a quiet dark ground, one warm accent, states one can tell apart."""

from __future__ import annotations

from textual.theme import Theme

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
        "text-disabled": "#5a6577",
    },
)
"""Dark, with the warmth of paper in lamp light; readable in 256 colours too."""
