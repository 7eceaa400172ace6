"""What is wrong with the data directory."""

from __future__ import annotations

from tuisync.core.errors.base import TuisyncError


class StoreError(TuisyncError):
    """The data directory cannot be used."""

    code = "store_damaged"
    title = "The store cannot be used"


class HomeUnwritable(StoreError):
    """The data directory cannot be created or written."""

    code = "home_unwritable"
    title = "Cannot write there"


class StoreBusy(StoreError):
    """Another process holds the store's lock for too long."""

    code = "busy"
    title = "Busy"


class StoreDamaged(StoreError):
    """A file of the store does not hold what it should; it was left untouched."""

    code = "store_damaged"
    title = "The store is damaged"


class SchemaTooNew(StoreError):
    """The store was written by a newer tuisync."""

    code = "read_only"
    title = "Written by a newer tuisync"
