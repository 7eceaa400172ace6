"""Requests that cannot be carried out as given; nothing was changed."""

from __future__ import annotations

from tuisync.core.errors.base import TuisyncError


class UsageError(TuisyncError):
    """The request cannot be carried out as given; nothing was changed."""

    code = "usage"
    title = "That cannot be done"


class NoOrganization(UsageError):
    """The data directory has no organization yet."""

    code = "no_organization"
    title = "No organization yet"
    default_hint = "Set up your business first: `tuisync init --currency USD`."


class AlreadyInitialized(UsageError):
    """The data directory has an organization already."""

    code = "already_initialized"
    title = "Already set up"


class NotFound(UsageError):
    """There is no such item, order, link, integration or run."""

    code = "not_found"
    title = "Not found"


class UnknownIntegration(NotFound):
    """No integration has that name or id."""

    code = "unknown_integration"
    title = "Unknown shop"


class Conflict(UsageError):
    """It exists already, or something else depends on it."""

    code = "conflict"
    title = "Not done"


class Inactive(UsageError):
    """The integration is switched off."""

    code = "inactive"
    title = "The shop is switched off"


class PartialShipment(UsageError):
    """The marketplace takes one shipment for the whole order (S02)."""

    code = "partial_shipment"
    title = "No partial shipments"


class MultiWarehouseNeeded(UsageError):
    """Mapping a warehouse needs at least two of them (S09)."""

    code = "multi_warehouse_needed"
    title = "One warehouse only"


class AlreadyConnected(UsageError):
    """That shop is connected already."""

    code = "already_connected"
    title = "Already connected"
