"""Whether a shop is told of a shipment, or the user has to enter it there."""

from __future__ import annotations

from tuisync.core.errors import NotPermitted
from tuisync.core.models import Integration, Order
from tuisync.core.store import schema
from tuisync.core.store.port import Reader

SHIPPING = "shipping_write"
"""The capability of telling a shop of shipments, as `NotPermitted` names it."""


SWITCHED_OFF = "You chose to tell the shop of shipments yourself."


def withheld(integration: Integration, error: NotPermitted) -> Integration:
    """Return the integration with the capability kept from it, and why, in words."""
    capability = error.capability or SHIPPING
    return integration.but(withheld={**integration.withheld, capability: error.message})


def why_by_hand(reader: Reader, order: Order) -> str:
    """Return why the shop is not told of this order's shipments; empty when it is."""
    integration = reader.get(schema.INTEGRATIONS, order.integration)
    if integration is None:
        return "The shop is not connected any more; mark it there."
    return integration.withheld.get(SHIPPING, "")
