"""What passes between the engine and a plug-in: requests down, remote facts up.

Everything here is part of the plug-in API and is exported from the package root. Values a
plug-in hands up are validated at the border (`core.plugins.handle`), and control characters
are taken out of their texts there, so that nothing behind it meets hostile text.
"""

from tuisync.core.models import (
    Address,
    Budget,
    ListingState,
    ListingVariant,
    Money,
    Payment,
    Period,
)
from tuisync.core.remote.fetching import FetchRequest, ItemsPage, OrdersPage
from tuisync.core.remote.marketplace import (
    API_VERSION,
    Capabilities,
    Carrier,
    Marketplace,
    Option,
    RateHeaders,
)
from tuisync.core.remote.pushing import (
    ShipmentNotice,
    ShipmentResult,
    StockChange,
    StockResult,
    VariantChange,
)
from tuisync.core.remote.records import (
    RemoteBuyer,
    RemoteLine,
    RemoteListing,
    RemoteOrder,
    RemoteShipment,
    Unreadable,
)
from tuisync.core.remote.signin import Account, Authorization, Tokens

__all__ = [
    "API_VERSION",
    "Account",
    "Address",
    "Authorization",
    "Budget",
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
]
