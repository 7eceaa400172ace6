"""Where shops show other numbers than they should, as users see it. Reads only."""

from __future__ import annotations

from tuisync.core.linking.decide import variant_name
from tuisync.core.models import Integration
from tuisync.core.stock.wanted import Wanted, shop_compared
from tuisync.core.store import schema
from tuisync.core.store.port import Reader
from tuisync.core.views.integrations import integration_name
from tuisync.core.views.objects import DriftView
from tuisync.core.workspace import Workspace


def drift_views(workspace: Workspace, *, ignored: bool = False) -> list[DriftView]:
    """Return every difference that was not left as it is, by shop and listing.

    Args:
        workspace: Where.
        ignored: Return those instead that were left as they are.

    A shop that is switched off, or whose stock sync is, is not kept in step, so nothing
    drifts there.
    """
    reader = workspace.store
    found = (
        drift_view(reader, each)
        for integration in reader.all(schema.INTEGRATIONS)
        if is_kept_in_step(integration)
        for each in shop_compared(reader, workspace, integration)
        if (each.is_left if ignored else each.differs)
    )
    return [each for each in found if each is not None]


def is_kept_in_step(integration: Integration) -> bool:
    """Return whether a shop's numbers are compared with ours at all."""
    return integration.status != "inactive" and integration.stock_sync == "active"


def drift_view(reader: Reader, wanted: Wanted) -> DriftView | None:
    """Return one difference; None where there is none."""
    found = wanted.drift
    if found is None:
        return None
    item = reader.get(schema.ITEMS, wanted.link.item) if wanted.link.item else None
    return DriftView(
        integration=integration_name(reader, wanted.link.integration),
        variant=wanted.link.id,
        sku=item.sku if item else None,
        kind=found.kind,
        ours=found.ours,
        confirmed=found.confirmed,
        shop=found.shop,
        title=variant_name(wanted.listing, wanted.variant),
        waits=wanted.waits,
        ignored=wanted.is_left,
    )
