"""What a plug-in author and our own tests use: a fake marketplace, a clock, builders.

Nothing here needs a network or real time.
"""

from tuisync.testing.builders import a_buyer, a_line, a_listing, a_variant, an_order, shape_of
from tuisync.testing.clock import ManualClock
from tuisync.testing.marketplace import Call, FakeMarketplace
from tuisync.testing.session import FakePrompt, FakeSession, MemoryCredentials
from tuisync.testing.shop import FakeShop, OutOfStock

__all__ = [
    "Call",
    "FakeMarketplace",
    "FakePrompt",
    "FakeSession",
    "FakeShop",
    "ManualClock",
    "MemoryCredentials",
    "OutOfStock",
    "a_buyer",
    "a_line",
    "a_listing",
    "a_variant",
    "an_order",
    "shape_of",
]
