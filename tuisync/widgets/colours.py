"""The colours of a widget's parts, worked out against the ground they stand on."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.style import Style
from textual.screen import Screen, ScreenResultType

from tuisync.widgets.marks import TONES, Tone

if TYPE_CHECKING:
    from textual.widget import Widget


class Toned(Screen[ScreenResultType]):
    """A screen that keeps the colours of the tones for all its widgets.

    Each component class is matched against all rules whenever a screen comes in sight: with
    the tones in every widget that was half the time a key needs to another place.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"tone--{each}" for each in TONES if each != "plain"}


def style_of(widget: Widget, *names: str, tone: Tone = "plain") -> Style:
    """Return a tone's style in a widget, with some of its component classes on top, in order.

    Textual's own way leaves translucent and automatic colours as they are, which only suits a
    theme that has neither.
    """
    ground, colour, style = widget.background_colors[1], widget.colors[3], Style()
    parts = [widget.get_component_styles(name) for name in names]
    if tone != "plain":
        parts.insert(0, widget.screen.get_component_styles(f"tone--{tone}"))
    for part in parts:
        if part.has_rule("background"):
            ground += part.background
    for part in parts:
        if part.has_rule("color"):
            auto = part.auto_color
            colour = ground.get_contrast_text(part.color.a) if auto else part.color
        style += part.text_style
    return Style.from_color((ground + colour).rich_color, ground.rich_color) + style
