"""Items: what there is, what is promised away, and what each shop shows of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual import on

from tuisync.core.views.items import item_views, retired_views
from tuisync.core.views.objects import ItemView
from tuisync.screens.grouped import Grouped
from tuisync.screens.item import ItemDetail
from tuisync.screens.item_columns import COLUMNS
from tuisync.screens.item_facts import item_sections
from tuisync.screens.place import Place
from tuisync.screens.retiring import ask_retire, is_retired, revive
from tuisync.screens.sheets import ask_export, ask_import
from tuisync.screens.stock import ask_adjust, ask_edit_item, ask_new_item, ask_transfer, no_transfer
from tuisync.screens.stock_undo import ask_take_back
from tuisync.screens.verbs import verb
from tuisync.widgets.facts import Facts
from tuisync.widgets.finder import Finder
from tuisync.widgets.groups import Groups
from tuisync.widgets.pills import Pills
from tuisync.widgets.stack import Stack
from tuisync.widgets.table import Table

if TYPE_CHECKING:
    from textual.widget import Widget

_EMPTY = (
    "No items yet.\n"
    "An item is one thing you keep in stock. Press {go.mapping}, then "
    "{listing.create_all_items}, to make one of every listing variant your shops have, or "
    "{item.add} to add one by hand."
)

_WORDS = {"used": "in use", "retired": "retired"}
_OF_AN_ITEM = frozenset({"detail", "why"})
_OF_GROUPS = frozenset({"next_group", "previous_group"})
_CHANGES = frozenset({"adjust", "edit", "transfer", "take_back", "retire"})
"""What is done to an item that is in use."""


class Items(Place[Groups[ItemView]], Grouped):
    """All items; those that are retired are a group of their own, once there are any."""

    HELP = (
        "What you have. Available is on hand minus committed: what is sold and not shipped yet. "
        "That number, after the shop's rules, is what shops show. {item.retire} retires what you "
        "sell no more."
    )
    PLACE: ClassVar[str] = "items"
    WATCHES: ClassVar[frozenset[str]] = frozenset({"items", "balances", "links", "listings"})

    def __init__(self) -> None:
        super().__init__()
        self.group = "used"
        self.table: Table[ItemView] = Table(COLUMNS, empty=_EMPTY)

    def body(self) -> Iterable[Widget]:
        """Yield the groups, the table and the pane for the item under the cursor."""
        pills = Pills()
        pills.display = False
        yield pills
        yield Stack(self.table, Facts(classes="pane--detail pane--extra"), beside=True)

    def load(self) -> Groups[ItemView]:
        """Read the items."""
        store = self.shell.workspace.store
        groups = Groups(
            [*item_views(store), *retired_views(store)],
            _WORDS,
            group=lambda i: "retired" if i.retired_at else "used",
            key=lambda i: i.sku,
            text=lambda i: f"{i.sku} {i.name}",
        )
        self.prepare_group(groups, self.group)
        return groups

    def show(self, data: Groups[ItemView]) -> None:
        """Fill the table; without retired items there is nothing to choose between."""
        some = len(data.rows("retired")) > 0
        self.query_one(Pills).display = some
        if not some:
            self.group = "used"
        self.show_groups(data)
        self._moved()

    def nothing_in(self, group: str) -> str:
        """Say what items are for."""
        del group
        return _EMPTY

    def see_item(self, sku: str) -> None:
        """Put the cursor on an item in use, as soon as it is there."""
        self.see("used", sku)
        self.query_one(Finder).action_close_filter()
        self.reload()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave the room in the bottom line to others where nothing is retired."""
        if action == "revive" and self.group != "retired":
            return False
        if action in _OF_GROUPS and self.why_not(action):
            return False
        return super().check_action(action, parameters)

    def why_not(self, action: str) -> str:
        """Say what there must be for a verb."""
        item = self.table.row
        if action in _OF_GROUPS and not self.query_one(Pills).display:
            return "No item is retired."
        if action not in _OF_AN_ITEM | _CHANGES | {"revive"}:
            return ""
        if item is None:
            return "There is no item here."
        if action == "revive":
            return "" if item.retired_at else f"{item.sku} is in use."
        if action in _CHANGES and (reason := is_retired(item)):
            return reason
        return no_transfer(self.shell) if action == "transfer" else ""

    @verb("enter", "Open", "item: open", "Stock per warehouse, listings and the whole story")
    def action_detail(self) -> None:
        """Open the item under the cursor."""
        if item := self.table.row:
            self.app.push_screen(ItemDetail(item.sku))

    @verb("v", "Revive", "item: revive", "Bring a retired item back into use")
    def action_revive(self) -> None:
        """Bring it back."""
        if item := self.table.row:
            revive(self.shell, item, self.see_item)

    @verb("a", "Adjust", "item: adjust stock", "Correct the units on hand, with a reason")
    def action_adjust(self) -> None:
        """Ask for the adjustment."""
        if item := self.table.row:
            ask_adjust(self.shell, item)

    @verb("t", "Transfer", "item: transfer stock", "Move units between warehouses")
    def action_transfer(self) -> None:
        """Ask for the transfer."""
        if item := self.table.row:
            ask_transfer(self.shell, item)

    @verb(
        "z",
        "Take back",
        "item: take back stock",
        "Take the last adjustment or transfer back",
        show=False,
    )
    def action_take_back(self) -> None:
        """Ask, then move as much the other way."""
        if item := self.table.row:
            ask_take_back(self.shell, item)

    @verb("w", "Why", "item: why this number", "How each number came about, step by step")
    def action_why(self) -> None:
        """Open the story of the item's numbers."""
        if item := self.table.row:
            self.app.push_screen(ItemDetail(item.sku, why=True))

    @verb("n", "New", "item: add", "Add an item by hand")
    def action_new(self) -> None:
        """Ask for the new item; before there is a business, for that."""
        if not self.shell.set_up_first():
            ask_new_item(self.shell, self.see_item)

    @verb("e", "Edit", "item: edit", "Change its SKU, name or price", show=False)
    def action_edit(self) -> None:
        """Ask for what is to be otherwise."""
        if item := self.table.row:
            ask_edit_item(self.shell, item, self.see_item)

    @verb("d", "Retire", "item: retire", "Take an item out of use, once it is empty", show=False)
    def action_retire(self) -> None:
        """Ask, then take it out of use."""
        if item := self.table.row:
            ask_retire(self.shell, item)

    @verb("i", "Import", "items: import", "Items and stock from a spreadsheet, compared first")
    def action_import(self) -> None:
        """Ask for a file and show what it would change; before there is a business, for that."""
        if not self.shell.set_up_first():
            ask_import(self.shell, "items")

    @verb("x", "Export", "items: export", "All items and their stock as a spreadsheet", show=False)
    def action_export(self) -> None:
        """Ask for a file to write."""
        ask_export(self.shell, "items")

    @on(Table.Highlighted)
    def _moved(self) -> None:
        item = self.table.row
        self.query_one(Facts).show(item_sections(item) if item else [])
        self.refresh_bindings()

    @on(Table.Opened)
    def _opened(self) -> None:
        self.action_detail()
