"""What the user decides about an order, asked from wherever an order is shown."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, get_args

from tuisync.core.actions.contacts import split_contact
from tuisync.core.actions.decisions import decide_order, map_line
from tuisync.core.actions.returns import return_order
from tuisync.core.errors import UsageError
from tuisync.core.lookup import items_in_use
from tuisync.core.models import OrderStatus
from tuisync.screens.dialogs.choose import Choice, Choose
from tuisync.screens.dialogs.confirm import Confirm
from tuisync.screens.dialogs.fields import Field
from tuisync.screens.dialogs.form import Form, Values
from tuisync.screens.stock import warehouses
from tuisync.widgets.keys import key
from tuisync.widgets.plain import cut, cut_middle, plain

if TYPE_CHECKING:
    from tuisync.core.views.objects import OrderLineView, OrderView
    from tuisync.screens.shell import Shell

DECISIONS = frozenset({"return", "take_back", "map", "decide", "contact", "split"})
"""Actions that are about an order; see `cannot_decide`."""

_LOST = "\x00lost"
_NO_ITEM = "\x00no item"


def cannot_decide(action: str, order: OrderView) -> str:
    """Return why something cannot be decided about an order now, or nothing."""
    ways = {
        "return": (_away(order), _nothing_away(order)),
        "take_back": (order.returns, "Nothing was said of what came back of it."),
        "map": (_mappable(order), "Each line has its item by the link of its variant."),
        "decide": (order.gate == "needs_decision", "It waits for no decision."),
        "contact": (order.contact.id, "Its shop does not tell who bought it."),
        "split": (order.matched_by == "name", "It was not matched by name alone."),
    }
    can, reason = ways.get(action, (True, ""))
    return "" if can else reason


def _nothing_away(order: OrderView) -> str:
    if order.returns:
        again = key("order.take_back_return")
        return f"All of it is accounted for: {again} takes back what was said last."
    return "Nothing of it was sent, or all is accounted for."


def ask_return(shell: Shell, order: OrderView) -> None:
    """Ask what became of what was sent: where it is again, or that it is lost."""
    places = [Choice(each.name, each.name, "in stock again") for each in warehouses(shell)]
    places.append(Choice(_LOST, "Nowhere", "will not come back; stock stays as it is"))
    fields = [Field("to", "It is in", places[0].key, choices=places)]
    fields += [
        Field(
            f"line {line.id}",
            f"{cut_middle(plain(line.name), 24)} (of {_left(line)})",
            str(_left(line)),
            required=False,
        )
        for line in _away(order)
    ]
    form: Form[OrderView] = Form(
        f"What became of order {order.number}?",
        fields,
        partial(_return, shell, order),
        about="Only you know whether it came back; no shop tells. No unit counts twice.",
        verb="Save",
    )
    shell.push_screen(form, lambda done: _told(shell, done, _answered(done)))


def _return(shell: Shell, order: OrderView, values: Values) -> OrderView:
    units: dict[str, int] = {}
    for line in _away(order):
        text = values.get(f"line {line.id}", "0") or "0"
        if not (text.isascii() and text.isdecimal() and len(text) < 10):  # noqa: PLR2004  # units
            raise UsageError(f"“{text}” is not a number of units.")
        if int(text):
            units[line.id] = int(text)
    if not units:
        raise UsageError("Say how many units, of one line at least.")
    to = None if values["to"] == _LOST else values["to"]
    return return_order(shell.workspace, order.id, to=to, lines=units)


def ask_map_line(shell: Shell, order: OrderView) -> None:
    """Ask for the line, if it may be several, and which item it is."""
    lines = _mappable(order)
    if len(lines) == 1:
        _ask_item(shell, order, lines[0])
        return
    choices = [
        Choice(line.id, cut_middle(plain(line.name), 40), line.item or "no item yet")
        for line in lines
    ]
    by_id = {line.id: line for line in lines}
    shell.push_screen(
        Choose(f"Which line of order {order.number}?", choices),
        lambda id_: _ask_item(shell, order, by_id[id_]) if id_ else None,
    )


def _ask_item(shell: Shell, order: OrderView, line: OrderLineView) -> None:
    def items() -> list[Choice]:
        found = items_in_use(shell.workspace.store)
        return [
            Choice(_NO_ITEM, "no item", "nothing you keep in stock stands behind it"),
            *(Choice(item.sku, item.sku, item.name) for item in found),
        ]

    shell.act(items, partial(_choose_item, shell, order, line))


def _choose_item(
    shell: Shell, order: OrderView, line: OrderLineView, choices: Sequence[Choice]
) -> None:
    def chosen(sku: str | None) -> None:
        if sku is not None:
            item = None if sku == _NO_ITEM else sku
            shell.act(
                lambda: map_line(shell.workspace, order.id, line.id, item),
                lambda done: _told(shell, done, "the line is decided, for this order alone"),
            )

    title = f"Which item is “{cut_middle(plain(line.name), 40)}”, in this order?"
    shell.push_screen(Choose(title, choices), chosen)


def ask_decide(shell: Shell, order: OrderView) -> None:
    """Ask what an order is that its shop left in doubt."""
    notes = {
        "confirmed": "take it as it is, to be sent",
        "fulfilled": "it has left already",
        "void": "it will not be sent; frees what is reserved",
    }
    statuses: tuple[OrderStatus, ...] = get_args(OrderStatus)
    choices = [Choice(each, each, notes[each], each[0]) for each in statuses]

    def chosen(answer: str | None) -> None:
        status = next((each for each in statuses if each == answer), None)
        if status is not None:
            shell.act(
                partial(decide_order, shell.workspace, order.id, status),
                lambda done: _told(shell, done, f"it is {done.status}"),
            )

    about = f"{plain(order.doubt)}\nNothing is sent to the shop."
    shell.push_screen(Choose(f"What is order {order.number}?", choices, about=about), chosen)


def ask_split(shell: Shell, order: OrderView) -> None:
    """Ask whether the buyer is somebody else of the same name, then make a contact of them."""
    name = cut(plain(order.contact.name or "The buyer"), 40)
    shell.push_screen(
        Confirm(
            f"Is this another {name}?",
            "The buyer of this order was taken for a contact of the same name. They become a "
            "contact of their own, with all orders of the same account.",
            yes="Another one",
        ),
        lambda yes: _split(shell, order) if yes else None,
    )


def _split(shell: Shell, order: OrderView) -> None:
    shell.act(
        lambda: split_contact(shell.workspace, order.id),
        lambda contact: shell.say(f"{cut(plain(contact.name), 40)} is a contact of their own."),
    )


def _answered(order: OrderView | None) -> str:
    """Return what was said of what was sent, to go on in a sentence, and how it is taken back."""
    text = order.comments[-1].text if order else ""
    return f"{text[:1].lower()}{text[1:]}. {key('order.take_back_return')} takes it back"


def _told(shell: Shell, order: OrderView | None, words: str) -> None:
    if order is not None:
        shell.say(f"Order {order.number}: {words}.")


def _left(line: OrderLineView) -> int:
    return line.shipped - line.returned - line.lost


def _away(order: OrderView) -> list[OrderLineView]:
    return [line for line in order.lines if _left(line) > 0]


def _mappable(order: OrderView) -> list[OrderLineView]:
    """Return the lines without an item, and those whose item was chosen for the order alone."""
    return [line for line in order.lines if line.chosen or (line.item is None and not line.no_item)]
