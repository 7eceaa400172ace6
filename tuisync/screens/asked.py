"""The orders of one shop that ask the user the same, as the inbox counts them in one row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal, NamedTuple

from tuisync.core.store import schema
from tuisync.core.views.integrations import integration_name

if TYPE_CHECKING:
    from tuisync.core.models import Order
    from tuisync.core.store.port import Reader

Question = Literal["decision", "return", "by hand", "frozen"]

ASKED = "asked"
"""The group of them among all orders."""

_WORDS: Mapping[Question, str] = {
    "decision": "to decide",
    "return": "came back?",
    "by hand": "to mark there",
    "frozen": "frozen",
}


class Asked(NamedTuple):
    """What is asked about orders.

    Attributes:
        question: What.
        integration: The id of the shop they are from.
        shop: Its name.
    """

    question: Question
    integration: str
    shop: str

    @property
    def words(self) -> str:
        """The group they are shown as, in words."""
        return f"{self.shop}: {_WORDS[self.question]}"


def asked_of(reader: Reader, order: Order, does: str) -> Asked:
    """Return what is asked about an order and all like it.

    Args:
        reader: The store.
        order: One of them.
        does: The kind of fix that the inbox offers.
    """
    question: Question = "decision" if order.gate == "needs_decision" else "frozen"
    if does == "return":
        question = "return"
    elif does == "ship_there":
        question = "by hand"
    return Asked(question, order.integration, integration_name(reader, order.integration))


def asking_orders(reader: Reader, asked: Asked) -> frozenset[str]:
    """Return the ids of the orders that ask it now."""
    key = f"{asked.integration}/frozen" if asked.question == "frozen" else asked.question
    found = reader.find(schema.ORDERS, "asks", key)
    return frozenset(each.id for each in found if each.integration == asked.integration)
