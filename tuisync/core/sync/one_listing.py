"""Reading one listing again, outside any run."""

from __future__ import annotations

from contextlib import aclosing

from tuisync.core.linking.listings import ListingImport
from tuisync.core.models import Integration
from tuisync.core.remote import FetchRequest, RemoteListing
from tuisync.core.shop import Shop
from tuisync.core.store import schema
from tuisync.core.workspace import Workspace


async def read_listing(
    shop: Shop, workspace: Workspace, integration: Integration, listing: str
) -> None:
    """Read one listing by id and take in what it shows now.

    Args:
        shop: The line to the shop.
        workspace: Where.
        integration: Whose shop it is.
        listing: The listing's id; nothing is read of one that was purged.

    Raises:
        MarketplaceError: The shop or the plug-in failed.
    """
    known = workspace.store.get(schema.LISTINGS, listing)
    if known is None:
        return
    request = FetchRequest(ids=(known.listing_id,))
    pages = shop.handle.fetch_items(shop.session, request)
    async with aclosing(pages) as open_pages:
        async for page in open_pages:
            with workspace.store.transaction() as tx:
                importer = ListingImport(tx, workspace, integration)
                for record in page.records:
                    if isinstance(record, RemoteListing):
                        importer.take(record, page.served_at)
                for gone in page.gone:
                    importer.gone(gone)
