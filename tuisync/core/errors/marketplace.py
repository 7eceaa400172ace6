"""What plug-ins raise when the marketplace says no, grouped by recovery."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
from tuisync.core.errors.base import TuisyncError


class MarketplaceError(TuisyncError):
    """What a plug-in raises when the marketplace says no."""

    code = "marketplace"
    title = "The marketplace said no"


class TransientError(MarketplaceError):
    """It may work later: a timeout, a dropped connection, a fault at the other side."""

    code = "transient"
    title = "The marketplace did not answer properly"


class RateLimited(TransientError):
    """The marketplace asks us to wait.

    Args:
        message: What happened.
        retry_after: Seconds to wait before the next call.
    """

    code = "rate_limited"
    title = "Rate limited"

    def __init__(self, message: str, *, retry_after: float, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.retry_after = retry_after


class AuthorizationRequired(MarketplaceError):
    """The tokens are dead; only the seller can mend that.

    Attributes:
        generation: Of the pair that was refused, where that is known: a newer one may be good.
    """

    generation: int | None = None

    code = "needs_reauth"
    title = "Sign-in needed"
    default_hint = "Sign in again: `tuisync reconnect INTEGRATION`."


class RejectedError(MarketplaceError):
    """The marketplace will never take this record as it is; others are not affected."""

    code = "rejected"
    title = "Rejected by the marketplace"


class RemoteNotFound(RejectedError):
    """The marketplace does not know the record (any more)."""

    code = "not_found"
    title = "Gone from the marketplace"


class NotPermitted(RejectedError):
    """The marketplace keeps a whole capability from this key or shop, whatever the record.

    The tokens are good. Trying the next record is of no use; the user does it at the shop.

    Args:
        message: What happened.
        capability: What is kept from us: `shipping_write`, or empty when that is not known.
        hint: What to do next.
    """

    code = "not_permitted"
    title = "Not open to this key"

    def __init__(self, message: str, *, capability: str = "", hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.capability = capability


class PermanentError(MarketplaceError):
    """This run cannot go on, and repeating it will not help."""

    code = "failed"
    title = "The sync cannot go on"


class StockChanged(MarketplaceError):
    """The shop's numbers are not what we believed; nothing was written.

    Args:
        found: The shop's number per variant key, as just read.
    """

    code = "stock_changed"
    title = "The shop's number moved"

    def __init__(self, found: Mapping[str, int]) -> None:
        super().__init__("The shop's numbers are not the ones we last read.")
        self.found = dict(found)


class ShapeChanged(MarketplaceError):
    """The listing's variations are not the ones we know; nothing was written."""

    code = "shape_changed"
    title = "The listing was rebuilt"


class OutcomeUnknown(MarketplaceError):
    """A write was sent and its answer lost: read before you repeat."""

    code = "outcome_unknown"
    title = "The answer was lost"
