"""What exactly will happen when changes are applied, in words, before it does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING

from tuisync.widgets.marks import STANDING
from tuisync.widgets.plain import cut, plain

if TYPE_CHECKING:
    from tuisync.core.models import PlannedChange
    from tuisync.core.stock.taking import Taking
    from tuisync.screens.plan_rows import PlanRow

_LAST = (
    "The shops are read first. If any of these has moved since, nothing is sent and you are told."
)


def question(rows: Sequence[PlanRow]) -> str:
    """Return the question: how many changes."""
    return f"Apply {len(rows):,} {'change' if len(rows) == 1 else 'changes'}?"


def consequences(rows: Sequence[PlanRow]) -> str:
    """Return what will happen, shop by shop."""
    lines = [
        f"{shop}: {', '.join(_of_shop([each.change for each in of_shop if each.change]))}."
        for shop, of_shop in groupby(sorted(rows, key=lambda r: r.shop), key=lambda r: r.shop)
    ]
    return "\n".join([*lines, *_warnings(rows), _LAST])


def taking_words(title: str, would: Taking) -> str:
    """Return what taking a shop's number as right does, as sentences."""
    more = would.on_hand + would.delta
    stock = f"{plain(would.sku)}: {would.on_hand:,} → {more:,} on hand in {plain(would.warehouse)}"
    if not would.delta:
        stock = f"{plain(would.sku)}: stock stays as it is"
    lines = [
        f"“{cut(plain(title), 70)}”",
        f"{plain(would.shop)} shows {would.theirs:,}, yours is {would.ours:,}.",
        f"{stock}. Nothing is sent for this variant.",
    ]
    if would.others:
        told = ", ".join(plain(each) for each in would.others)
        lines.append(f"Other variants of it get the new number, at {told}.")
    return "\n".join(lines)


def _of_shop(changes: Sequence[PlannedChange]) -> Iterator[str]:
    numbers = [each for each in changes if each.kind == "stock"]
    parcels = len(changes) - len(numbers)
    if numbers:
        yield f"{_many(len(numbers), 'number changes', 'numbers change')}{_ways(numbers)}"
    if parcels:
        told = _many(parcels, "buyer gets an e-mail", "buyers get an e-mail")
        yield f"{told} about {'a' if parcels == 1 else 'their'} parcel"


def _ways(numbers: Iterable[PlannedChange]) -> str:
    pairs = [(each.old, each.new) for each in numbers]
    known = [(old, new) for old, new in pairs if isinstance(old, int) and isinstance(new, int)]
    ways = (
        ("up", sum(new > old for old, new in known)),
        ("down", sum(0 < new < old for old, new in known)),
        ("to nothing", sum(new == 0 for _, new in known)),
    )
    return f" ({', '.join(f'{count:,} {way}' for way, count in ways if count)})"


def _warnings(rows: Sequence[PlanRow]) -> Iterator[str]:
    held = sum(row.mark == STANDING["held"] for row in rows)
    if held:
        yield _many(held, "of them was held for you.", "of them were held for you.")
    theirs = sum(row.asks for row in rows)
    if theirs:
        yield _many(
            theirs,
            "number somebody changed at the shop is overwritten.",
            "numbers somebody changed at the shop are overwritten.",
        )
    fees = {row.change.target: row.change.fee for row in rows if row.change and row.change.fee}
    if fees:
        currency = next(iter(fees.values())).currency
        total = sum((fee.amount for fee in fees.values()), Decimal())
        renewed = _many(len(fees), "listing is", "listings are")
        yield f"It costs {total} {currency}: {renewed} renewed."


def _many(count: int, one: str, several: str) -> str:
    return f"{count:,} {one if count == 1 else several}"
