"""Sales orders and customers, for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tuisync.cli.pen import Cell, Pen, Value, state
from tuisync.cli.table import card, count, flexible, head, section, spare, table
from tuisync.core.views.objects import ContactView, OrderView

_ORDERS = (
    head("Id"),
    spare(head("Number")),
    head("Placed"),
    head("Status"),
    spare(head("Payment")),
    flexible("Customer"),
    spare(count("Units")),
    count("Total"),
)
_CONTACTS = (flexible("Name"), flexible("E-mail"), count("Orders"), head("Found by"))


def order_table(views: Sequence[OrderView], pen: Pen) -> Iterator[str]:
    """Yield a line per order."""
    rows = (
        (
            view.id,
            view.number,
            pen.time(view.placed_at),
            _status(view),
            view.payment.replace("_", " "),
            view.contact.name,
            sum(line.quantity for line in view.lines),
            str(view.total) if view.total else None,
        )
        for view in views
    )
    yield from table(_ORDERS, rows, pen)


def order_card(view: OrderView, pen: Pen) -> Iterator[str]:
    """Yield an order with its lines, comments and shipments."""
    yield from card(_facts(view, pen))
    yield from section("Lines", _lines(view, pen))
    yield from section("Comments", _comments(view, pen))
    yield from section("Shipments", _shipments(view, pen))


def contact_table(views: Sequence[ContactView], pen: Pen) -> Iterator[str]:
    """Yield a line per customer."""
    rows = ((view.name, view.email, view.orders, _match(view)) for view in views)
    yield from table(_CONTACTS, rows, pen)


def _facts(view: OrderView, pen: Pen) -> list[tuple[str, Value]]:
    return [
        ("Order", Cell(view.number, "strong")),
        ("Id", view.id),
        ("Shop", view.integration),
        ("Status", _status(view)),
        ("Payment", view.payment.replace("_", " ")),
        ("Fulfilment", view.fulfilment.replace("_", " ")),
        ("Warehouse", view.warehouse),
        ("Placed", pen.time(view.placed_at)),
        ("Customer", view.contact.name),
        ("E-mail", view.contact.email),
        ("Goes to", ", ".join(view.address.lines) if view.address else None),
        ("Total", str(view.total) if view.total else None),
        *_questions(view),
    ]


def _questions(view: OrderView) -> Iterator[tuple[str, Value]]:
    if view.doubt:
        yield "To decide", Cell(f"{view.doubt} See `orders decide`.", "warn")
    if view.asks_return:
        yield "Came back?", Cell("Not said yet: see `orders return`.", "warn")


def _lines(view: OrderView, pen: Pen) -> Iterator[str]:
    heads = (
        flexible("Title"),
        head("Shop's SKU"),
        head("Item"),
        count("Units"),
        count("Shipped"),
        spare(count("Back")),
        count("Each"),
    )
    rows = (
        (
            each.name,
            each.sku,
            "none needed" if each.no_item else each.item,
            each.quantity,
            each.shipped,
            each.returned or None,
            str(each.unit_price) if each.unit_price else None,
        )
        for each in view.lines
    )
    yield from table(heads, rows, pen)


def _comments(view: OrderView, pen: Pen) -> Iterator[str]:
    heads = (head("At"), head("By"), flexible("Text"))
    yield from table(heads, ((pen.time(c.at), c.by, c.text) for c in view.comments), pen)


def _shipments(view: OrderView, pen: Pen) -> Iterator[str]:
    heads = (
        head("Carrier"),
        head("Tracking"),
        head("Shipped"),
        head("Told the shop"),
        flexible("Why"),
    )
    rows = (
        (each.carrier_name, each.tracking, pen.time(each.shipped_at), state(each.push), each.reason)
        for each in view.shipments
    )
    yield from table(heads, rows, pen)


def _status(view: OrderView) -> Cell:
    """Return the order's status, or its gate while that is closed."""
    return state(view.status if view.gate == "ready" or view.status == "void" else view.gate)


def _match(view: ContactView) -> Cell:
    word = (view.matched_by or "new").replace("_", " ")
    return Cell(f"{word}, weak", "warn") if view.weak else Cell(word)
