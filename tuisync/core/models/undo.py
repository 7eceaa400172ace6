"""What taking a sync back needs: what it changed, as it was before, and what stays apart."""

from __future__ import annotations

from tuisync.core.models.base import Document
from tuisync.core.models.listings import Link, Listing
from tuisync.core.models.orders import Contact
from tuisync.core.models.runs import Cursor


class Former(Document, frozen=True, kw_only=True):
    """What a run changed, as it was before; kept as long as the run's history.

    Its id is that of the page of records it belongs to, or `<run id>/cursor`.

    Attributes:
        run: The run's id.
        links: Links the run made on listings that were known, as they were before.
        listings: Those listings.
        contacts: Contacts the run wrote to.
        cursors: How far its module had been read; one without a position: not at all.
    """

    run: str
    links: tuple[Link, ...] = ()
    listings: tuple[Listing, ...] = ()
    contacts: tuple[Contact, ...] = ()
    cursors: tuple[Cursor, ...] = ()


class Parting(Document, frozen=True, kw_only=True):
    """Links of a listing variant that an undo took back. Its id is the variant's.

    Attributes:
        items: Ids of the items; the variant is never linked to them again by itself.
    """

    items: tuple[str, ...]
