"""Items: what there is, what is promised away, and what each shop shows of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual import on

from tuisync.core.views.items import item_views
from tuisync.core.views.objects import ItemListingView, ItemView
from tuisync.screens.item import ItemDetail
from tuisync.screens.item_facts import item_sections
from tuisync.screens.place import Place
from tuisync.screens.sheets import ask_export, ask_import
from tuisync.screens.stock import ask_adjust, ask_edit_item, ask_new_item, ask_transfer, no_transfer
from tuisync.screens.stock_undo import ask_take_back
from tuisync.screens.verbs import verb
from tuisync.widgets.columns import Cell, Column, number, sku_column, title_column
from tuisync.widgets.facts import Facts
from tuisync.widgets.finder import Finder
from tuisync.widgets.marks import LISTING
from tuisync.widgets.rows import Rows
from tuisync.widgets.stack import Stack
from tuisync.widgets.table import Table

if TYPE_CHECKING:
    from textual.widget import Widget

    from tuisync.widgets.marks import Tone

_EMPTY = (
    "No items yet.\n"
    "An item is one thing you keep in stock. Press {go.mapping}, then "
    "{listing.create_all_items}, to make one of every listing variant your shops have, or "
    "{item.add} to add one by hand."
)

_OF_AN_ITEM = frozenset({"detail", "why", "adjust", "edit", "transfer", "take_back"})


def _available(item: ItemView) -> Cell:
    tone: Tone = "bad" if item.available < 0 else "warn" if item.available == 0 else "strong"
    return Cell(f"{item.available:,}", tone)


def _shops(item: ItemView) -> Cell:
    shops: dict[str, list[str]] = {}
    for listing in item.listings:
        shops.setdefault(listing.integration, []).append(_shows(listing))
    words = [f"{shop} {', '.join(numbers)}" for shop, numbers in shops.items()]
    return Cell(" · ".join(words) or "not for sale", _shops_tone(item))


def _shows(listing: ItemListingView) -> str:
    match listing.standing:
        case "gone" | "broken":
            return listing.standing
        case "off":
            return f"{listing.quantity} {LISTING[listing.listing_state].word}"
    return str(listing.quantity)


def _shops_tone(item: ItemView) -> Tone:
    standings = {listing.standing for listing in item.listings}
    if not standings:
        return "muted"
    if standings & {"gone", "broken"}:
        return "bad"
    if "off" in standings:
        return "warn"
    ours = max(0, item.available)
    return "busy" if any(each.quantity != ours for each in item.listings) else "good"


COLUMNS: tuple[Column[ItemView], ...] = (
    sku_column("sku", "SKU", lambda i: i.sku, tone="strong", width=20),
    title_column("name", "Name", lambda i: i.name, width=12, flex=2, rank=1, wish=25),
    Column(
        "on_hand",
        "On hand",
        lambda i: number(i.on_hand),
        width=7,
        align="right",
        order=lambda i: i.on_hand,
        short="Hand",
        snug=True,
    ),
    Column(
        "committed",
        "Committed",
        lambda i: number(i.committed, tone="accent"),
        width=9,
        align="right",
        rank=2,
        order=lambda i: i.committed,
        short="Comm.",
        snug=True,
    ),
    Column(
        "available",
        "Available",
        _available,
        width=9,
        align="right",
        order=lambda i: i.available,
        short="Avail",
        snug=True,
    ),
    Column(
        "shops",
        "Shops show",
        _shops,
        width=12,
        flex=1,
        widest=30,
        short="Shops",
        snug=True,
    ),
    Column(
        "price",
        "Price",
        lambda i: Cell(str(i.price) if i.price else "-", "muted"),
        width=12,
        align="right",
        rank=3,
        order=lambda i: i.price.amount if i.price else None,
    ),
)


class Items(Place[Rows[ItemView]]):
    """All items."""

    HELP = (
        "What you have. Available is on hand minus committed: what is sold and not shipped yet. "
        "That number, after the shop's rules, is what shops show."
    )
    PLACE: ClassVar[str] = "items"
    WATCHES: ClassVar[frozenset[str]] = frozenset({"items", "balances", "links", "listings"})

    def __init__(self) -> None:
        super().__init__()
        self.table: Table[ItemView] = Table(COLUMNS, empty=_EMPTY)
        self._wanted = ""

    def body(self) -> Iterable[Widget]:
        """Yield the table and the pane for the item under the cursor."""
        yield Stack(self.table, Facts(classes="pane--detail pane--extra"), beside=True)

    def load(self) -> Rows[ItemView]:
        """Read the items."""
        items = item_views(self.shell.workspace.store)
        rows = Rows(items, key=lambda i: i.sku, text=lambda i: f"{i.sku} {i.name}")
        return self.table.prepare(rows)

    def show(self, data: Rows[ItemView]) -> None:
        """Fill the table."""
        self.table.fill(data)
        if self._wanted in data:
            self.table.go_to(self._wanted)
            self._wanted = ""
        self._moved()

    def see(self, sku: str) -> None:
        """Put the cursor on an item, as soon as it is there."""
        self._wanted = sku
        self.query_one(Finder).action_close_filter()
        self.reload()

    def why_not(self, action: str) -> str:
        """Say what there must be for a verb."""
        if action in _OF_AN_ITEM and self.table.row is None:
            return "There is no item here."
        return no_transfer(self.shell) if action == "transfer" else ""

    @verb("enter", "Open", "item: open", "Stock per warehouse, listings and the whole story")
    def action_detail(self) -> None:
        """Open the item under the cursor."""
        if item := self.table.row:
            self.app.push_screen(ItemDetail(item.sku))

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
            ask_new_item(self.shell, self.see)

    @verb("e", "Edit", "item: edit", "Change its SKU, name or price", show=False)
    def action_edit(self) -> None:
        """Ask for what is to be otherwise."""
        if item := self.table.row:
            ask_edit_item(self.shell, item, self.see)

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
