"""What takes the records of a page in: listings or orders."""

from __future__ import annotations

from dataclasses import dataclass

from tuisync.core import lookup
from tuisync.core.linking.listings import ListingImport
from tuisync.core.models import Integration, record_id
from tuisync.core.orders.importing import OrderImport, says_more
from tuisync.core.outcome import Taken
from tuisync.core.remote import ItemsPage, OrdersPage, RemoteListing, RemoteOrder
from tuisync.core.store import schema
from tuisync.core.store.port import Reader, Transaction
from tuisync.core.workspace import Workspace


@dataclass(frozen=True)
class Listings:
    """Takes listings in.

    Attributes:
        by_name: Somebody asked for these listings, so that one which is gone is a failure.
    """

    workspace: Workspace
    integration: Integration
    by_name: bool

    def take(self, tx: Transaction, remote: RemoteListing, page: ItemsPage) -> Taken:
        """Import one listing, as it was when the page was read."""
        return self._importer(tx).take(remote, page.served_at)

    def gone(self, tx: Transaction, remote_id: str) -> Taken:
        """Note that the shop does not have a listing any more."""
        taken = self._importer(tx).gone(remote_id)
        if self.by_name:
            return taken
        return taken._replace(outcome="updated" if taken.local_id else "skipped", fault=None)

    def _importer(self, tx: Transaction) -> ListingImport:
        return ListingImport(tx, self.workspace, _current(tx, self.integration))


@dataclass(frozen=True)
class Orders:
    """Takes orders in."""

    workspace: Workspace
    integration: Integration
    paid_comment: str

    def take(self, tx: Transaction, remote: RemoteOrder, _page: OrdersPage) -> Taken:
        """Import one order."""
        return self._importer(tx).take(remote)

    def is_news(self, remote: RemoteOrder) -> bool:
        """Return whether the shop says anything of it that we do not hold."""
        store = self.workspace.store
        known = store.get(schema.ORDERS, record_id(self.integration.id, remote.remote_id))
        base = lookup.organization(store).base_currency
        now = self.workspace.now()
        return known is None or says_more(known, remote, base, self.paid_comment, now)

    def gone(self, tx: Transaction, remote_id: str) -> Taken:
        """Note that an order asked for by id is not there."""
        return self._importer(tx).gone(remote_id)

    def _importer(self, tx: Transaction) -> OrderImport:
        integration = _current(tx, self.integration)
        return OrderImport(
            tx,
            self.workspace,
            integration,
            organization=lookup.organization(tx),
            warehouse=integration.warehouse or lookup.primary_warehouse(tx).id,
            paid_comment=self.paid_comment,
        )


def _current(reader: Reader, integration: Integration) -> Integration:
    """Return the integration as it is now: its settings may have changed since the run began."""
    return reader.get(schema.INTEGRATIONS, integration.id) or integration
