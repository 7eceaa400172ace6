"""What is asked about a listing: how its item is called, and which orders follow a new link."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, get_args

from tuisync.core.actions.creation import Edits, check_edits, made_up_skus, planned_skus
from tuisync.core.actions.links import exact_fits, link_exact, link_variant, parted_fits
from tuisync.core.applying import create_items_fresh
from tuisync.core.lookup import items_in_use
from tuisync.core.orders.repoint import Repoint
from tuisync.core.undo.choices import last_choice
from tuisync.screens.dialogs.choose import Choice, Choose
from tuisync.screens.dialogs.confirm import Confirm
from tuisync.screens.dialogs.fields import Field
from tuisync.screens.dialogs.form import Form, Values
from tuisync.screens.link_columns import link_title
from tuisync.widgets.keys import key
from tuisync.widgets.plain import counted, cut, plain

if TYPE_CHECKING:
    from tuisync.core.views.objects import CandidateView, ItemView, LinkView
    from tuisync.screens.shell import Shell

Act = Callable[[Sequence[str]], None]

_FOLLOWS = {
    "open": "open orders follow; what was sent stays where it was counted",
    "all": "all follow: what was sent is put back there and taken here",
    "none": "none follow; they stay as they are",
}


_SURE = "same SKU"
"""Why an item fits that needs no question, even where something else is in doubt."""


def taken_back_by(*, away: bool = False) -> str:
    """Return, as a sentence, the keys that take a decision about links back.

    Args:
        away: Another place than the mapping is on the screen.
    """
    there = f"{key('go.mapping')}, then " if away else ""
    return f"{there}{key('listings.undo_last_decision')} takes it back."


NAMED = 36
"""Cells of a title in a message, which has one line where the screen is narrow."""


def created_words(shell: Shell, items: Sequence[ItemView]) -> str:
    """Return which items were made, as sentences, and how that is taken back, if it can be."""
    one = len(items) == 1
    what = f"{items[0].sku} is an item now" if one else _made_words(items)
    counts = "the shop's count" if one else "the shops' counts"
    back = taken_back_by() if last_choice(shell.workspace.store, shell.workspace) else _TOO_LARGE
    return f"{what}, with {counts}. {back}"


def _made_words(items: Sequence[ItemView]) -> str:
    """Return how many items were made; where several listings have a SKU, of how many, too."""
    listings = sum(len(each.listings) for each in items)
    of = f" of {listings:,} variants" if listings > len(items) else ""
    return f"{len(items):,} items made{of}"


_TOO_LARGE = "It is too much to be taken back."


def _once_sure(shell: Shell, asked: Confirm, act: Act, variants: Sequence[str]) -> None:
    """Ask, then do it with these variants."""
    shell.push_screen(asked, lambda sure: act(variants) if sure else None)


def ask_create(shell: Shell, variants: Sequence[str], create: Act) -> None:
    """Say how many listings become items, ask, then make them.

    Args:
        shell: The app.
        variants: The listing variants' ids.
        create: Called with them.
    """
    if not variants:
        text = "What is left has the SKU of an item you have, or had"
        shell.say(f"{text}: {key('listing.link_to_any_item')} links it.", "warning")
        return
    count = counted(len(variants), "variant")

    def ask(made: Sequence[str]) -> None:
        text = (
            "Each becomes an item, or several that have the same SKU one, with its SKU and name, "
            "and is linked to it. Stock is opened with what the shop shows, so nothing changes "
            f"there.{_made_up(made)}"
        )
        _once_sure(shell, Confirm(f"Make items of {count}?", text, yes="Create"), create, variants)

    shell.act(lambda: made_up_skus(shell.workspace.store, variants), ask)


_NAMED_SKUS = 5
"""SKUs that a question names: it is to be read at a glance."""


def _made_up(skus: Sequence[str]) -> str:
    """Return, as a paragraph, which SKUs are made up; nothing where none is."""
    if not skus:
        return ""
    named, more = ", ".join(skus[:_NAMED_SKUS]), len(skus) - _NAMED_SKUS
    rest = f" and {more:,} more" if more > 0 else ""
    who = "One has no SKU and gets" if len(skus) == 1 else f"{len(skus):,} have no SKU and get"
    chooses, settings = key("listing.edit_and_create_item"), key("app.settings")
    made_of = f"New SKUs in the settings ({settings}) what they are made of"
    return f"\n{who} {named}{rest}. {chooses} lets you choose one, {made_of}."


def ask_exact(shell: Shell, marked: Sequence[str] | None, then: Callable[[], None]) -> None:
    """Say how many listings exactly one item fits, ask, then link them.

    Args:
        shell: The app.
        marked: The variants' ids; None means all that wait.
        then: Called before they are linked.
    """
    workspace = shell.workspace

    def link(fitting: Sequence[str]) -> None:
        then()
        shell.act(
            lambda: link_exact(workspace, fitting),
            lambda done: shell.say(f"{counted(len(done), 'variant')} linked. {taken_back_by()}"),
        )

    def ask(found: Mapping[str, str]) -> None:
        fitting = list(found)
        if not fitting:
            shell.say(_none_fits(parted_fits(workspace.store) if marked is None else 0), "warning")
            return
        text = (
            "Each has one item with the same SKU or the same name, and only one. Frozen orders "
            "of them go on; numbers that differ at the shop wait for your plan."
        )
        asked = Confirm(f"Link {counted(len(fitting), 'variant')}?", text, yes="Link")
        _once_sure(shell, asked, link, fitting)

    shell.act(lambda: exact_fits(workspace.store, marked), ask)


def _none_fits(parted: int) -> str:
    """Return why nothing is linked.

    Args:
        parted: Listings that fit an item from which the user unlinked them.
    """
    if not parted:
        return "None of them has exactly one item that fits."
    which, them = ("one that fits", "it") if parted == 1 else (f"{parted:,} that fit", "them")
    mark, link = key("table.select"), key("listing.link_to_exact_candidates")
    return f"You unlinked {which}: mark {them} with {mark}, then {link} links {them}."


def ask_match(shell: Shell, link: LinkView) -> None:
    """Ask which of all items a listing is, then link them."""

    def ask(choices: Sequence[Choice]) -> None:
        if not choices:
            made = f"{key('listing.create_item')} makes one of this variant."
            shell.say(f"There are no items yet: {made}", "warning")
            return
        shell.push_screen(
            Choose(f"Which item is “{cut(plain(link_title(link)), 40)}”?", choices),
            lambda sku: _link(shell, link, sku) if sku else None,
        )

    shell.act(lambda: _item_choices(shell, link), ask)


def _item_choices(shell: Shell, link: LinkView) -> list[Choice]:
    """Return all items, those that resemble the listing first."""
    alike = {each.sku: each for each in link.candidates}
    items = items_in_use(shell.workspace.store)
    return [
        *(Choice(each.sku, each.sku, f"{each.name}  {each.reason}") for each in alike.values()),
        *(Choice(item.sku, item.sku, item.name) for item in items if item.sku not in alike),
    ]


def _link(shell: Shell, link: LinkView, sku: str) -> None:
    shell.act(
        lambda: link_variant(shell.workspace, link.variant, sku),
        lambda done: shell.say(f"{cut(plain(link_title(done)), 60)} is {done.item}."),
    )


def ask_conflict(shell: Shell, link: LinkView, candidate: CandidateView) -> None:
    """Link to a candidate at once, unless that is a guess in a conflict: then ask first."""
    if link.state != "conflict" or candidate.reason == _SURE:
        _link(shell, link, candidate.sku)
        return
    text = (
        f"“{cut(plain(link_title(link)), 70)}” becomes {plain(candidate.sku)}, "
        f"{cut(plain(candidate.name), 70)}: {candidate.reason}, {candidate.score}% alike.\n"
        f"It is a conflict because: {plain(link.reason)}"
    )
    shell.push_screen(
        Confirm(f"Link it to {cut(plain(candidate.sku), 40)}?", text, yes="Link"),
        lambda sure: _link(shell, link, candidate.sku) if sure else None,
    )


def ask_edited(shell: Shell, link: LinkView, then: Callable[[Sequence[ItemView]], None]) -> None:
    """Ask for SKU, name and price of the item to be made, then make it."""

    def submit(values: Values) -> Edits:
        edits = Edits(values["sku"], values["name"], values["price"])
        check_edits(shell.workspace.store, edits)
        return edits

    def ask(skus: Mapping[str, str]) -> None:
        fields = [
            Field("sku", "SKU", skus[link.variant], help="Empty takes the one that stood here."),
            Field("name", "Name", plain(link_title(link))),
            Field("price", "Price", required=False, help="Empty takes the variant's."),
        ]
        form: Form[Edits] = Form("Make an item of it", fields, submit, verb="Create")
        shell.push_screen(form, lambda edits: _create(shell, link, edits, then))

    shell.act(lambda: planned_skus(shell.workspace.store, [link.variant]), ask)


def _create(
    shell: Shell,
    link: LinkView,
    edits: Edits | None,
    then: Callable[[Sequence[ItemView]], None],
) -> None:
    if edits is not None:
        work = create_items_fresh(shell.workspace, shell.engine_did, [link.variant], edits)
        shell.carry_out(work, then)


def ask_follow(shell: Shell, link: LinkView) -> None:
    """Ask which orders of the item it was linked to before follow the link."""
    ways: tuple[Repoint, ...] = get_args(Repoint)
    choices = [Choice(each, each, _FOLLOWS[each], each[0]) for each in ways]
    before = ", ".join(link.former)

    def chosen(answer: str | None) -> None:
        way = next((each for each in ways if each == answer), None)
        if way is not None and link.item is not None:
            shell.act(
                partial(link_variant, shell.workspace, link.variant, link.item, way),
                lambda done: shell.say(f"{cut(plain(done.title), 50)}: decided."),
            )

    title = f"Which orders of {before} follow to {link.item}?"
    shell.push_screen(Choose(title, choices), chosen)
