"""Who owns what: users, shops, buyers and the shop's processing profiles."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Seat = Literal["owner", "member", "no-shop"]
"""Which user the consent page finds signed in."""


@dataclass(frozen=True, slots=True)
class Address:
    """A buyer's address; every part may be missing."""

    first_line: str | None = None
    second_line: str | None = None
    city: str | None = None
    state: str | None = None
    zip: str | None = None
    country_iso: str | None = None


@dataclass(frozen=True, slots=True)
class Buyer:
    """Somebody who buys."""

    user_id: int
    name: str
    address: Address
    email: str | None = None


@dataclass(frozen=True, slots=True)
class User:
    """A seller's account.

    Attributes:
        works_in: The shop the account works in, which it need not own.
    """

    user_id: int
    login_name: str
    works_in: int | None = None


@dataclass(frozen=True, slots=True)
class ProcessingProfile:
    """How long the shop takes before it ships; listings refer to it."""

    readiness_state_id: int
    readiness_state: Literal["ready_to_ship", "made_to_order"]
    min_days: int
    max_days: int


@dataclass(slots=True)
class Shop:
    """A shop; amounts are whole numbers of `1/divisor` of its currency.

    Attributes:
        on_vacation: It takes no orders for now; its listings stay as they are.
    """

    shop_id: int
    user_id: int
    name: str
    title: str
    currency: str
    divisor: int
    country: str
    created_at: int
    profiles: tuple[ProcessingProfile, ...]
    shipping_profile_id: int
    return_policy_id: int
    sold: int = 0
    on_vacation: bool = False
    value_ids: dict[tuple[int, str], int] = field(default_factory=dict)
