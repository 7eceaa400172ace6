"""Listing variants and the items behind them, as the user sees them."""

from __future__ import annotations

from datetime import datetime

from tuisync.core.models import LinkBasis, LinkState, ListingState
from tuisync.core.views.objects.base import View


class CandidateView(View, frozen=True, kw_only=True):
    """An item that may stand behind a variant; score 0 to 100."""

    sku: str
    name: str
    reason: str
    score: int


class LinkView(View, frozen=True, kw_only=True):
    """A listing variant and the item behind it.

    `former` are SKUs it was linked to before whose orders still count against them. `read_at`
    is when the shop last said that the listing is as it is shown here. `gone`: the shop has the
    listing, or this variation of it, no more.
    """

    variant: str
    integration: str
    listing_id: str
    title: str
    options: dict[str, str]
    sku: str | None
    quantity: int
    listing_state: ListingState
    state: LinkState
    basis: LinkBasis | None
    item: str | None
    baseline_at: datetime | None
    reason: str
    candidates: tuple[CandidateView, ...]
    former: tuple[str, ...]
    read_at: datetime
    gone: bool
