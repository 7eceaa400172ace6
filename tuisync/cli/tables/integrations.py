"""Connected shops, for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tuisync.cli.pen import Cell, Pen, Value, attention, state, trouble
from tuisync.cli.table import card, count, flexible, head, section, spare, table
from tuisync.core.stock.rules import RULE_ORDER
from tuisync.core.views.objects import IntegrationView

_HEADS = (
    head("Name"),
    flexible("Shop"),
    head("Status"),
    head("Last sync"),
    spare(head("Next sync")),
    spare(count("Linked")),
    count("Unconfirmed"),
    spare(count("Frozen")),
    count("Owed"),
)


def integration_table(views: Sequence[IntegrationView], pen: Pen) -> Iterator[str]:
    """Yield a line per integration."""
    rows = (
        (
            view.name,
            view.shop_name,
            _status(view),
            pen.time(view.last_sync_at) or "never",
            pen.time(view.next_sync_at),
            view.counts.linked,
            attention(view.counts.unconfirmed + view.counts.conflict),
            attention(view.counts.frozen_orders),
            attention(view.counts.owed_pushes),
        )
        for view in views
    )
    yield from table(_HEADS, rows, pen)


def integration_card(view: IntegrationView, pen: Pen) -> Iterator[str]:
    """Yield all there is to know of an integration."""
    yield from card(_facts(view, pen))
    yield from section("Stock", card(_stock(view)))
    yield from section("Links and orders", card(_counts(view)))
    yield from section("Calls", card(_budget(view, pen)))


def _facts(view: IntegrationView, pen: Pen) -> list[tuple[str, Value]]:
    reason: list[tuple[str, Value]] = [("Why", view.status_reason)] if view.status_reason else []
    return [
        ("Name", Cell(view.name, "strong")),
        ("Shop", f"{view.shop_name} ({view.shop_id})"),
        ("Account", view.account_id),
        ("Status", _status(view)),
        *reason,
        ("Sign-in ends", pen.time(view.sign_in_ends_at)),
        ("Currency", view.currency),
        ("Every", f"{view.interval_minutes} minutes"),
        ("Connected", pen.time(view.connected_at)),
        ("Last sync", pen.time(view.last_sync_at) or "never"),
        ("Next sync", pen.time(view.next_sync_at)),
    ]


def _status(view: IntegrationView) -> Cell:
    """Return the status, or what there is to know beyond that of an active shop."""
    if view.status == "active" and view.missed:
        return Cell("not reached", "bad")
    if view.status == "active" and view.on_vacation:
        return Cell("on vacation", "warn")
    return state(view.status)


def _stock(view: IntegrationView) -> list[tuple[str, Value]]:
    rules = {name: getattr(view.rules, name) for name in RULE_ORDER}
    set_ = ", ".join(f"{name} {value}" for name, value in rules.items() if value is not None)
    return [
        ("Stock sync", state(view.stock_sync)),
        ("Shipments", "you tell the shop" if view.shipments == "manual" else "told"),
        *([("Why", view.shipments_reason)] if view.shipments_reason else []),
        ("Warehouse", view.warehouse or "all of them"),
        ("Rules", set_),
        ("Drift", view.drift),
        ("Renew sold out", "yes" if view.renew_sold_out else "no"),
    ]


def _counts(view: IntegrationView) -> list[tuple[str, Value]]:
    counts = view.counts
    return [
        ("Linked", counts.linked),
        ("Unconfirmed", attention(counts.unconfirmed)),
        ("In conflict", attention(counts.conflict)),
        ("Ignored", counts.ignored),
        ("Broken", trouble(counts.broken)),
        ("Frozen orders", attention(counts.frozen_orders)),
        ("Pushes owed", attention(counts.owed_pushes)),
    ]


def _budget(view: IntegrationView, pen: Pen) -> list[tuple[str, Value]]:
    budget = view.budget
    minutes = budget.lasts_minutes
    facts: list[tuple[str, Value]] = [
        ("A second", budget.limit_per_second),
        ("A day", budget.limit_per_day),
        ("Used", budget.used_today),
        ("Left", budget.remaining_today),
    ]
    if minutes is not None:
        facts.append(("At this pace", f"they last {minutes // 60} h {minutes % 60} min"))
    if budget.quiet_until is not None:
        facts.append(("Quiet until", pen.time(budget.quiet_until)))
    return facts
