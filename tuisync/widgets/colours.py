"""The colours of a widget's parts, worked out against the ground they stand on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.style import Style

if TYPE_CHECKING:
    from textual.widget import Widget


def style_of(widget: Widget, *names: str) -> Style:
    """Return the style of some of a widget's component classes, the later ones on top.

    Textual's own way leaves translucent and automatic colours as they are, which only suits a
    theme that has neither.
    """
    ground, colour, style = widget.background_colors[1], widget.colors[3], Style()
    parts = [widget.get_component_styles(name) for name in names]
    for part in parts:
        if part.has_rule("background"):
            ground += part.background
    for part in parts:
        if part.has_rule("color"):
            auto = part.auto_color
            colour = ground.get_contrast_text(part.color.a) if auto else part.color
        style += part.text_style
    return Style.from_color((ground + colour).rich_color, ground.rich_color) + style
