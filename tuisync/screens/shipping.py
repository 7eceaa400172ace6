"""The dialog that ships an order, asked from wherever an order is shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tuisync.core.actions.corrections import correct_shipment
from tuisync.core.actions.orders import ship_order
from tuisync.core.errors import TuisyncError, UsageError
from tuisync.core.models import marketplace_of
from tuisync.core.orders.telling import why_by_hand
from tuisync.core.store import schema
from tuisync.screens.dialogs.choose import Choice
from tuisync.screens.dialogs.fields import Field
from tuisync.screens.dialogs.form import Form, Values
from tuisync.widgets.plain import cut, cut_middle, plain

if TYPE_CHECKING:
    from tuisync.core.models import ShipmentPush
    from tuisync.core.remote import Capabilities
    from tuisync.core.store.port import Reader
    from tuisync.core.views.objects import OrderView, ShipmentView
    from tuisync.screens.shell import Shell


def ask_ship(shell: Shell, order: OrderView) -> None:
    """Ask for carrier, tracking number and, where the shop takes parts, the units.

    Of an order that has left, a shipment is corrected that its shop does not know of.
    """
    if order.status == "fulfilled":
        ask_correct(shell, order)
        return
    can = _capabilities(shell, order)
    if can is None:
        return
    form: Form[OrderView] = Form(
        f"Ship order {order.number}",
        _fields(can, order),
        _submit(shell, order, can),
        about=_about(order, can, by_hand=is_by_hand(shell.workspace.store, order.id)),
        verb="Ship",
    )
    shell.push_screen(form, lambda shipped: _told(shell, shipped))


_CORRECTABLE: tuple[ShipmentPush, ...] = ("failed", "owed", "manual")
"""How the shipments stand that can be corrected, the most pressing first."""


def correctable(order: OrderView) -> ShipmentView | None:
    """Return the shipment of an order to correct: one that was refused, or is yet to be told."""
    found = [each for each in order.shipments if each.push in _CORRECTABLE]
    return min(found, key=lambda each: _CORRECTABLE.index(each.push), default=None)


def ask_correct(shell: Shell, order: OrderView, shipment: str | None = None) -> None:
    """Ask for the right carrier and tracking number of a shipment its shop does not know of."""
    named = [each for each in order.shipments if each.id == shipment]
    parcel = named[0] if named else correctable(order)
    if parcel is None:
        shell.say(f"Order {order.number} has no shipment to correct.", "warning")
        return
    can = _capabilities(shell, order)
    if can is None:
        return

    def submit(values: Values) -> OrderView:
        return correct_shipment(
            shell.workspace,
            order.id,
            carrier=values["carrier"],
            tracking=values["tracking"],
            shipment=parcel.id,
        )

    form: Form[OrderView] = Form(
        f"Correct the shipment of order {order.number}",
        _tracking_fields(can, parcel),
        submit,
        about="\n".join((parcel.reason or _UNTOLD, _READ_FIRST)),
        verb="Send again" if parcel.push == "failed" else "Correct",
    )
    shell.push_screen(form, lambda sent: _sent_again(shell, sent, parcel.id))


_UNTOLD = "The shop was not told of it yet."
_READ_FIRST = "The shop is read first: a parcel it knows is not told twice."


def _sent_again(shell: Shell, order: OrderView | None, parcel: str) -> None:
    if order is not None:
        shell.say(f"Order {order.number}: corrected; {_who_tells(order, parcel)}.")


def _who_tells(order: OrderView, parcel: str) -> str:
    """Say who tells the shop of a shipment: we, or the user."""
    by_hand = any(each.id == parcel and each.push == "manual" for each in order.shipments)
    return "mark it at the shop yourself" if by_hand else "the shop is told next"


def _capabilities(shell: Shell, order: OrderView) -> Capabilities | None:
    """Return what the order's marketplace can do; None, and why is told, if it cannot say."""
    try:
        return shell.workspace.marketplaces.describe(marketplace_of(order.id)).capabilities
    except TuisyncError as error:
        shell.report(error)
        return None


def _fields(can: Capabilities, order: OrderView) -> list[Field]:
    fields = _tracking_fields(can)
    if can.partial_shipments:
        fields += [
            Field(
                f"line {line.id}",
                f"{cut_middle(plain(line.name), 24)} (of {line.quantity - line.shipped})",
                str(line.quantity - line.shipped),
                required=False,
            )
            for line in order.lines
            if line.quantity > line.shipped
        ]
    return fields


def _tracking_fields(can: Capabilities, parcel: ShipmentView | None = None) -> list[Field]:
    """Return the fields for carrier and number, with those of a parcel that is corrected."""
    carrier, number = (parcel.carrier, parcel.tracking) if parcel else (None, None)
    return [
        carrier_field(can, carrier or ""),
        Field("tracking", "Tracking number", number or "", required=can.tracking_required),
    ]


def carrier_field(
    can: Capabilities, carrier: str = "", *, key: str = "carrier", label: str = "Carrier"
) -> Field:
    """Return the field for a carrier: found by name or code, typed where none are known."""
    carriers = [Choice(each.code, each.title, each.code) for each in can.carriers]
    if carriers and not can.tracking_required:
        carriers.insert(0, Choice("", "none", ""))
    return Field(key, label, carrier, required=can.tracking_required, choices=carriers)


def _submit(shell: Shell, order: OrderView, can: Capabilities) -> Callable[[Values], OrderView]:
    def submit(values: Values) -> OrderView:
        return ship_order(
            shell.workspace,
            order.id,
            carrier=values["carrier"] or None,
            tracking=values["tracking"] or None,
            lines=_units(order, values) if can.partial_shipments else None,
        )

    return submit


def _units(order: OrderView, values: Values) -> dict[str, int] | None:
    """Return the units per SKU, or None when all that is left is sent."""
    units: dict[str, int] = {}
    whole = True
    for line in order.lines:
        left = max(0, line.quantity - line.shipped)
        text = values.get(f"line {line.id}", "0")
        if text and not text.isdecimal():
            raise UsageError(f"“{text}” is not a number of units.")
        count = int(text or 0)
        whole = whole and count == left
        sku = line.item or line.sku or ""
        if count:
            units[sku] = units.get(sku, 0) + count
    return None if whole else units


def is_by_hand(reader: Reader, id_: str) -> bool:
    """Return whether the user tells the shop of an order's parcels, and so its buyer, too."""
    order = reader.get(schema.ORDERS, id_)
    return order is not None and bool(why_by_hand(reader, order))


def _about(order: OrderView, can: Capabilities, *, by_hand: bool) -> str:
    lines = [f"{line.quantity} x {cut_middle(plain(line.name), 56)}" for line in order.lines[:4]]
    if len(order.lines) > len(lines):
        lines.append(f"and {len(order.lines) - len(lines)} more")
    to = cut(plain(order.contact.name or "the buyer"), 40)
    parts = (
        "" if can.partial_shipments else "\nThis marketplace takes one parcel for the whole order."
    )
    tells = "you tell the shop yourself" if by_hand else "the shop tells them"
    return "\n".join(lines) + f"\nto {to}; {tells}.{parts}"


def _told(shell: Shell, order: OrderView | None) -> None:
    if order is not None:
        told = _who_tells(order, order.shipments[-1].id)
        shell.say(f"Order {order.number} is shipped; {told}.")
