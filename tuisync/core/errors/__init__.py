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

from tuisync.core.errors.base import TuisyncError
from tuisync.core.errors.engine import EngineBusy, PlanStale
from tuisync.core.errors.marketplace import (
    AuthorizationRequired,
    MarketplaceError,
    NotPermitted,
    OutcomeUnknown,
    PermanentError,
    RateLimited,
    RejectedError,
    RemoteNotFound,
    ShapeChanged,
    StockChanged,
    TransientError,
)
from tuisync.core.errors.plugins import (
    PluginContractError,
    PluginError,
    PluginIncompatible,
    PluginLoadError,
    PluginNotFound,
)
from tuisync.core.errors.signin import (
    BadKey,
    ConsentDenied,
    CurrencyMismatch,
    NoOwnedShop,
    SignInError,
    SignInTimeout,
    WrongAccount,
    WrongState,
)
from tuisync.core.errors.store import (
    HomeUnwritable,
    SchemaTooNew,
    StoreBusy,
    StoreDamaged,
    StoreError,
)
from tuisync.core.errors.usage import (
    AlreadyConnected,
    AlreadyInitialized,
    Conflict,
    Inactive,
    MultiWarehouseNeeded,
    NoOrganization,
    NotFound,
    PartialShipment,
    UnknownIntegration,
    UsageError,
)

__all__ = [
    "AlreadyConnected",
    "AlreadyInitialized",
    "AuthorizationRequired",
    "BadKey",
    "Conflict",
    "ConsentDenied",
    "CurrencyMismatch",
    "EngineBusy",
    "HomeUnwritable",
    "Inactive",
    "MarketplaceError",
    "MultiWarehouseNeeded",
    "NoOrganization",
    "NoOwnedShop",
    "NotFound",
    "NotPermitted",
    "OutcomeUnknown",
    "PartialShipment",
    "PermanentError",
    "PlanStale",
    "PluginContractError",
    "PluginError",
    "PluginIncompatible",
    "PluginLoadError",
    "PluginNotFound",
    "RateLimited",
    "RejectedError",
    "RemoteNotFound",
    "SchemaTooNew",
    "ShapeChanged",
    "SignInError",
    "SignInTimeout",
    "StockChanged",
    "StoreBusy",
    "StoreDamaged",
    "StoreError",
    "TransientError",
    "TuisyncError",
    "UnknownIntegration",
    "UsageError",
    "WrongAccount",
    "WrongState",
]
