"""Why an item's numbers are what they are: from its movements to what each shop shows."""

from __future__ import annotations

from tuisync.core import lookup
from tuisync.core.models import Link, Listing
from tuisync.core.stock.left_alone import why_not_sent
from tuisync.core.stock.numbers import number_steps, shown
from tuisync.core.store import schema
from tuisync.core.store.port import Reader
from tuisync.core.views.integrations import integration_name
from tuisync.core.views.items import item_view
from tuisync.core.views.objects import (
    ChannelView,
    CommitmentView,
    MovementView,
    RuleStepView,
    WhyView,
)
from tuisync.core.views.organization import warehouse_name
from tuisync.core.workspace import Workspace


def why_view(workspace: Workspace, sku: str) -> WhyView:
    """Return the whole chain behind an item's numbers.

    Raises:
        NotFound: There is no such item.
    """
    reader = workspace.store
    item = item_view(reader, sku)
    return WhyView(
        sku=item.sku,
        on_hand=item.on_hand,
        committed=item.committed,
        available=item.available,
        movements=_movements(reader, item.id),
        commitments=_commitments(reader, item.id),
        channels=[
            channel
            for link in reader.find(schema.LINKS, "item", item.id)
            if (channel := _channel(workspace, link)) is not None
        ],
    )


def _movements(reader: Reader, item: str) -> list[MovementView]:
    found = sorted(reader.find(schema.MOVEMENTS, "item", item), key=lambda each: each.id)
    return [
        MovementView(
            at=each.at,
            delta=each.delta,
            kind=each.kind,
            cause=each.cause,
            warehouse=warehouse_name(reader, each.warehouse) or each.warehouse,
        )
        for each in found
    ]


def _commitments(reader: Reader, item: str) -> list[CommitmentView]:
    views = []
    for each in reader.find(schema.COMMITMENTS, "open_item", item):
        order = lookup.order(reader, each.order)
        name = warehouse_name(reader, each.warehouse) or each.warehouse
        views.append(
            CommitmentView(
                order=order.id, number=order.number, quantity=each.quantity, warehouse=name
            )
        )
    return views


def _channel(workspace: Workspace, link: Link) -> ChannelView | None:
    reader = workspace.store
    integration = reader.get(schema.INTEGRATIONS, link.integration)
    listing = reader.get(schema.LISTINGS, link.listing)
    if integration is None or listing is None or link.item is None:
        return None
    can = workspace.marketplaces.describe(integration.marketplace).capabilities
    steps = number_steps(reader, integration, link.item, can.max_quantity)
    return ChannelView(
        integration=integration_name(reader, integration.id),
        variant=link.id,
        rules=[RuleStepView(rule=step.rule, value=step.value) for step in steps],
        desired=steps[-1].value,
        confirmed=link.confirmed,
        confirmed_at=link.confirmed_at,
        warehouse=warehouse_name(reader, integration.warehouse),
        title=listing.title,
        listing_state=listing.state,
        shows=_shows(link, listing),
        left_alone=why_not_sent(link, listing, integration, can, steps[-1].value),
    )


def _shows(link: Link, listing: Listing) -> int | None:
    if listing.state == "removed":
        return None
    found = (shown(each, listing) for each in listing.variants if each.key == link.key)
    return next(found, None)
