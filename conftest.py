"""Options of every test run, whichever of the project's test folders it names."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that runs at full size whatever the suite keeps small."""
    parser.addoption(
        "--full",
        action="store_true",
        help="run proofs and random lives at their full size, which takes an hour",
    )
