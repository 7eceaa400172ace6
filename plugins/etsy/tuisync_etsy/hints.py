"""What a seller has to change when Etsy refuses a write for good. Pure."""

from __future__ import annotations

_SHARED_QUANTITY = (
    "Etsy counts all variations of this listing as one: open the listing at Etsy and let "
    "quantities vary by option, or link the whole listing to one item."
)
_PROFILE = "Open the listing at Etsy and choose a processing profile for it."
_RETURNS = "Open the listing at Etsy and choose a return policy for it."
_SHIPPING = "Open the listing at Etsy and choose a shipping profile for it."

_OPTIONS = "Open the listing at Etsy, save its variations once, then sync items."

_HINTS = (
    ("quantity must be consistent across all products", _SHARED_QUANTITY),
    ("one offering must have quantity", "Etsy does not take a listing with nothing in stock."),
    ("greater than 999", "Etsy takes at most 999 of each; lower the number there."),
    ("tracking number is required", "Etsy wants carrier and tracking number for this order."),
    ("sku must be consistent", _OPTIONS),
    ("price must be consistent", _OPTIONS),
    ("property values", _OPTIONS),
    ("_on_property", _OPTIONS),
    ("array input", "Open the listing at Etsy and take the brackets out of its option names."),
    ("readiness_state_id", _PROFILE),
    ("processing profile", _PROFILE),
    ("return policy", _RETURNS),
    ("return_policy", _RETURNS),
    ("shipping_profile", _SHIPPING),
    ("shipping profile", _SHIPPING),
    ("image", "Open the listing at Etsy and replace the image it complains about."),
    ("price", "Open the listing at Etsy and give it a price Etsy allows; ours is unchanged."),
)


def hint_for(text: str) -> str:
    """Return what to do about a refusal with that text; empty when we do not know."""
    said = text.casefold()
    return next((hint for words, hint in _HINTS if words in said), "")
