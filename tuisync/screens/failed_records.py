"""The records behind a row of the inbox: what could not be taken in, whichever sync met it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from tuisync.core.views.history import failed_records
from tuisync.screens.alike import ALIKE, Alike
from tuisync.screens.records import BatchRecords, Records, searched
from tuisync.widgets.groups import Groups
from tuisync.widgets.words import Words

if TYPE_CHECKING:
    from tuisync.core.views.objects import RecordView


class FailedRecords(Records):
    """Exactly what a row of the inbox stands for; what has come in leaves it.

    Args:
        alike: The row.
    """

    HELP = "What could not be taken in, and why. It leaves this list as soon as it comes in."
    WATCHES: ClassVar[frozenset[str]] = frozenset({"failures"})

    def __init__(self, alike: Alike) -> None:
        super().__init__("", ALIKE)
        self.alike = alike

    def load(self) -> BatchRecords:
        """Read what failed and has not come in since."""
        workspace = self.shell.workspace
        groups: Groups[RecordView] = Groups(
            failed_records(workspace.store, self.also(workspace)[ALIKE]),
            self.named_groups({}),
            group=lambda _: ALIKE,
            key=lambda r: r.id,
            text=searched,
        )
        self.prepare_group(groups, self.group)
        return BatchRecords([], groups)

    def show(self, data: BatchRecords) -> None:
        """Fill the table."""
        self.query_one("#summary", Words).say("What could not be taken in, whichever sync met it")
        self.show_groups(data.records)

    def why_not(self, action: str) -> str:
        """Say that there is one group alone."""
        if action in {"failed", "all"}:
            return "Only what failed is listed here."
        return super().why_not(action)
