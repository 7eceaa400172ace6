"""How Etsy describes itself to the core: no call, no heavy import."""

from __future__ import annotations

from decimal import Decimal

from tuisync import Capabilities, Marketplace, Money, Option, RateHeaders
from tuisync_etsy.carriers import CARRIERS

MAX_QUANTITY = 999
"""The highest quantity Etsy takes for one product (etsy/open-api #214)."""

LISTING_FEE = Money(Decimal("0.20"), "USD")
"""What Etsy charges for listing an item, and again for renewing one that sold out."""

NOTICE = (
    "The term 'Etsy' is a trademark of Etsy, Inc. "
    "This application uses the Etsy API but is not endorsed or certified by Etsy, Inc."
)

_OPTIONS = (
    Option(
        key="keystring",
        title="Keystring",
        help="The keystring of your app, at https://www.etsy.com/developers/your-apps.",
    ),
    Option(
        key="shared_secret",
        title="Shared secret",
        help="The shared secret of the same app, shown beside its keystring.",
        secret=True,
    ),
    Option(
        key="base_url",
        title="Base URL",
        help="Leave it empty. Only for a sandbox: it replaces Etsy's own addresses.",
        required=False,
    ),
)

_STEPS = (
    "Sign in to Etsy with the account that owns your shop.",
    "Open https://www.etsy.com/developers/register and create an app for your own shop.",
    "Any name will do; it reads listings and orders, and writes stock and tracking.",
    "Wait until Etsy has approved the app; until then its key is refused.",
    "Open https://www.etsy.com/developers/your-apps and edit the app's callback URLs.",
    "Add http://localhost:3003/oauth/redirect exactly as it stands here.",
    "Copy the keystring and the shared secret from that page into the next form.",
)

_CAPABILITIES = Capabilities(
    partial_shipments=False,
    tracking_required=False,
    tracking_pair=True,
    max_quantity=MAX_QUANTITY,
    zero_stock=False,
    renewal_fee=LISTING_FEE,
    paid_comment="Paid",
    carriers=CARRIERS,
    rate=RateHeaders(
        limit_per_second="x-limit-per-second",
        remaining_this_second="x-remaining-this-second",
        limit_per_day="x-limit-per-day",
        remaining_today="x-remaining-today",
        assumed_per_second=5.0,
    ),
)


def describe() -> Marketplace:
    """Return what Etsy needs and can.

    Tracking is required by Etsy for some orders only, such as those within the USA over 10 USD
    and those to India (etsy/open-api #451), so it is not required here: a missing one is then
    refused by Etsy, in its own words, and can be corrected. A number is refused without its
    carrier, and a carrier alone has nowhere to go, so the two go together.
    """
    return Marketplace(
        id="etsy",
        title="Etsy",
        options=_OPTIONS,
        capabilities=_CAPABILITIES,
        redirect_port=3003,
        redirect_path="/oauth/redirect",
        sandbox="tuisync_etsy.sandbox",
        setup_steps=_STEPS,
        notice=NOTICE,
    )
