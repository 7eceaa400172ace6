"""What is asked about a listing: how its item is called, and which orders follow a new link."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, get_args

from tuisync.core.actions.creation import Edits, check_edits
from tuisync.core.actions.links import link_variant
from tuisync.core.applying import create_items_fresh
from tuisync.core.orders.repoint import Repoint
from tuisync.screens.dialogs.choose import Choice, Choose
from tuisync.screens.dialogs.fields import Field
from tuisync.screens.dialogs.form import Form, Values
from tuisync.widgets.plain import cut, plain

if TYPE_CHECKING:
    from tuisync.core.views.objects import ItemView, LinkView
    from tuisync.screens.shell import Shell

_FOLLOWS = {
    "open": "open orders follow; what was sent stays where it was counted",
    "all": "all follow: what was sent is put back there and taken here",
    "none": "none follow; they stay as they are",
}


def ask_edited(shell: Shell, link: LinkView, then: Callable[[Sequence[ItemView]], None]) -> None:
    """Ask for SKU, name and price of the item to be made, then make it."""
    options = ", ".join(link.options.values())
    name = f"{link.title} - {options}" if options else link.title
    fields = [
        Field("sku", "SKU", link.sku or "", required=False, help="Empty takes a SKU of its own."),
        Field("name", "Name", plain(name)),
        Field("price", "Price", required=False, help="Empty takes the listing's."),
    ]

    def submit(values: Values) -> Edits:
        edits = Edits(values["sku"], values["name"], values["price"])
        check_edits(shell.workspace.store, edits)
        return edits

    form: Form[Edits] = Form("Make an item of it", fields, submit, verb="Create")
    shell.push_screen(form, lambda edits: _create(shell, link, edits, then))


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
