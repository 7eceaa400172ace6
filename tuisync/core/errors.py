"""Every error a user can meet, grouped by what the caller does next.

TuisyncError(message)                    code, title, hint; rendered at the edge only
├── UsageError                           the command cannot be carried out as given
│   ├── NoOrganization                   `tuisync init` first
│   ├── NotFound                         no such item, order, integration ...
│   └── Conflict                         it exists already, or something depends on it
├── StoreError                           the data directory
│   ├── HomeUnwritable
│   ├── StoreBusy                        somebody else holds it; names the holder
│   ├── StoreDamaged                     names the file; nothing was touched
│   └── SchemaTooNew
├── PluginError(plugin, hook)            the plug-in's fault
│   ├── PluginNotFound
│   ├── PluginLoadError
│   ├── PluginIncompatible
│   └── PluginContractError              it returned what it must not
├── SignInError                          a sign-in attempt ended without tokens
│   ├── ConsentDenied, SignInTimeout, WrongState, WrongAccount, NoOwnedShop
│   ├── CurrencyMismatch
│   └── BadKey                           the shop refuses the application's key
├── MarketplaceError                     what plug-ins raise; grouped by recovery
│   ├── TransientError                   retry later
│   │   └── RateLimited(retry_after)     retry after so many seconds
│   ├── AuthorizationRequired            the integration needs a sign-in
│   ├── RejectedError                    this record only
│   │   ├── RemoteNotFound               read once more, then treat as gone
│   │   └── NotPermitted(capability)     refused whatever the record; the user does it there
│   ├── PermanentError                   this run
│   ├── StockChanged(found)              pull orders, compute anew; nothing was written
│   ├── ShapeChanged                     the link is broken; nothing was written
│   └── OutcomeUnknown                   read before you repeat
└── PlanStale, EngineBusy                what the engine answers
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Mapping


class TuisyncError(Exception):
    """Something a user is told about: one sentence, and what to do next.

    Args:
        message: What happened, in one sentence.
        hint: What to do next, or empty.
        code: Overrides the class's stable error code (see the command line's JSON).
    """

    code: ClassVar[str] = "error"
    title: ClassVar[str] = "Something went wrong"
    default_hint: ClassVar[str] = ""

    def __init__(self, message: str, *, hint: str | None = None, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = self.default_hint if hint is None else hint
        self.error_code = code or self.code


class UsageError(TuisyncError):
    """The request cannot be carried out as given; nothing was changed."""

    code = "usage"
    title = "That cannot be done"


class NoOrganization(UsageError):
    """The data directory has no organization yet."""

    code = "no_organization"
    title = "No organization yet"
    default_hint = "Run `tuisync init --currency USD` (with your currency) first."


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


class PluginError(TuisyncError):
    """A plug-in failed.

    Args:
        message: What happened.
        plugin: The plug-in's entry-point name.
        hook: The hook that was called, or empty.
        hint: What to do next.
    """

    code = "plugin_failed"
    title = "A plug-in failed"
    default_hint = "`tuisync plugins list` shows the plug-ins and what is wrong with them."

    def __init__(
        self, message: str, *, plugin: str = "", hook: str = "", hint: str | None = None
    ) -> None:
        super().__init__(message, hint=hint)
        self.plugin = plugin
        self.hook = hook


class PluginNotFound(PluginError):
    """No installed plug-in provides that marketplace."""

    code = "not_found"
    title = "No such marketplace"


class PluginLoadError(PluginError):
    """The plug-in raised while it was imported."""


class PluginIncompatible(PluginError):
    """The plug-in was made for another version of the plug-in API."""


class PluginContractError(PluginError):
    """The plug-in returned something the hook specification does not allow."""


class SignInError(TuisyncError):
    """A sign-in attempt ended without an account; nothing was stored."""

    code = "needs_reauth"
    title = "Not signed in"
    default_hint = "Start the sign-in again."


class ConsentDenied(SignInError):
    """The seller, or the marketplace, refused the access asked for."""

    code = "consent_denied"
    title = "Access was refused"


class SignInTimeout(SignInError):
    """Nobody finished the sign-in in time (S06)."""

    code = "signin_timeout"
    title = "The sign-in took too long"


class WrongState(SignInError):
    """The answer belongs to another sign-in attempt."""

    code = "wrong_state"
    title = "Not our sign-in"


class WrongAccount(SignInError):
    """Somebody signed in as another seller (S42)."""

    code = "wrong_account"
    title = "Another account"


class NoOwnedShop(SignInError):
    """The account owns no shop (S05)."""

    code = "no_owned_shop"
    title = "No shop of your own"


class CurrencyMismatch(SignInError):
    """The shop sells in another currency than the organization's (S01)."""

    code = "currency_mismatch"
    title = "Another currency"


class BadKey(SignInError):
    """The marketplace does not accept the application's key."""

    code = "bad_key"
    title = "The key was refused"


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


class PlanStale(TuisyncError):
    """What the plan was made from has moved; nothing was written."""

    code = "plan_stale"
    title = "The plan is out of date"
    default_hint = "Look at `tuisync plan` again, or send what did not move: `apply --unmoved`."


class EngineBusy(TuisyncError):
    """No engine took the work in time."""

    code = "busy"
    title = "Busy"
