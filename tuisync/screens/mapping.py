"""Mapping: which item stands behind each listing variant, and deciding the open ones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.containers import Vertical

from tuisync.core.actions.creation import unconfirmed_variants
from tuisync.core.actions.links import (
    ignore_variants,
    let_go,
)
from tuisync.core.applying import create_items_fresh
from tuisync.core.linking.naming import variant_title
from tuisync.core.store import schema
from tuisync.core.undo.choices import take_back_choice
from tuisync.core.views.links import link_views
from tuisync.core.views.objects import CandidateView, ItemView, LinkView
from tuisync.screens.deciding_links import ask_unlink, decide
from tuisync.screens.freshness import read_again
from tuisync.screens.grouped import Grouped
from tuisync.screens.link_columns import (
    CANDIDATE_COLUMNS,
    LINK_COLUMNS,
    OPEN_COLUMNS,
    about,
    cannot,
    no_candidates,
    searched,
)
from tuisync.screens.linking import (
    ask_conflict,
    ask_create,
    ask_edited,
    ask_exact,
    ask_follow,
    ask_match,
    created_words,
)
from tuisync.screens.marking import others_marked
from tuisync.screens.place import Place
from tuisync.screens.sheets import ask_export, ask_import
from tuisync.screens.verbs import verb
from tuisync.widgets.facts import Facts
from tuisync.widgets.finder import Finder
from tuisync.widgets.groups import ALL, Groups
from tuisync.widgets.keys import keyed
from tuisync.widgets.pills import Pills
from tuisync.widgets.rows import Rows
from tuisync.widgets.stack import Stack
from tuisync.widgets.table import Table

if TYPE_CHECKING:
    from textual.widget import Widget

    from tuisync.core.models import LinkState
    from tuisync.core.models.decisions import Choice as Decision
    from tuisync.widgets.columns import Column

UNDECIDED = ("unconfirmed", "conflict", "broken")
_OF_ONE = frozenset({"accept", "match", "edit", "follow"})
_OF_MARKED = frozenset({"create", "ignore", "let_go", "unlink"})
_WORDS = {"open": "to decide", "linked": "linked", "ignored": "ignored", ALL: "all"}
_GROUPS = {"open": UNDECIDED, "linked": ("linked",), "ignored": ("ignored",)}
_EMPTY_GROUPS = {
    "linked": "No listing variant is linked to an item yet.",
    "ignored": "No listing variant is ignored.\n"
    "{listing.ignore} says that no item stands behind one.",
}
_EMPTY = (
    "Nothing to decide here.\n"
    "Listing variants whose SKU or name fits one of your items are linked by themselves; the "
    "others come here, and you say which item they are. Press {go.marketplaces}, then "
    "{shop.sync_manually}, to fetch a shop's listings; {list.next_group} shows the linked ones."
)


class Mapping(Place[Groups[LinkView]], Grouped):
    """Listing variants left, candidates for the one under the cursor beside or below.

    Attributes:
        _waiting: The states of what waits for a decision and is not about to go by itself.
    """

    HELP = (
        "Every listing variant and the item behind it. {listing.link_to_candidate} links the one "
        "under the cursor to the first candidate; tab goes to the candidates to take another one."
    )
    PLACE: ClassVar[str] = "mapping"
    WATCHES: ClassVar[frozenset[str]] = frozenset({"links", "listings", "items", "integrations"})

    def __init__(self) -> None:
        super().__init__()
        self.group = "open"
        self._at_variant = ""
        self._waiting: set[LinkState] = set()
        self.table: Table[LinkView] = Table(OPEN_COLUMNS, empty=_EMPTY, selectable=True, id="links")
        self.candidates: Table[CandidateView] = Table(
            CANDIDATE_COLUMNS, empty=no_candidates(None), id="candidates"
        )

    def body(self) -> Iterable[Widget]:
        """Yield the groups, the variants, and the candidates with the variant's facts."""
        yield Pills()
        pane = Vertical(self.candidates, Facts(), classes="pane--detail")
        yield Stack(self.table, pane, beside=True)

    def load(self) -> Groups[LinkView]:
        """Read all links with their candidates."""
        links = link_views(self.shell.workspace.store)
        groups = Groups(
            links,
            self.named_groups(_WORDS),
            group=lambda v: group_of(v.state),
            key=lambda v: v.variant,
            text=searched,
            also=self.also(self.shell.workspace),
        )
        self.prepare_group(groups, self.group)
        return groups

    def show(self, data: Groups[LinkView]) -> None:
        """Fill the table with the chosen group."""
        self._waiting = {v.state for v in data.found("open")} & {"unconfirmed", "conflict"}
        self.show_groups(data)
        read_again(self.shell, self.table.rows)

    def nothing_in(self, group: str) -> str:
        """Say what a group is for that has no listing."""
        return _EMPTY_GROUPS.get(group, _EMPTY)

    def columns_in(self, group: str) -> Sequence[Column[LinkView]]:
        """Return what is shown; only where links are is there an item to name."""
        return OPEN_COLUMNS if group in {"open", "ignored"} else LINK_COLUMNS

    def why_not(self, action: str) -> str:
        """Say what the variant must be for a verb."""
        if action in {"create_all", "accept_exact"} and not self._waiting:
            return "Every variant is decided."
        if action == "create_all" and "unconfirmed" not in self._waiting:
            return keyed("What is left is in conflict: {listing.create_item} makes one item of it.")
        if action in _OF_ONE and (others := others_marked(self.table)):
            return others
        if action not in _OF_ONE | _OF_MARKED or (action in _OF_MARKED and self.table.selected):
            return ""
        link = self.table.row
        return cannot(action, link) if link else "There is no variant here."

    def _meant(self, action: str) -> list[LinkView]:
        """Return what is meant and can have it done; say why not where nothing can."""
        chosen = self.table.chosen
        meant = [link for link in chosen if not cannot(action, link)]
        if chosen and not meant:
            self.refuse(cannot(action, chosen[0]))
        return meant

    @verb(
        "enter", "Link", "listing: link to candidate", "Link it to the candidate under the cursor"
    )
    def action_accept(self) -> None:
        """Link the variant to the chosen candidate."""
        link, candidate = self.table.row, self.candidates.row
        if link and candidate:
            ask_conflict(self.shell, link, candidate)

    @verb(
        "A",
        "Link exact",
        "listing: link to exact candidates",
        "Link each marked variant, or every one, that exactly one item fits",
    )
    def action_accept_exact(self) -> None:
        """Link what one item alone fits: the marked variants, or all that wait."""
        marked = [link.variant for link in self.table.marked] or None
        ask_exact(self.shell, marked, lambda: self.table.select(frozenset()))

    @verb("m", "Match", "listing: link to any item", "Choose the item among all of them")
    def action_match(self) -> None:
        """Ask for the item, then link."""
        if link := self.table.row:
            ask_match(self.shell, link)

    @verb(
        "c", "Create", "listing: create item", "Make an item of each marked variant, or of this one"
    )
    def action_create(self) -> None:
        """Make items of the marked variants, or of the one under the cursor."""
        meant = [link.variant for link in self._meant("create")]
        if len(meant) == 1:
            self._create(meant)
        elif meant:
            ask_create(self.shell, meant, self._create)

    @verb(
        "C", "Create all", "listing: create all items", "Make an item of every unconfirmed variant"
    )
    def action_create_all(self) -> None:
        """Make items of all unconfirmed variants."""
        ask_create(self.shell, unconfirmed_variants(self.shell.workspace.store), self._create)

    def _create(self, variants: Sequence[str]) -> None:
        self.shell.carry_out(
            create_items_fresh(self.shell.workspace, self.shell.engine_did, variants), self._created
        )

    def _created(self, items: Sequence[ItemView]) -> None:
        self.table.select(frozenset())
        self.shell.say(created_words(self.shell, items))

    @verb("e", "Edit, create", "listing: edit and create item", "Change SKU, name or price first")
    def action_edit(self) -> None:
        """Ask what the item is to be called, then make it."""
        if link := self.table.row:
            ask_edited(self.shell, link, self._created)

    @verb(
        "o",
        "Orders",
        "listing: take orders along",
        "Say which orders of the item it was linked to before follow",
        show=False,
    )
    def action_follow(self) -> None:
        """Ask which orders follow the link."""
        if link := self.table.row:
            ask_follow(self.shell, link)

    @verb("z", "Undo", "listings: undo last decision", "Take the last decision about links back")
    def action_undo(self) -> None:
        """Take the last decision back."""
        workspace = self.shell.workspace
        self.shell.act(lambda: take_back_choice(workspace), self._taken_back)

    def _taken_back(self, choice: Decision) -> None:
        """Say so, and go to what is as it was: the next key is meant for that."""
        self.shell.say(f"Taken back: {choice.words}.")
        store = self.shell.workspace.store
        touched = (each.id for each in choice.touched if each.collection == schema.LINKS.name)
        links = filter(None, (store.get(schema.LINKS, id_) for id_ in touched))
        upper = partial(variant_title, store)
        link = min(links, key=lambda link: upper(link.id).casefold(), default=None)
        if link is not None:
            self.query_one(Finder).action_close_filter()
            self.see(group_of(link.state), link.id)

    @verb("I", "Import", "links: import", "Links from a spreadsheet, compared first", show=False)
    def action_import(self) -> None:
        """Ask for a file and show what it would change."""
        ask_import(self.shell, "links")

    @verb("X", "Export", "links: export", "All variants and links as a spreadsheet", show=False)
    def action_export(self) -> None:
        """Ask for a file to write."""
        ask_export(self.shell, "links")

    @verb("i", "Ignore", "listing: ignore", "No item stands behind it; do not ask again")
    def action_ignore(self) -> None:
        """Ignore the marked variants, or the one under the cursor."""
        if links := self._meant("ignore"):
            decide(self.shell, ignore_variants, self._taken(links), "ignored")

    @verb(
        "x",
        "Let go",
        "listing: let go",
        "It is gone from the shop: unlink it, do not ask again",
        show=False,
    )
    def action_let_go(self) -> None:
        """Let go what is gone: the marked variants, or the one under the cursor."""
        if links := self._meant("let_go"):
            decide(self.shell, let_go, self._taken(links), "let go")

    @verb(
        "u",
        "Unlink",
        "listing: unlink",
        "Take the link apart, for good; ask about an ignored one again",
        show=False,
    )
    def action_unlink(self) -> None:
        """Unlink the marked variants, or the one under the cursor; several only after asking."""
        if links := self._meant("unlink"):
            ask_unlink(self.shell, links, lambda: self.table.select(frozenset()))

    def _taken(self, links: Sequence[LinkView]) -> list[str]:
        """Return the variants, and take the marks away: they are decided now."""
        self.table.select(frozenset())
        return [link.variant for link in links]

    @on(Table.Highlighted, "#links")
    def _moved(self) -> None:
        link = self.table.row
        self.candidates.empty = no_candidates(link)
        self.candidates.fill(Rows(link.candidates if link else (), key=lambda c: c.sku))
        if link and link.variant != self._at_variant:
            # The candidate chosen for another listing, should this one have it too, is none here.
            self._at_variant = link.variant
            self.candidates.action_move_to(0)
        self.query_one(Facts).show(about(link) if link else [])
        self.candidates.display = bool(link and link.state != "linked")
        self.refresh_bindings()

    @on(Table.Changed, "#links")
    def _marked(self) -> None:
        self.refresh_bindings()

    @on(Table.Opened)
    def _opened(self) -> None:
        self.call_later(self.run_action, "accept")


def group_of(state: LinkState) -> str:
    """Return the group that links of that state are shown in."""
    return next(name for name, states in _GROUPS.items() if state in states)
