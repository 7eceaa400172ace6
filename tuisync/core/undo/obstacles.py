"""What came after a sync and counts on it: the reasons why it cannot be taken back."""

from __future__ import annotations

from collections.abc import Iterator

from tuisync.core.models import Link, Order
from tuisync.core.store import schema
from tuisync.core.store.port import Reader
from tuisync.core.undo.scope import Scope, links_of, made_later


def obstacles(reader: Reader, scope: Scope) -> Iterator[str]:
    """Yield, in words, what depends on what the runs made.

    What the shop told again without changing our stock depends on nothing: it is read anew.
    """
    for id_ in scope.orders:
        order = reader.get(schema.ORDERS, id_)
        if order is not None and (reason := _of_order(reader, scope, order)):
            yield reason
    later = made_later(reader, scope.runs, "orders")
    for link in links_of(reader, scope):
        if reason := _of_link(reader, link) or _of_sold(reader, scope, link, later):
            yield reason


def _of_order(reader: Reader, scope: Scope, order: Order) -> str:
    happened = {
        "was shipped here since": any(parcel.push != "none" for parcel in order.shipments),
        "was returned since": any(line.returned or line.lost for line in order.lines),
        "was mapped by hand since": any(line.chosen for line in order.lines),
        "was decided since": order.decided is not None,
        "has a comment of yours": any(comment.by == "user" for comment in order.comments),
        "moved stock since": _moved_since(reader, scope, order),
    }
    what = next((word for word, so in happened.items() if so), "")
    return what and f"order {order.number} {what}"


def _moved_since(reader: Reader, scope: Scope, order: Order) -> bool:
    moved = reader.find(schema.MOVEMENTS, "order", order.id)
    return any(movement.at > scope.ended for movement in moved)


def _of_link(reader: Reader, link: Link) -> str:
    name = f"“{_title(reader, link)}”"
    if link.opening:
        return f"an item was made of {name} since"
    if link.basis == "manual":
        return f"{name} was linked by hand since"
    if link.state == "ignored":
        return f"{name} was ignored since"
    entry = reader.get(schema.OUTBOX, f"stock:{link.listing}")
    if entry is not None and entry.state in {"in_flight", "unknown"}:
        return f"a number is being sent to {name}"
    return ""


def _of_sold(reader: Reader, scope: Scope, link: Link, later: set[str]) -> str:
    """Tell of an order that was not made by the runs and counts on the link."""
    if link.item is None:
        return ""
    for order in reader.find(schema.ORDERS, "variant", link.id):
        if order.id in later:
            return f"order {order.number} came in later and counts on “{_title(reader, link)}”"
        if order.id not in scope.orders and _moved_since(reader, scope, order):
            return f"order {order.number} moved stock since"
    return ""


def _title(reader: Reader, link: Link) -> str:
    listing = reader.get(schema.LISTINGS, link.listing)
    return listing.title if listing else link.listing
