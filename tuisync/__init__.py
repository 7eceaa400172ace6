"""One inventory, kept in plain files, in step with every marketplace.

This is the public face for plug-ins: hook markers, the values hooks exchange, and the errors
they raise. Names are imported when first used, so `import tuisync` costs next to nothing and
a plug-in never pulls in the screens.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tuisync.core.errors import (
        AuthorizationRequired,
        BadKey,
        ConsentDenied,
        MarketplaceError,
        NoOwnedShop,
        NotPermitted,
        OutcomeUnknown,
        PermanentError,
        RateLimited,
        RejectedError,
        RemoteNotFound,
        ShapeChanged,
        SignInError,
        SignInTimeout,
        StockChanged,
        TransientError,
        TuisyncError,
        UsageError,
        WrongState,
    )
    from tuisync.core.hookspecs import hookimpl
    from tuisync.core.remote import (
        API_VERSION,
        Account,
        Address,
        Authorization,
        Capabilities,
        Carrier,
        FetchRequest,
        ItemsPage,
        ListingState,
        ListingVariant,
        Marketplace,
        Money,
        Option,
        OrdersPage,
        Payment,
        Period,
        RateHeaders,
        RemoteBuyer,
        RemoteLine,
        RemoteListing,
        RemoteOrder,
        RemoteShipment,
        ShipmentNotice,
        ShipmentResult,
        StockChange,
        StockResult,
        Tokens,
        Unreadable,
        VariantChange,
    )
    from tuisync.core.session import Credentials, Prompt, Session

__version__ = "0.1.0"

_HOMES = {
    "tuisync.core.errors": (
        "AuthorizationRequired",
        "BadKey",
        "ConsentDenied",
        "MarketplaceError",
        "NoOwnedShop",
        "NotPermitted",
        "OutcomeUnknown",
        "PermanentError",
        "RateLimited",
        "RejectedError",
        "RemoteNotFound",
        "ShapeChanged",
        "SignInError",
        "SignInTimeout",
        "StockChanged",
        "TransientError",
        "TuisyncError",
        "UsageError",
        "WrongState",
    ),
    "tuisync.core.hookspecs": ("hookimpl",),
    "tuisync.core.remote": (
        "API_VERSION",
        "Account",
        "Address",
        "Authorization",
        "Capabilities",
        "Carrier",
        "FetchRequest",
        "ItemsPage",
        "ListingState",
        "ListingVariant",
        "Marketplace",
        "Money",
        "Option",
        "OrdersPage",
        "Payment",
        "Period",
        "RateHeaders",
        "RemoteBuyer",
        "RemoteLine",
        "RemoteListing",
        "RemoteOrder",
        "RemoteShipment",
        "ShipmentNotice",
        "ShipmentResult",
        "StockChange",
        "StockResult",
        "Tokens",
        "Unreadable",
        "VariantChange",
    ),
    "tuisync.core.session": ("Credentials", "Prompt", "Session"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "API_VERSION",
    "Account",
    "Address",
    "Authorization",
    "AuthorizationRequired",
    "BadKey",
    "Capabilities",
    "Carrier",
    "ConsentDenied",
    "Credentials",
    "FetchRequest",
    "ItemsPage",
    "ListingState",
    "ListingVariant",
    "Marketplace",
    "MarketplaceError",
    "Money",
    "NoOwnedShop",
    "NotPermitted",
    "Option",
    "OrdersPage",
    "OutcomeUnknown",
    "Payment",
    "Period",
    "PermanentError",
    "Prompt",
    "RateHeaders",
    "RateLimited",
    "RejectedError",
    "RemoteBuyer",
    "RemoteLine",
    "RemoteListing",
    "RemoteNotFound",
    "RemoteOrder",
    "RemoteShipment",
    "Session",
    "ShapeChanged",
    "ShipmentNotice",
    "ShipmentResult",
    "SignInError",
    "SignInTimeout",
    "StockChange",
    "StockChanged",
    "StockResult",
    "Tokens",
    "TransientError",
    "TuisyncError",
    "Unreadable",
    "UsageError",
    "VariantChange",
    "WrongState",
    "__version__",
    "hookimpl",
]


def __getattr__(name: str) -> object:
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
