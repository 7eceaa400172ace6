"""What the one key of a row of the inbox does, and where the row's cause is at home."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from tuisync.core import lookup
from tuisync.core.actions.again import read_again
from tuisync.core.actions.links import let_go
from tuisync.core.actions.pushes import drop_push, retry_push
from tuisync.core.actions.syncs import request_sync
from tuisync.core.models import REFUSED
from tuisync.core.store import schema
from tuisync.core.views.orders import order_view
from tuisync.screens.alike import alike
from tuisync.screens.deciding import ask_decide, ask_map_line, ask_return
from tuisync.screens.deciding_links import decided_words
from tuisync.screens.details import Details
from tuisync.screens.dialogs.confirm import Confirm
from tuisync.screens.failed_records import FailedRecords
from tuisync.screens.grouped import Grouped
from tuisync.screens.item import ItemDetail
from tuisync.screens.order import OrderDetail
from tuisync.screens.setup import SignInAgain
from tuisync.screens.shipping import ask_correct

if TYPE_CHECKING:
    from tuisync.core.views.objects import InboxView, OrderView
    from tuisync.screens.shell import Shell

Act = Callable[["Shell", "InboxView"], None]

WORDS: Mapping[str, str] = {
    "sign_in": "sign in again",
    "sync": "sync now",
    "resync": "read it again",
    "send_again": "send it again",
    "correct": "correct it and send it again",
    "map": "choose an item",
    "let_go": "let it go",
    "decide": "decide",
    "return": "say what came back",
    "ship_there": "see the order",
    "count": "see the item",
    "review": "see the plan",
    "drift": "answer",
}
"""What the key does, in words, by the kind of fix."""


def fix(shell: Shell, row: InboxView) -> None:
    """Do what mends a row's cause, or go where it is done."""
    _FIXES[row.fix.does](shell, row)


def open_cause(shell: Shell, row: InboxView) -> None:
    """Show where a row's cause is at home."""
    _HOMES[row.fix.does](shell, row)


def _sign_in(shell: Shell, row: InboxView) -> None:
    shop = lookup.integration(shell.workspace.store, row.fix.ids[0])
    shell.push_screen(SignInAgain(shop.marketplace, shop.name))


def _sync(shell: Shell, row: InboxView) -> None:
    shell.act(
        lambda: request_sync(
            shell.workspace, ["items", "orders"], integration=row.fix.ids[0], only=True
        ),
        lambda _: shell.say(f"Asked for items and orders of {row.integration}."),
    )


def _read_again(shell: Shell, row: InboxView) -> None:
    shell.act(
        lambda: read_again(shell.workspace, row.fix.ids),
        lambda _: shell.say(f"Asked for {row.subject} again."),
    )


def _send_again(shell: Shell, row: InboxView) -> None:
    shell.act(
        lambda: [retry_push(shell.workspace, each) for each in row.fix.ids],
        lambda _: shell.say(f"{row.subject}: sent again as soon as the engine gets to it."),
    )


def ask_correct_push(shell: Shell, id_: str) -> None:
    """Ask for what is right of a shipment that was refused, then send it again."""
    entry = shell.workspace.store.get(schema.OUTBOX, id_)
    if entry is not None:
        order = order_view(shell.workspace.store, entry.target)
        ask_correct(shell, order, entry.shipment)


def _correct(shell: Shell, row: InboxView) -> None:
    """Correct the one that was refused; where it is many, list them."""
    if len(row.fix.ids) == 1:
        ask_correct_push(shell, row.fix.ids[0])
    else:
        _push(shell, row)


def _review(shell: Shell, _: InboxView) -> None:
    _see(shell, "plan", "held")


def _drift(shell: Shell, row: InboxView) -> None:
    if _is_many(row):
        _see_alike(shell, "plan", row)
    else:
        _see(shell, "plan", "drift", row.fix.ids)


def _map(shell: Shell, row: InboxView) -> None:
    if _is_many(row):
        _see_alike(shell, "mapping", row)
    else:
        _see(shell, "mapping", "linked" if _has_item(shell, row) else "open", row.fix.ids)


def _has_item(shell: Shell, row: InboxView) -> bool:
    links = [shell.workspace.store.get(schema.LINKS, each) for each in row.fix.ids[:1]]
    return any(link is not None and link.state == "linked" for link in links)


def _choose(shell: Shell, row: InboxView) -> None:
    """Ask which item the first of the listings is; one that has an item is shown."""
    _map(shell, row)
    if not _has_item(shell, row):
        shell.do_at("mapping", "match")


