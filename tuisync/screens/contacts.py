"""Contacts: who bought, and how often."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from tuisync.core.views.contacts import contact_views
from tuisync.core.views.objects import ContactView
from tuisync.screens.place import Place
from tuisync.widgets.columns import Cell, Column, number
from tuisync.widgets.finder import Finder
from tuisync.widgets.rows import Rows
from tuisync.widgets.table import Table

if TYPE_CHECKING:
    from textual.widget import Widget

_EMPTY = (
    "No contacts yet.\n"
    "Buyers become contacts when their orders come in. Press 1, then s, to sync a shop."
)


def _matched(contact: ContactView) -> Cell:
    if contact.matched_by is None:
        return Cell("new with the order", "muted")
    words = {"buyer_id": "same buyer", "email": "same e-mail", "name": "same name only"}
    return Cell(words[contact.matched_by], "warn" if contact.weak else "plain")


COLUMNS: tuple[Column[ContactView], ...] = (
    Column(
        "name",
        "Name",
        lambda c: Cell(c.name, "strong"),
        width=20,
        flex=2,
        widest=40,
        order=lambda c: c.name.casefold(),
    ),
    Column(
        "email",
        "E-mail",
        lambda c: Cell(c.email or "-", "plain" if c.email else "muted"),
        width=20,
        flex=2,
        widest=44,
        order=lambda c: c.email,
    ),
    Column(
        "orders",
        "Orders",
        lambda c: number(c.orders),
        width=6,
        align="right",
        order=lambda c: c.orders,
    ),
    Column("matched", "Known by", _matched, width=18, rank=1, order=lambda c: c.matched_by),
)


class Contacts(Place[Rows[ContactView]]):
    """All contacts."""

    HELP = (
        "Everyone who bought from you. Buyers are recognised by their account, then their e-mail."
    )
    PLACE: ClassVar[str] = "contacts"
    WATCHES: ClassVar[frozenset[str]] = frozenset({"contacts", "orders"})

    def __init__(self) -> None:
        super().__init__()
        self.table: Table[ContactView] = Table(COLUMNS, empty=_EMPTY)

    def body(self) -> Iterable[Widget]:
        """Yield the table."""
        yield Finder(self.table)

    def load(self) -> Rows[ContactView]:
        """Read the contacts."""
        contacts = contact_views(self.shell.workspace.store)
        return Rows(
            contacts, key=lambda c: c.id, text=lambda c: f"{c.name} {c.email or ''}"
        ).indexed()

    def show(self, data: Rows[ContactView]) -> None:
        """Fill the table."""
        self.table.fill(data)
