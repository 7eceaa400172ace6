"""What becomes of listings that are unlinked, ignored or let go, and the words for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from tuisync.core.actions.links import unlink_variants
from tuisync.screens.dialogs.confirm import Confirm
from tuisync.screens.link_columns import link_title
from tuisync.screens.linking import NAMED, taken_back_by
from tuisync.widgets.plain import cut, plain

if TYPE_CHECKING:
    from tuisync.core.views.objects import LinkView
    from tuisync.core.workspace import Workspace
    from tuisync.screens.shell import Shell

Decision = Callable[["Workspace", Sequence[str]], Sequence["LinkView"]]


def decide(shell: Shell, action: Decision, variants: Sequence[str], become: str) -> None:
    """Decide about listing variants, and say what they are now."""
    shell.act(
        lambda: action(shell.workspace, variants),
        lambda views: shell.say(decided_words(views, become)),
    )


def ask_unlink(shell: Shell, links: Sequence[LinkView], then: Callable[[], None]) -> None:
    """Unlink listing variants, several only after asking; ask about ignored ones again.

    Args:
        shell: The app.
        links: The variants' links.
        then: Called before they are unlinked.
    """

    def unlink() -> None:
        then()
        become = "not linked any more" if linked else "asked about again"
        decide(shell, unlink_variants, [link.variant for link in links], become)

    linked = sum(link.item is not None for link in links)
    if linked <= 1:
        unlink()
        return
    text = (
        "Their shops keep the numbers they show; nothing is sent any more until they are "
        "linked again."
    )
    shell.push_screen(
        Confirm(f"Unlink {linked:,} variants?", text, yes="Unlink"),
        lambda sure: unlink() if sure else None,
    )


def decided_words(views: Sequence[LinkView], become: str, *, away: bool = False) -> str:
    """Return what variants are now, as a sentence, and how that is taken back."""
    back = taken_back_by(away=away)
    if len(views) > 1:
        return f"{len(views):,} variants are {become}. {back}"
    return f"{cut(plain(link_title(views[0])), NAMED)} is {become}. {back}"