def _let_go(shell: Shell, row: InboxView) -> None:
    shell.act(
        lambda: let_go(shell.workspace, row.fix.ids),
        lambda views: shell.say(decided_words(views, "let go", away=True)),
    )


def _see(shell: Shell, place: str, group: str, keys: Sequence[str] = ()) -> None:
    """Show a place at a group of its rows, with the cursor on the first of these."""
    shell.go(place)
    screen = shell.screen
    if isinstance(screen, Grouped):
        screen.see(group, keys[0] if keys else "")


def _is_many(row: InboxView) -> bool:
    return len(row.fix.ids) > 1


def _see_alike(shell: Shell, place: str, row: InboxView) -> None:
    """Show a place at exactly what a row stands for."""
    shell.go(place)
    screen = shell.screen
    if isinstance(screen, Grouped):
        screen.see_alike(alike(row))


def ask_drop(shell: Shell, named: str, ids: Sequence[str]) -> None:
    """Ask whether to give pushes up, then do it."""
    what = "this" if len(ids) == 1 else f"any of these {len(ids):,}"
    about = (
        f"The shop is not told of {what}. A number is owed again once it changes or differs at "
        "the shop; a shipment is not, so mark it there yourself."
    )
    shell.push_screen(
        Confirm(f"Give up {named}?", about, yes="Give up"),
        lambda yes: _drop(shell, ids) if yes else None,
    )


def _drop(shell: Shell, ids: Sequence[str]) -> None:
    shell.act(
        lambda: [drop_push(shell.workspace, each) for each in ids],
        lambda given_up: shell.say(f"Given up: {len(given_up):,}."),
    )


def _shop(shell: Shell, row: InboxView) -> None:
    shell.push_screen(Details(row.integration or row.fix.ids[0]))


def _shop_or_listings(shell: Shell, row: InboxView) -> None:
    """Show the listings that a sync would read anew, else the shop."""
    if row.kind == "mapping":
        _see_alike(shell, "mapping", row)
    else:
        _shop(shell, row)


def _records(shell: Shell, row: InboxView) -> None:
    shell.push_screen(FailedRecords(alike(row)))


def _order(shell: Shell, row: InboxView) -> None:
    """Open the order; where it is many, the list of them."""
    if len(row.fix.ids) == 1:
        shell.push_screen(OrderDetail(row.fix.ids[0]))
    else:
        _see_alike(shell, "orders", row)


def _decide(shell: Shell, row: InboxView) -> None:
    """Ask what the order is, or which item its line is; where it is many, list them."""
    order = _only_order(shell, row)
    if order is not None and order.gate == "needs_decision":
        ask_decide(shell, order)
    elif order is not None and order.frozen:
        ask_map_line(shell, order)
    else:
        _order(shell, row)


def _return(shell: Shell, row: InboxView) -> None:
    """Ask what came back of the order; where it is many, list them."""
    order = _only_order(shell, row)
    if order is None:
        _order(shell, row)
    else:
        ask_return(shell, order)


def _only_order(shell: Shell, row: InboxView) -> OrderView | None:
    return order_view(shell.workspace.store, row.fix.ids[0]) if len(row.fix.ids) == 1 else None


def _item(shell: Shell, row: InboxView) -> None:
    shell.push_screen(ItemDetail(row.fix.ids[0], why=True))


def _push(shell: Shell, row: InboxView) -> None:
    """Open the order whose parcel it is, else the outbox."""
    if _is_many(row):
        _see_alike(shell, "outbox", row)
        return
    entry = shell.workspace.store.get(schema.OUTBOX, row.fix.ids[0])
    if entry is not None and entry.kind == "shipment":
        shell.push_screen(OrderDetail(entry.target))
    else:
        given_up = entry is not None and entry.state in REFUSED
        _see(shell, "outbox", "refused" if given_up else "owed", row.fix.ids)


_HOMES: Mapping[str, Act] = {
    "sign_in": _shop,
    "sync": _shop_or_listings,
    "resync": _records,
    "send_again": _push,
    "correct": _push,
    "map": _map,
    "let_go": _map,
    "decide": _order,
    "return": _order,
    "ship_there": _order,
    "count": _item,
    "review": _review,
    "drift": _drift,
}
_FIXES: Mapping[str, Act] = {
    **_HOMES,
    "sign_in": _sign_in,
    "sync": _sync,
    "resync": _read_again,
    "decide": _decide,
    "return": _return,
    "send_again": _send_again,
    "correct": _correct,
    "let_go": _let_go,
    "map": _choose,
}
