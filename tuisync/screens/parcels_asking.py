"""What exactly will be told when parcels are shipped, and whom, before it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len

from tuisync.core.orders.merge import parcel_code
from tuisync.widgets.plain import counted, cut, fit, plain

if TYPE_CHECKING:
    from tuisync.core.actions.parcels import ReadyParcel

_BUYER = 18
"""Cells a buyer's name takes at most."""


def question(parcels: Sequence[ReadyParcel]) -> str:
    """Return the question: how many orders."""
    return f"Ship {counted(len(parcels), 'order')}?"


def consequences(parcels: Sequence[ReadyParcel]) -> str:
    """Return who is e-mailed by the shop and what each is told, and what is left to the user."""
    told = [each for each in parcels if not each.by_hand]
    by_hand = [each for each in parcels if each.by_hand]
    lines = list(_twice(parcels))
    if told:
        who = "This buyer gets" if len(told) == 1 else f"These {len(told):,} buyers get"
        lines += [f"{who} an e-mail from the shop:", *_rows(told)]
    if by_hand:
        which = "this one" if len(by_hand) == 1 else f"these {len(by_hand):,}"
        lines += [f"You mark {which} at the shop yourself:", *_rows(by_hand)]
    return "\n".join(lines)


def _rows(parcels: Sequence[ReadyParcel]) -> Iterator[str]:
    number = max(cell_len(each.number) for each in parcels)
    buyers = [cut(plain(each.buyer or "the buyer"), _BUYER) for each in parcels]
    width = max(cell_len(each) for each in buyers)
    for each, buyer in zip(parcels, buyers, strict=True):
        yield f"{fit(each.number, number)}  {fit(buyer, width)}  {plain(each.said)}"


def _twice(parcels: Sequence[ReadyParcel]) -> Iterator[str]:
    """Warn of numbers that several orders have: right for one parcel, else a slip."""
    codes = Counter(parcel_code(each.to_send.number) for each in parcels)
    for code, count in codes.items():
        if code and count > 1:
            yield f"! {plain(code.upper())} is the number of {count:,} orders."
