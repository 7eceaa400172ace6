"""No heading is cut, also not in a table that has nothing yet."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from typing import Any

import pytest
from rich.cells import cell_len

from tuisync import screens
from tuisync.widgets.columns import Column, placed

_EDGES = 4
"""Cells of a table beside its columns."""


def _tables() -> dict[str, tuple[Column[Any], ...]]:
    """Return the columns of every table that a module of the screens declares."""
    found = pkgutil.walk_packages(screens.__path__, f"{screens.__name__}.")
    return {
        f"{each.name}.{name}": value
        for each in found
        for name, value in vars(import_module(each.name)).items()
        if isinstance(value, tuple) and value and isinstance(value[0], Column)
    }


def test_the_tables_are_found() -> None:
    assert {"tuisync.screens.items.COLUMNS", "tuisync.screens.sheets.COLUMNS"} <= _tables().keys()


@pytest.mark.parametrize("width", [60, 80, 100, 120, 200])
def test_no_heading_is_cut(width: int) -> None:
    cut = [
        (table, column.key)
        for table, columns in _tables().items()
        for column, cells in placed(columns, width - _EDGES)
        if cell_len(column.heading(cells)) > cells
    ]

    assert not cut
