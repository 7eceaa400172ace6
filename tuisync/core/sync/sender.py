"""Sending what one integration owes, and what becomes of it where that cannot even begin."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tuisync.core.errors import (
    AuthorizationRequired,
    RateLimited,
    StoreError,
    TransientError,
    TuisyncError,
)
from tuisync.core.inbox.failures import Failures, fault_of
from tuisync.core.models import InboxClass, Integration
from tuisync.core.shop import Shop, Shops
from tuisync.core.sync.drain import Drain
from tuisync.core.sync.entries import EntryBook, due_entries
from tuisync.core.sync.lines import fall_asleep, keep_quiet, line
from tuisync.core.workspace import Workspace


@dataclass(frozen=True)
class Sender:
    """Sends what one integration owes.

    Attributes:
        goes_on: Tells whether to send another; when not, it ends between two listings.
    """

    shops: Shops
    workspace: Workspace
    integration: Integration
    goes_on: Callable[[], bool]

    async def carry_out(self) -> None:
        """Send it over a line of its own.

        Raises:
            StoreError: The store cannot be used any more.
        """
        try:
            async with line(self.shops, self.workspace, self.integration) as shop:
                await self.over(shop)
        except AuthorizationRequired as error:
            fall_asleep(self.shops, self.workspace, self.integration, error)
        except StoreError:
            raise
        except TuisyncError as error:  # the line could not be opened
            self._postpone(error, fault_of(error))

    async def over(self, shop: Shop) -> None:
        """Send it over an open line.

        Raises:
            AuthorizationRequired: The integration needs a sign-in.
            StoreError: The store cannot be used any more.
        """
        try:
            await Drain(shop, self.workspace, self.integration, self.goes_on).run()
        except (AuthorizationRequired, StoreError):
            raise
        except TuisyncError as error:
            self._postpone(error, fault_of(error))
        except Exception as error:
            reason = f"An unexpected fault ({type(error).__name__}) in tuisync itself."
            self._postpone(TransientError(reason), fault_of(error))
            raise

    def _postpone(self, error: TuisyncError, fault: InboxClass | None) -> None:
        """Put off what is owed after a drain that could not even read the orders."""
        if isinstance(error, RateLimited):
            keep_quiet(self.workspace, self.integration, error)
        with self.workspace.store.transaction() as tx:
            failures = Failures(tx, self.workspace.now())
            failures.sending_failed(self.integration.id, fault, error.message)
        book = EntryBook(self.workspace)
        for entry in due_entries(self.workspace.store, self.integration.id, self.workspace.now()):
            book.put_off(entry, error)
