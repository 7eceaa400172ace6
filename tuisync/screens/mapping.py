"""Mapping: which item stands behind each listing variant, and deciding the open ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.containers import Container, Vertical

from tuisync.core.actions.creation import unconfirmed_variants
from tuisync.core.actions.links import ignore_variant, link_variant, unlink_variant
from tuisync.core.applying import create_items_fresh
from tuisync.core.store import schema
from tuisync.core.views.links import link_views
from tuisync.core.views.objects import CandidateView, ItemView, LinkView
from tuisync.screens.dialogs.choose import Choice, Choose
from tuisync.screens.dialogs.confirm import Confirm
from tuisync.screens.grouped import Grouped
from tuisync.screens.place import Place
from tuisync.screens.verbs import verb
from tuisync.widgets.columns import Cell, Column, marked, number
from tuisync.widgets.facts import Facts, Section, fact, section
from tuisync.widgets.finder import Finder
from tuisync.widgets.groups import ALL, Groups
from tuisync.widgets.marks import LINK, LISTING
from tuisync.widgets.pills import Pills
from tuisync.widgets.plain import cut, plain
from tuisync.widgets.rows import Rows
from tuisync.widgets.table import Table

if TYPE_CHECKING:
    from textual.widget import Widget

    from tuisync.core.workspace import Workspace

EXACT = 100
UNDECIDED = ("unconfirmed", "conflict", "broken")
_WORDS = {"open": "to decide", "linked": "linked", "ignored": "ignored", ALL: "all"}
_GROUPS = {"open": UNDECIDED, "linked": ("linked",), "ignored": ("ignored",)}
_EMPTY = (
    "Nothing to decide here.\n"
    "Listings whose SKU or name fits one of your items are linked by themselves; the others "
    "come here, and you say which item they are. Press 1, then s, to fetch a shop's listings; "
    "right shows the linked ones."
)
_NO_CANDIDATES = (
    "No item resembles this one.\n"
    "c makes an item of it, m chooses any item, i ignores it from now on."
)


def options_words(link: LinkView) -> str:
    """Return a variant's options: `Size: S, Colour: Red`."""
    return ", ".join(f"{name}: {value}" for name, value in link.options.items())


def _title(link: LinkView) -> str:
    options = ", ".join(link.options.values())
    return f"{link.title} - {options}" if options else link.title


def _folded(link: LinkView) -> str:
    return _title(link).casefold()


_STATE: Column[LinkView] = Column(
    "state", "State", lambda v: marked(LINK[v.state]), 13, order=lambda v: v.state
)
_TITLE: Column[LinkView] = Column(
    "title", "Listing", lambda v: Cell(_title(v)), 20, flex=4, order=_folded
)
_SKU: Column[LinkView] = Column(
    "sku",
    "Shop's SKU",
    lambda v: Cell(v.sku or "-", "plain" if v.sku else "muted"),
    width=12,
    flex=1,
    widest=18,
    order=lambda v: v.sku,
)
_ITEM: Column[LinkView] = Column(
    "item",
    "Item",
    lambda v: Cell(v.item or "-", "good" if v.item else "muted"),
    width=12,
    flex=1,
    widest=18,
    order=lambda v: v.item,
)
_SHOWS: Column[LinkView] = Column(
    "shows",
    "Shows",
    lambda v: number(v.quantity),
    width=5,
    align="right",
    rank=2,
    order=lambda v: v.quantity,
)
_SHOP: Column[LinkView] = Column(
    "shop", "Shop", lambda v: Cell(v.integration, "muted"), 7, rank=3, order=lambda v: v.integration
)
OPEN_COLUMNS = (_STATE, _TITLE, _SKU, _SHOWS, _SHOP)
LINK_COLUMNS = (_STATE, _TITLE, _SKU, _ITEM, _SHOWS, _SHOP)
CANDIDATE_COLUMNS: tuple[Column[CandidateView], ...] = (
    Column(
        "score",
        "",
        lambda c: Cell(f"{c.score}%", "good" if c.score == EXACT else "muted"),
        width=4,
        align="right",
    ),
    Column("sku", "Candidates", lambda c: Cell(c.sku, "strong"), width=12, flex=1, widest=20),
    Column("name", "", lambda c: Cell(c.name), width=10, flex=3, rank=2),
    Column("reason", "", lambda c: Cell(c.reason, "muted"), width=12, rank=1),
)


