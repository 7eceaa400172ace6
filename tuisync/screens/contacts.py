"""Contacts: who bought, and how often."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on

from tuisync.core.store import schema
from tuisync.core.views.contact_list import ContactEntry, ContactList
from tuisync.screens.dialogs.choose import Choice, Choose
from tuisync.screens.order import OrderDetail
from tuisync.screens.place import Place
from tuisync.screens.verbs import verb
from tuisync.widgets.columns import Cell, Column, number
from tuisync.widgets.finder import Finder
from tuisync.widgets.plain import cut, plain
from tuisync.widgets.rows import Rows
from tuisync.widgets.table import Table
from tuisync.widgets.when import day

if TYPE_CHECKING:
    from textual.widget import Widget

_EMPTY = (
    "No contacts yet.\n"
    "Buyers become contacts when their orders come in. Press "
    "{go.marketplaces}, then {shop.sync_manually}, to sync a shop."
)


def _matched(contact: ContactEntry) -> Cell:
    if contact.weak:
        return Cell("? one by name only", "warn")
    if contact.matched_by is None:
        return Cell("new buyer", "muted")
    words = {"buyer_id": "same buyer", "email": "same e-mail", "name": "same name only"}
    return Cell(words[contact.matched_by])


def contact_columns(contacts: ContactList) -> tuple[Column[ContactEntry], ...]:
    """Return the columns of the list."""
    return (
        Column(
            "name",
            "Name",
            lambda c: Cell(c.name, "strong"),
            width=20,
            flex=2,
            widest=40,
            order=lambda c: c.text,
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
            lambda c: number(contacts.orders(c)),
            width=6,
            align="right",
            order=contacts.orders,
        ),
        Column("matched", "Known by", _matched, width=18, rank=1, order=lambda c: c.matched_by),
    )


class Contacts(Place[Rows[ContactEntry]]):
    """All contacts."""

    HELP = (
        "Everyone who bought from you. Buyers are recognised by their account, then their e-mail."
    )
    PLACE: ClassVar[str] = "contacts"
    WATCHES: ClassVar[frozenset[str]] = frozenset({"contacts", "orders"})

    def __init__(self) -> None:
        super().__init__()
        self.contacts = ContactList(self.shell.workspace.store)
        self.table: Table[ContactEntry] = Table(contact_columns(self.contacts), empty=_EMPTY)
        self._wanted = ""
        self._came_from = ""

    def body(self) -> Iterable[Widget]:
        """Yield the table."""
        yield Finder(self.table)

    def load(self) -> Rows[ContactEntry]:
        """Read the contacts."""
        contacts = self.contacts.now()
        rows = Rows(contacts, key=lambda c: c.id, text=lambda c: c.text, folded=True)
        return self.table.prepare(rows)

    def show(self, data: Rows[ContactEntry]) -> None:
        """Fill the table."""
        self.table.fill(data)
        if self._wanted:
            self.table.go_to(self._wanted)
            self._wanted = ""

    def why_not(self, action: str) -> str:
        """Say what there must be to show."""
        return "There is no contact here." if action == "orders" and self.table.row is None else ""

    @verb("enter", "Orders", "contact: show orders", "What they bought; open one of them")
    def action_orders(self) -> None:
        """List the orders of the contact under the cursor."""
        if contact := self.table.row:
            name = cut(plain(contact.name), 40)
            self.shell.act(partial(self._orders_of, contact.id), partial(self._choose, name))

    def _orders_of(self, contact: str) -> list[Choice]:
        found = self.shell.workspace.store.find(schema.ORDERS, "contact", contact)
        found.sort(key=lambda order: order.placed_at, reverse=True)
        return [
            Choice(
                order.id,
                order.number,
                f"{day(order.placed_at, self.shell.zone)}  {order.status}"
                f"{'  known by the name only' if order.matched_by == 'name' else ''}",
            )
            for order in found
            if order.visible
        ]

    def _choose(self, name: str, orders: list[Choice]) -> None:
        def chosen(order: str | None) -> None:
            if order is not None:
                self.app.push_screen(OrderDetail(order))

        if not orders:
            self.refuse(f"{name} has no sales order here.")
        elif len(orders) == 1:
            chosen(orders[0].key)
        else:
            self.app.push_screen(Choose(f"Orders of {name}", orders), chosen)

    @on(Table.Highlighted)
    def _moved(self) -> None:
        self.refresh_bindings()

    @on(Table.Opened)
    def _opened(self) -> None:
        self.action_orders()

    def see(self, contact: str, *, back: str = "") -> None:
        """Put the cursor on a contact, as soon as it is there.

        Args:
            contact: Its id.
            back: The mode that escape goes back to, as it was left.
        """
        self._wanted = contact
        self._came_from = "" if back == self.PLACE else back
        self.reload()

    @verb("escape", "Back", "screen: back", "Go back to the order you came from", show=False)
    def action_back(self) -> None:
        """Go back to what was left to see the contact, as it was."""
        if self._came_from:
            back, self._came_from = self._came_from, ""
            self.app.switch_mode(back)

    def on_screen_suspend(self) -> None:
        """Forget where one came from once one has gone elsewhere by another way."""
        self.call_later(self._left)

    def _left(self) -> None:
        if self.app.current_mode != self.PLACE:
            self._came_from = ""
