"""What one order line does to stock. Pure: facts in, effects out.

Stock follows the sale. A line placed after its variant's baseline reserves units until they
are shipped; what was already shipped when first seen leaves the shelf at once; what was
cancelled when first seen does nothing. Lines placed before the baseline are already
taken out of the number the opening came from: history that was shipped moves nothing, and
units still to be shipped are brought back onto the shelf (`opening`) so that reserving them
does not count them twice. Shops tell whole seconds; a line of the baseline's own second counts
as placed after it, since the other way round a unit could be sold twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from tuisync.core.models import Commitment

Effect = Literal["none", "commit", "open_and_commit", "ship", "release", "consume"]


@dataclass(frozen=True)
class LineFacts:
    """What the decision needs to know of a line.

    Attributes:
        quantity: Units sold on it.
        placed_at: When the order was placed, by the shop's clock; where the shelf was counted by
            hand and the line has left, when it left.
        shipped: The line has left.
        cancelled: The order was cancelled.
        baseline_at: From when orders count for its variant; None for a line mapped by hand.
        opening: The item's opening stock came from this variant's number.
        commitment: The reservation it already has, or None.
    """

    quantity: int
    placed_at: datetime
    shipped: bool
    cancelled: bool
    baseline_at: datetime | None
    opening: bool
    commitment: Commitment | None

    @property
    def before_baseline(self) -> bool:
        """The shop's number at the baseline was already net of this line."""
        return self.baseline_at is not None and self.placed_at < self.baseline_at


def stock_effect(facts: LineFacts) -> Effect:
    """Return what has to happen to stock for this line now.

    `commit` on a line with an open commitment means: set it to this quantity.
    """
    match facts.commitment:
        case None:
            return _first_sight(facts)
        case Commitment(state="open"):
            return _while_open(facts, facts.commitment)
        case Commitment(state="released"):
            return _after_release(facts)
        case _:
            return "none"  # it has left; only a return, by the user, brings it back


def _first_sight(facts: LineFacts) -> Effect:
    if facts.cancelled or facts.quantity <= 0:
        return "none"
    if facts.shipped:
        return "none" if facts.before_baseline else "ship"
    return "open_and_commit" if facts.before_baseline and facts.opening else "commit"


def _while_open(facts: LineFacts, commitment: Commitment) -> Effect:
    if facts.shipped:
        return "consume"
    if facts.cancelled or facts.quantity <= 0:
        return "release"
    return "none" if commitment.quantity == facts.quantity else "commit"


def _after_release(facts: LineFacts) -> Effect:
    if facts.cancelled or facts.quantity <= 0:
        return "none"
    return "ship" if facts.shipped else "commit"
