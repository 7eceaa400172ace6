"""The columns of the plan, and a row of it in full."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tuisync.core.planned import Line
from tuisync.widgets.columns import Cell, Column, marked, sku_column, title_column
from tuisync.widgets.facts import Section, fact, section

if TYPE_CHECKING:
    from tuisync.core.models import PlannedChange
    from tuisync.screens.plan_rows import PlanRow


_KINDS = {
    "here": "only here",
    "there": "at the shop",
    "both": "here and at the shop",
    "reactivated": "paused by us, put up for sale again at the shop",
}


def _title(row: PlanRow) -> Cell:
    if row.line is None:
        return Cell(row.title, "accent")
    return Cell(f"  {row.title}" if row.nested else row.title)


def _arrow(row: PlanRow) -> Cell:
    change = row.change
    if change is None:
        return Cell("")
    old = "-" if change.old is None else str(change.old)
    if row.is_ignored:
        return Cell(f"{old}, yours {change.new}", "muted")
    done = row.line is not None and row.line.standing == "sent"
    return Cell(f"{old} → {change.parcel or change.new}", "muted" if done else "strong")


def _because(row: PlanRow) -> Cell:
    if row.line is None:
        return Cell(row.about, "muted")
    return Cell(why(row.line), "muted")


def why(line: Line) -> str:
    """Return why a change is there, or what stands in its way."""
    told = line.reason if line.standing in {"refused", "moved", "waiting"} else ""
    return told or line.change.reason


COLUMNS: tuple[Column[PlanRow], ...] = (
    title_column(
        "title",
        "Shop, listing or order",
        lambda r: r.title if r.line else None,
        cell=_title,
        short="Listing or order",
    ),
    sku_column(
        "sku",
        "Item",
        lambda r: r.change.sku if r.change else None,
        cell=lambda r: Cell((r.change.sku or "-") if r.change else "", "muted"),
        rank=2,
    ),
    Column("change", "Shows → will show", _arrow, width=17, short="Was → will", snug=True),
    Column(
        "standing",
        "State",
        lambda r: marked(r.mark),
        width=16,
        order=lambda r: r.mark.word if r.line else None,
        snug=True,
    ),
    Column("reason", "Because", _because, width=14, flex=2, widest=200, rank=1, snug=True),
)


def in_full(row: PlanRow) -> Section:
    """Return all there is to say of a row."""
    change, line = row.change, row.line
    if change is None or line is None:
        return section("", [fact(row.shop, row.about), fact("space", "marks all of its changes")])
    facts = [fact("Of", f"{change.title} at {row.shop}", "strong"), fact("Because", why(line))]
    if change.kind == "stock":
        facts.append(fact("Numbers", _numbers(row, change)))
    if change.fee is not None:
        cost = f"{change.fee.amount} {change.fee.currency}, charged by the marketplace"
        facts.append(fact("Costs", cost, "warn"))
    return section("", facts)


def _numbers(row: PlanRow, change: PlannedChange) -> str:
    if row.line is not None and row.line.standing == "sent":
        return f"the shop showed {change.old}, it shows {change.new} now"
    level = "unknown" if row.level is None else f"{row.level:,}"
    told = f"yours {change.new}, the shop's {change.old}, level last at {level}"
    return f"{told}; changed {_KINDS[change.drift]}" if change.drift else told
