"""The one business in a data directory, and the places it keeps stock."""

from __future__ import annotations

from typing import Literal

from tuisync.core.models.base import Document

OrderSync = Literal["confirmed", "confirmed_and_fulfilled"]
FirstPush = Literal["review", "auto"]
MadeSkus = Literal["id", "title"]

ORGANIZATION_ID = "organization"


class Organization(Document, frozen=True, kw_only=True):
    """The business: what it is called and what holds for all its integrations.

    Attributes:
        base_currency: ISO 4217 code; shops in another currency are refused (S01).
        timezone: IANA name; dates the user types are days there.
        order_sync: Which orders become sales orders (S32).
        first_push: `review` holds for the plan what connecting, enabling, linking, rules,
            warehouses and imports change at a shop; `auto` holds nothing.
        follow_days: For how many days after they were placed orders are looked at again, for
            refunds and edits that shops do not announce; 0 for not at all.
        made_skus: What the SKUs of items are made of whose listings have none: the listing's
            `id` at its marketplace, or words of its `title`.
    """

    name: str
    base_currency: str
    timezone: str
    order_sync: OrderSync = "confirmed"
    first_push: FirstPush = "review"
    follow_days: int = 60
    made_skus: MadeSkus = "id"


class Warehouse(Document, frozen=True, kw_only=True):
    """A place that holds stock; exactly one is primary."""

    name: str
    primary: bool = False
    active: bool = True
