"""What needs the user, for people: what, why, and what mends it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from tuisync.cli.cells import fitted, width
from tuisync.cli.pen import Pen, Tone, styled
from tuisync.core.models import InboxClass
from tuisync.core.text import clean
from tuisync.core.views.objects import InboxView

_TONES: dict[InboxClass, Tone] = {
    "auth": "bad",
    "oversell": "bad",
    "decision": "bad",
    "bug": "bad",
    "rejected": "bad",
    "stale": "bad",
    "transient": "warn",
    "drift": "warn",
    "mapping": "warn",
    "review": "warn",
}
_LEAD = 11
"""Cells of the class and the gap after it; what follows is set under each other."""


def inbox_lines(views: Sequence[InboxView], pen: Pen) -> Iterator[str]:
    """Yield the lines of each row: what it is about, why, and what to do next."""
    for number, view in enumerate(views):
        if number:
            yield ""
        yield _head(view, pen)
        yield from _indented(view.message, "plain", pen)
        if view.next_at:
            yield from _indented(f"Next try {pen.time(view.next_at)}.", "muted", pen)
        yield from _indented(view.hint, "muted", pen)


def _head(view: InboxView, pen: Pen) -> str:
    facts = [view.integration or "", f"x {view.count:,}" if view.count > 1 else ""]
    since = pen.time(view.first_at)
    facts.append(f"since {since}" if since else "")
    after = "  ".join(each for each in facts if each)
    subject = clean(view.subject)
    if pen.width is not None:
        subject = fitted(subject, max(12, pen.width - _LEAD - width(after) - 2))
    lead = styled(view.kind.ljust(_LEAD), _TONES[view.kind])
    return f"{lead}{styled(subject, 'strong')}  {styled(clean(after), 'muted')}".rstrip()


def _indented(text: str, tone: Tone, pen: Pen) -> Iterator[str]:
    """Yield a text under the subject, over several lines where the terminal is narrow."""
    room = None if pen.width is None else max(20, pen.width - _LEAD)
    shown = clean(text)
    wrapped = [shown] if room is None else textwrap.wrap(shown, room, break_on_hyphens=False)
    yield from (f"{'':{_LEAD}}{styled(line, tone)}" for line in wrapped)
