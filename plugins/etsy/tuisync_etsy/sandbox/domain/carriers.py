"""Carriers: the codes a client sends and the names Etsy shows for them."""

from __future__ import annotations

DISPLAY_NAMES = {
    "australia-post": "Australia Post",
    "canada-post": "Canada Post",
    "dhl": "DHL",
    "dhl-germany": "DHL Germany",
    "dpd": "DPD",
    "fedex": "FedEx",
    "gls": "GLS",
    "hermes-de": "Hermes",
    "la-poste-colissimo": "La Poste",
    "other": "Other",
    "postnl": "PostNL",
    "royal-mail": "Royal Mail",
    "ups": "UPS",
    "usps": "USPS",
}
"""Some of Etsy's carrier codes with the name its responses carry instead."""


def display_name(code: str) -> str:
    """Return the name a response shows; an unknown carrier stays as it was sent."""
    return DISPLAY_NAMES.get(code.strip().lower(), code)
