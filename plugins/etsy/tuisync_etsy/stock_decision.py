"""What to do with one listing: pause it, revive it, write numbers, or leave it alone. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TYPE_CHECKING

from tuisync import RejectedError, ShapeChanged, StockChange, StockChanged
from tuisync_etsy.describe import MAX_QUANTITY
from tuisync_etsy.variants import Group

if TYPE_CHECKING:
    from tuisync import ListingState


class Step(Enum):
    """One write.

    `SHRINK` leaves one unit only: Etsy changes no listing's state while its variations sum up
    to more than 999 (etsy/open-api #214).
    """

    SHRINK = auto()
    PAUSE = auto()
    ACTIVATE = auto()
    WRITE = auto()


@dataclass(frozen=True)
class Found:
    """The listing as just read.

    Attributes:
        groups: Its variants with the numbers in its inventory.
        fingerprint: Its shape.
    """

    state: ListingState
    groups: tuple[Group, ...]
    fingerprint: str

    @property
    def numbers(self) -> dict[str, int]:
        """The numbers in its inventory, whoever can buy them."""
        return {group.key: group.quantity for group in self.groups}

    def for_sale(self, numbers: Mapping[str, int]) -> int:
        """Return how many of these buyers would be shown in all."""
        return sum(numbers[group.key] for group in self.groups if group.enabled)

    def one_unit(self, numbers: Mapping[str, int]) -> dict[str, int]:
        """Return these numbers cut down to one unit of something buyers are shown."""
        kept = next(each.key for each in self.groups if each.enabled and numbers[each.key])
        return {key: int(key == kept) for key in numbers}


@dataclass(frozen=True)
class Decision:
    """The writes to make, in order, and what the shop shows after them.

    Attributes:
        shown: What buyers can buy of each variant.
        state: The listing's state.
        paused: It is off sale because we paused it.
        shrunk: What `SHRINK` writes.
    """

    steps: tuple[Step, ...]
    shown: Mapping[str, int]
    state: ListingState
    paused: bool = False
    shrunk: Mapping[str, int] = field(default_factory=dict)


def decide(found: Found, change: StockChange) -> Decision:
    """Return what to do.

    Raises:
        ShapeChanged: The variations are not the ones the change was made for.
        StockChanged: The shop's numbers are not the believed ones.
        RejectedError: The listing is not ours to touch.
    """
    _check_shape(found, change)
    paused = change.paused_by_us and found.state == "inactive"
    unseen = paused or found.state == "sold_out"
    shown = _shown(found, unseen=unseen)
    _check_beliefs(found, change, shown, unseen=unseen)
    moves = {each.key: min(max(each.wanted, 0), MAX_QUANTITY) for each in change.variants}
    if moves.items() <= shown.items():
        return Decision((), shown, found.state, paused)
    wanted = {**(found.numbers if found.state == "sold_out" else shown), **moves}
    if found.state == "active":
        return _for_sale(found, wanted)
    if paused:
        return _restock(found, wanted)
    if found.state == "sold_out":
        return _renewal(wanted, allowed=change.renew_sold_out)
    raise _left_alone(found.state)


def _shown(found: Found, *, unseen: bool) -> dict[str, int]:
    """Return what buyers can buy. One we paused, or that sold out, keeps numbers nobody can buy."""
    return {key: 0 if unseen else number for key, number in found.numbers.items()}


def _check_shape(found: Found, change: StockChange) -> None:
    known = not change.fingerprint or change.fingerprint == found.fingerprint
    if not known or {each.key for each in change.variants} - found.numbers.keys():
        raise ShapeChanged("The listing's variations are not the ones we know.")


def _check_beliefs(
    found: Found, change: StockChange, shown: Mapping[str, int], *, unseen: bool
) -> None:
    """Compare. Where nobody can buy, nothing and the number it kept are both right."""
    for each in change.variants:
        true = {shown[each.key]} | ({found.numbers[each.key]} if unseen else set())
        if each.believed not in true:
            raise StockChanged(shown)


def _for_sale(found: Found, wanted: Mapping[str, int]) -> Decision:
    """Write the numbers, or pause: Etsy takes no inventory that is all zero (#395, #560)."""
    if found.for_sale(wanted):
        return Decision((Step.WRITE,), wanted, "active")
    nothing = dict.fromkeys(wanted, 0)
    if found.for_sale(found.numbers) <= MAX_QUANTITY:
        return Decision((Step.PAUSE,), nothing, "inactive", paused=True)
    shrunk = found.one_unit(found.numbers)
    return Decision((Step.SHRINK, Step.PAUSE), nothing, "inactive", paused=True, shrunk=shrunk)


def _restock(found: Found, wanted: Mapping[str, int]) -> Decision:
    """Write first and reactivate then, so that no old number is for sale in between."""
    total = found.for_sale(wanted)
    if not total:
        return Decision((), dict.fromkeys(wanted, 0), "inactive", paused=True)
    if total <= MAX_QUANTITY:
        return Decision((Step.WRITE, Step.ACTIVATE), wanted, "active")
    steps = (Step.SHRINK, Step.ACTIVATE, Step.WRITE)
    return Decision(steps, wanted, "active", shrunk=found.one_unit(wanted))


def _renewal(wanted: Mapping[str, int], *, allowed: bool) -> Decision:
    """Reviving a sold-out listing renews it, for a fee, and sets its quantity to 1."""
    if not allowed:
        raise RejectedError(
            "The listing sold out on Etsy; putting it back on sale costs a listing fee.",
            hint="Renew it on Etsy, or allow it: "
            "`tuisync integration set INTEGRATION renew_sold_out=yes`.",
            code="renewal_needed",
        )
    return Decision((Step.ACTIVATE, Step.WRITE), wanted, "active")


def _left_alone(state: ListingState) -> RejectedError:
    word = {"inactive": "deactivated by the seller"}.get(state, state.replace("_", " "))
    return RejectedError(
        f"The listing is {word} on Etsy and is left alone.",
        hint="Activate it on Etsy, then sync items.",
        code="not_for_sale",
    )
