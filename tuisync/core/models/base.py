"""What every stored thing shares: a string id, immutability, and exact money."""

from __future__ import annotations

from decimal import Decimal
from typing import Self

import msgspec


class Document(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One stored document. Immutable: a change is a new value with the same id.

    Attributes:
        id: Unique in its collection, never reused, made of printable characters.
    """

    id: str

    def but(self, **changes: object) -> Self:
        """Return a copy with these fields changed."""
        return msgspec.structs.replace(self, **changes)


class Money(msgspec.Struct, frozen=True):
    """An exact amount in one currency; its JSON is `{"amount": "12.90", "currency": "USD"}`.

    Attributes:
        amount: In the currency's main unit, with the digits the shop gave.
        currency: ISO 4217 code.
    """

    amount: Decimal
    currency: str

    def __str__(self) -> str:
        return f"{self.amount:,} {self.currency}"

    def times(self, count: int) -> Money:
        """Return `count` times this amount."""
        return Money(self.amount * count, self.currency)
