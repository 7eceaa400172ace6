"""No heading is cut, also not in a table that has nothing yet."""

from __future__ import annotations

from typing import Any

import pytest
from rich.cells import cell_len

from tuisync.screens import (
    batches,
    inbox,
    item,
    items,
    link_columns,
    order,
    outbox_rows,
    plan_columns,
    records,
    sheets,
    shop_rows,
)
from tuisync.widgets.columns import Column, placed

_EDGES = 4
"""Cells of a table beside its columns."""


def _tables() -> dict[str, tuple[Column[Any], ...]]:
    modules = (
        batches,
        inbox,
        item,
        items,
        link_columns,
        order,
        outbox_rows,
        plan_columns,
        records,
        sheets,
        shop_rows,
    )
    return {
        f"{module.__name__}.{name}": value
        for module in modules
        for name, value in vars(module).items()
        if isinstance(value, tuple) and value and isinstance(value[0], Column)
    }


@pytest.mark.parametrize("width", [60, 80, 100, 120, 200])
def test_no_heading_is_cut(width: int) -> None:
    cut = [
        (table, column.key)
        for table, columns in _tables().items()
        for column, cells in placed(columns, width - _EDGES)
        if cell_len(column.heading(cells)) > cells
    ]

    assert not cut
