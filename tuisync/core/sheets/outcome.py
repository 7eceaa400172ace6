"""What a file would change: counted, with every single change and every fault."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from tuisync.core.sheets.reading import BadRow, Fault, Sheet
from tuisync.core.text import clean
from tuisync.core.views.objects import SheetChangeView, SheetFaultView, SheetView

Fate = Literal["created", "updated", "unchanged"]


class Change(NamedTuple):
    """One change: of what, which part of it, from and to (None for nothing)."""

    line: int
    subject: str
    what: str
    old: str | None
    new: str | None


@dataclass
class Tally:
    """Counts things, not rows: what is created once stays created, whatever its other rows say."""

    faults: list[Fault]
    fates: dict[str, Fate] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)

    def add(self, subject: str, fate: Fate, changes: Iterable[Change]) -> None:
        """Count what one row does to something."""
        known = self.fates.get(subject)
        if known is None or (known == "unchanged" and fate != "unchanged"):
            self.fates[subject] = fate
        self.changes += changes

    def bad(self, row: BadRow) -> None:
        """Note a row that cannot be taken."""
        self.faults += row.faults

    @property
    def touched(self) -> int:
        """How many things are created or changed."""
        return sum(fate != "unchanged" for fate in self.fates.values())

    def view(self, *, applied: bool) -> SheetView:
        """Return it as users see it."""
        counts = Counter(self.fates.values())
        return SheetView(
            created=counts["created"],
            updated=counts["updated"],
            unchanged=counts["unchanged"],
            errors=[
                SheetFaultView(line=each.line, column=each.column, message=clean(each.message))
                for each in sorted(self.faults)
            ],
            applied=applied,
            changes=[
                SheetChangeView(line=c.line, subject=c.subject, what=c.what, old=c.old, new=c.new)
                for c in self.changes
            ],
        )


def tally_of(sheet: Sheet) -> Tally:
    """Return the tally of a file of which nothing is looked at yet."""
    return Tally(list(sheet.faults))