class Mapping(Place[Groups[LinkView]], Grouped):
    """Listing variants left, candidates for the one under the cursor beside or below."""

    HELP = (
        "Every listing variant and the item behind it. Enter links the one under the cursor to "
        "the first candidate; tab goes to the candidates to take another one."
    )
    PLACE: ClassVar[str] = "mapping"
    WATCHES: ClassVar[frozenset[str]] = frozenset({"links", "listings", "items", "integrations"})

    def __init__(self) -> None:
        super().__init__()
        self.group = "open"
        self.table: Table[LinkView] = Table(OPEN_COLUMNS, empty=_EMPTY, selectable=True, id="links")
        self.candidates: Table[CandidateView] = Table(
            CANDIDATE_COLUMNS, empty=_NO_CANDIDATES, id="candidates"
        )

    def body(self) -> Iterable[Widget]:
        """Yield the groups, the variants, and the candidates with the variant's facts."""
        yield Pills()
        yield Container(
            Finder(self.table),
            Vertical(self.candidates, Facts(), classes="pane--detail"),
            classes="panes",
        )

    def load(self) -> Groups[LinkView]:
        """Read all links with their candidates."""
        links = link_views(self.shell.workspace.store)
        return Groups(links, _WORDS, group=_group, key=lambda v: v.variant, text=_searched)

    def show(self, data: Groups[LinkView]) -> None:
        """Fill the table with the chosen group."""
        self.show_groups(data)

    def fill_group(self) -> None:
        """Fill the table; only where links are shown is there an item to name."""
        self.table.columns = OPEN_COLUMNS if self.group in {"open", "ignored"} else LINK_COLUMNS
        super().fill_group()

    def why_not(self, action: str) -> str:
        """Say what the variant must be for a verb."""
        if action == "create_all":
            return "" if self._unconfirmed() else "Every listing is decided."
        if action not in {"accept", "match", "create", "ignore", "unlink"}:
            return ""
        link = self.table.row
        return _cannot(action, link) if link else "There is no listing here."

    def _unconfirmed(self) -> bool:
        links = self.groups.rows("open") if self.groups else ()
        return any(link.state == "unconfirmed" for link in links)

    @verb(
        "enter", "Link", "listing: link to candidate", "Link it to the candidate under the cursor"
    )
    def action_accept(self) -> None:
        """Link the variant to the chosen candidate."""
        link, candidate = self.table.row, self.candidates.row
        if link and candidate:
            self._link(link.variant, candidate.sku)

    @verb("m", "Match", "listing: link to any item", "Choose the item among all of them")
    def action_match(self) -> None:
        """Ask for the item, then link."""
        link = self.table.row
        if link is not None:
            self.shell.act(self._item_choices, partial(self._ask_item, link))

    def _item_choices(self) -> list[Choice]:
        items = sorted(self.shell.workspace.store.all(schema.ITEMS), key=lambda item: item.sku)
        return [Choice(item.sku, item.sku, item.name) for item in items]

    def _ask_item(self, link: LinkView, choices: Sequence[Choice]) -> None:
        if not choices:
            self.refuse("There are no items yet: c makes one of this listing.")
            return
        self.app.push_screen(
            Choose(f"Which item is “{cut(plain(_title(link)), 40)}”?", choices),
            lambda sku: self._link(link.variant, sku) if sku else None,
        )

    def _link(self, variant: str, sku: str) -> None:
        workspace = self.shell.workspace
        self.shell.act(
            lambda: link_variant(workspace, variant, sku),
            lambda link: self.shell.say(f"{cut(plain(link.title), 60)} is {link.item}."),
        )

    @verb(
        "c", "Create", "listing: create item", "Make an item of each marked listing, or of this one"
    )
    def action_create(self) -> None:
        """Make items of the marked variants, or of the one under the cursor."""
        self._create([link.variant for link in self.table.chosen])

    @verb(
        "C", "Create all", "listing: create all items", "Make an item of every unconfirmed listing"
    )
    def action_create_all(self) -> None:
        """Make items of all unconfirmed variants."""
        self._create(unconfirmed_variants(self.shell.workspace.store))

    def _create(self, variants: Sequence[str]) -> None:
        self.shell.carry_out(
            create_items_fresh(self.shell.workspace, self.shell.engine_did, variants), self._created
        )

    def _created(self, items: Sequence[ItemView]) -> None:
        self.table.select(frozenset())
        what = (
            f"{items[0].sku} is an item now." if len(items) == 1 else f"{len(items):,} items made."
        )
        self.shell.say(f"{what} What they show stays as it is.")

    @verb("i", "Ignore", "listing: ignore", "No item stands behind it; do not ask again")
    def action_ignore(self) -> None:
        """Ignore the marked variants, or the one under the cursor."""
        self._each(ignore_variant)

    @verb(
        "u",
        "Unlink",
        "listing: unlink",
        "Take the link apart; the pair is not linked again by itself",
        show=False,
    )
    def action_unlink(self) -> None:
        """Unlink the marked variants, or the one under the cursor; several only after asking."""
        chosen = self.table.chosen
        if len(chosen) == 1:
            self._each(unlink_variant)
            return
        text = (
            "Their shops keep the numbers they show; nothing is sent any more until they are "
            "linked again."
        )
        self.app.push_screen(
            Confirm(f"Unlink {len(chosen):,} listings?", text, yes="Unlink"),
            lambda answer: self._each(unlink_variant) if answer else None,
        )

    def _each(self, action: Callable[[Workspace, str], LinkView]) -> None:
        workspace, variants = self.shell.workspace, [link.variant for link in self.table.chosen]
        self.table.select(frozenset())
        self.shell.act(lambda: [action(workspace, variant) for variant in variants])

    @on(Table.Highlighted, "#links")
    def _moved(self) -> None:
        link = self.table.row
        self.candidates.fill(Rows(link.candidates if link else (), key=lambda c: c.sku))
        self.query_one(Facts).show(_about(link) if link else [])
        self.candidates.display = bool(link and link.state != "linked")
        self.refresh_bindings()

    @on(Table.Opened)
    def _opened(self) -> None:
        self.call_later(self.run_action, "accept")


def _cannot(action: str, link: LinkView) -> str:
    if action == "unlink":
        return "" if link.item else "It is not linked."
    if link.state == "linked":
        return "It is linked: u takes the link apart first."
    if action == "accept" and not link.candidates:
        return "No item resembles it: c makes one of it, m chooses any item."
    return ""


def _group(link: LinkView) -> str:
    return next(name for name, states in _GROUPS.items() if link.state in states)


def _searched(link: LinkView) -> str:
    return " ".join(
        (
            _title(link),
            link.sku or "",
            link.item or "",
            link.integration,
            link.listing_id,
            link.state,
        )
    )


def _about(link: LinkView) -> list[Section]:
    facts = [
        fact("Listing", link.title, "strong"),
        fact("Options", options_words(link) or "none"),
        fact("SKU there", link.sku),
        fact(
            "At the shop",
            f"{LISTING[link.listing_state]}, shows {link.quantity:,}",
            LISTING[link.listing_state].tone,
        ),
        fact("Id", f"{link.integration} {link.listing_id}", "muted"),
    ]
    if link.item:
        facts.append(fact("Item", f"{link.item} (by {link.basis})", "good"))
    if link.reason:
        facts.append(fact("Why open", link.reason, "warn"))
    return [section("", facts)]
