"""The organization and its warehouses, for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tuisync.cli.pen import Cell, Pen
from tuisync.cli.table import card, head, section, table
from tuisync.core.views.objects import OrganizationView, WarehouseView


def organization_card(view: OrganizationView, pen: Pen) -> Iterator[str]:
    """Yield the organization's settings, then its warehouses."""
    yield from card(
        [
            ("Name", Cell(view.name, "strong")),
            ("Base currency", view.base_currency),
            ("Time zone", view.timezone),
            ("Orders in sync", view.order_sync.replace("_", " ")),
            ("First push", view.first_push),
            ("Follows orders for", f"{view.follow_days} days"),
            ("Makes up SKUs of", f"the listing's {view.made_skus}"),
        ]
    )
    yield from section("Warehouses", warehouse_table(view.warehouses, pen))


def warehouse_table(views: Sequence[WarehouseView], pen: Pen) -> Iterator[str]:
    """Yield the warehouses."""
    rows = (
        (
            view.name,
            "primary" if view.primary else None,
            Cell("active", "good") if view.active else Cell("inactive", "muted"),
        )
        for view in views
    )
    yield from table([head("Name"), head("Primary"), head("State")], rows, pen)
