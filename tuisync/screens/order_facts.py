"""What is said of an order: its state, what stands in its way, its buyer, lines and parcels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import tzinfo
from typing import TYPE_CHECKING

from tuisync.core.views.effects import Effect
from tuisync.screens.shipping import correctable
from tuisync.widgets.facts import Fact, Section, fact, note, section
from tuisync.widgets.keys import key, keyed
from tuisync.widgets.marks import GATE, ORDER, PAYMENT, RETURNED, SHIPMENT, UNTOLD, Mark
from tuisync.widgets.when import stamp

if TYPE_CHECKING:
    from tuisync.core.views.objects import AddressView, OrderLineView, OrderView, ShipmentView
    from tuisync.widgets.marks import Tone


def order_state(order: OrderView) -> Mark:
    """Return an order's state: its gate while something stands in its way, else its status."""
    if order.gate != "ready" and order.status == "confirmed":
        return GATE[order.gate]
    if order.status == "fulfilled" and any(each.push == "failed" for each in order.shipments):
        return UNTOLD
    if order.status == "fulfilled" and order.fulfilment == "returned":
        return RETURNED
    return ORDER[order.status]


def cannot_ship(order: OrderView) -> str:
    """Return why an order cannot be shipped now, or its shipment be corrected; or nothing."""
    if order.status == "fulfilled" and correctable(order) is not None:
        return ""
    if order.status == "fulfilled":
        told = any(each.push == "sent" for each in order.shipments)
        more = " What the shop was told of the parcel is changed there." if told else ""
        return f"Order {order.number} is shipped already.{more}"
    if order.status == "void":
        return f"Order {order.number} was cancelled."
    if order.gate == "frozen":
        return f"It is frozen: {key('go.mapping')} goes to the variant that needs an item."
    return "It waits for your decision first." if order.gate == "needs_decision" else ""


def order_sections(
    order: OrderView, zone: tzinfo, address: AddressView | None = None
) -> list[Section]:
    """Return what a pane says of an order, and where it goes if that is known."""
    return [
        section(f"Order {order.number}", _head(order, zone)),
        section("Buyer", _buyer(order, address)),
        section("Lines", [_line(each) for each in order.lines]),
        section(
            "Parcels",
            [each for parcel in order.shipments for each in _parcel(parcel, zone)]
            or [note("none yet", "muted")],
        ),
        section(
            "Comments",
            [fact(stamp(each.at, zone), f"{each.text}  ({each.by})") for each in order.comments]
            or [note("none", "muted")],
        ),
    ]


def _head(order: OrderView, zone: tzinfo) -> Iterator[Fact]:
    mark, paid = order_state(order), PAYMENT[order.payment]
    yield fact("State", mark, mark.tone)
    if order.gate == "frozen":
        words = (
            "A line has no item yet: {order.map_a_line} maps it here, {go.mapping} for all orders."
        )
        yield note(keyed(words), "warn")
    if order.doubt:
        yield note(f"{order.doubt} {key('order.decide')} decides.", "warn")
    if order.asks_return:
        yield note(f"Did the goods come back? {key('order.return')} says.", "warn")
    yield fact("Payment", paid, paid.tone)
    yield fact("Placed", stamp(order.placed_at, zone))
    yield fact("Total", order.total, "strong")
    yield fact("From", f"{order.integration}, to be sent from {order.warehouse}")


def _buyer(order: OrderView, address: AddressView | None) -> Iterator[Fact]:
    yield note(order.contact.name or "unknown", "strong")
    if order.contact.email:
        yield note(order.contact.email)
    if address is not None:
        for part in address.lines:
            yield note(part)
    if order.matched_by == "name":
        yield note(f"known by the name only: {key('order.not_this_contact')} if not them", "warn")


def _line(line: OrderLineView) -> Fact:
    parts = [f"{line.shipped} sent"] if line.shipped else []
    parts += [f"{line.returned} back"] if line.returned else []
    parts += [f"{line.lost} lost"] if line.lost else []
    item = line.item or ("none needed" if line.no_item else "no item yet")
    here = ", for this order alone" if line.chosen else ""
    done = f", {', '.join(parts)}" if parts else ""
    tone: Tone = "plain" if line.item or line.no_item else "warn"
    return fact(f"{line.quantity} x", f"{line.name}  [{item}{here}]{done}", tone)


def effect_facts(effects: Sequence[Effect], zone: tzinfo) -> list[Fact]:
    """Return what an order did to stock, line by line."""
    facts = [
        fact(
            stamp(each.at, zone) if each.at else "now",
            f"{each.units:+,} {each.sku}  {each.words}"
            if each.at
            else f"{each.units:,} {each.sku}  {each.words} in {each.warehouse}",
        )
        for each in effects
    ]
    return facts or [note("nothing: it moved no stock", "muted")]


def _parcel(parcel: ShipmentView, zone: tzinfo) -> Iterator[Fact]:
    mark = SHIPMENT[parcel.push]
    yield fact(stamp(parcel.shipped_at, zone), parcel.said or "no tracking")
    yield fact("", f"{mark}{f': {parcel.reason}' if parcel.reason else ''}", mark.tone)
    if parcel.push in {"failed", "owed"}:
        yield fact("", f"{key('order.ship')} corrects it", "accent")
