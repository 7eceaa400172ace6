"""Text on the screen that is taken literally, however it came in."""

from __future__ import annotations

from textual.widgets import Static

from tuisync.widgets.plain import plain


class Words(Static):
    """Some lines of text without markup; nothing in them is obeyed.

    Args:
        text: The text.
        classes: Style classes.
        id: Its id on the screen.
    """

    def __init__(
        self,
        text: str = "",
        *,
        classes: str | None = None,
        id: str | None = None,  # noqa: A002  # the name every Textual widget uses
    ) -> None:
        super().__init__(_harmless(text), classes=classes, id=id, markup=False)

    def say(self, text: str) -> None:
        """Show another text."""
        self.update(_harmless(text))


def _harmless(text: str) -> str:
    return "\n".join(plain(line, limit=8_000) for line in text.split("\n"))
