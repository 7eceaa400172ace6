"""Setting a listing's quantities: read everything, change the numbers, write everything.

Etsy has no conditional write and no call for one quantity alone, so the time between reading
and writing is kept short, and the answer is compared with what was sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from tuisync import (
    OutcomeUnknown,
    RejectedError,
    RemoteNotFound,
    ShapeChanged,
    StockResult,
    TransientError,
)
from tuisync_etsy import wire
from tuisync_etsy.api import EtsyApi, connect
from tuisync_etsy.batches import known_number
from tuisync_etsy.listings import listing_state
from tuisync_etsy.replacement import replacement
from tuisync_etsy.stock_decision import Decision, Found, Step, decide
from tuisync_etsy.variants import axis_count, fingerprint, groups

if TYPE_CHECKING:
    from tuisync import ListingState, Session, StockChange

_INVENTORY = msgspec.json.Decoder(wire.Inventory, strict=False)
_TWO_AXES = 2
_THREE_AXES = {"max_variations_supported": "3"}
"""Without it Etsy refuses a write to a listing with three axes."""


async def push(session: Session, change: StockChange) -> StockResult:
    """Carry out one stock change, as the hook `push_stock` promises."""
    return await _Push(connect(session), change, known_number(change.listing_id)).run()


@dataclass(frozen=True)
class _Read:
    """An inventory as it came and as it is understood."""

    raw: msgspec.Raw
    inventory: wire.Inventory
    served_at: datetime


@dataclass(frozen=True)
class _Push:
    """One push to one listing."""

    api: EtsyApi
    change: StockChange
    listing: int

    async def run(self) -> StockResult:
        state = await self._state()
        read = await self._inventory()
        found = Found(state, tuple(groups(read.inventory)), fingerprint(read.inventory))
        decision = decide(found, self.change)
        for step in decision.steps:
            read = await self._take(step, decision, read)
        return StockResult(
            quantities=dict(decision.shown),
            state=decision.state,
            served_at=read.served_at,
            paused_by_us=decision.paused,
            fingerprint=fingerprint(read.inventory),
        )

    async def _take(self, step: Step, decision: Decision, read: _Read) -> _Read:
        if step is Step.PAUSE:
            return await self._set_state("inactive", read)
        if step is Step.ACTIVATE:
            activated = await self._set_state("active", read)
            more = decision.steps[-1] is not step
            return await self._inventory() if more else activated
        if step is Step.SHRINK:
            return await self._write(decision.shrunk, read)
        return await self._write(decision.shown, read)

    async def _state(self) -> ListingState:
        answer = await self.api.get(f"/listings/{self.listing}", wire.Listing)
        shop = answer.value.shop_id
        if shop is not None and f"/shops/{shop}" != self.api.shop:
            raise RejectedError("The listing belongs to another shop and is left alone.")
        return listing_state(answer.value.state)

    async def _inventory(self) -> _Read:
        try:
            answer = await self.api.get(f"/listings/{self.listing}/inventory", msgspec.Raw)
        except RemoteNotFound as error:
            raise _no_inventory() from error
        try:
            return _understood(answer.value, answer.served_at)
        except msgspec.DecodeError as error:
            raise _no_inventory() from error

    async def _write(self, numbers: Mapping[str, int], read: _Read) -> _Read:
        """Replace the inventory and compare the answer with what was sent."""
        before = groups(read.inventory)
        old = {group.key: group.quantity for group in before}
        if old.keys() != numbers.keys():
            raise ShapeChanged("The listing's variations changed while it was put on sale.")
        new = {key: want for key, want in numbers.items() if want != old[key]}
        if not new:
            return read
        answer = await self.api.put(
            f"/listings/{self.listing}/inventory",
            replacement(read.raw, before, new),
            msgspec.Raw,
            _THREE_AXES if axis_count(read.inventory) > _TWO_AXES else None,
        )
        try:
            after = _understood(answer.value, answer.served_at)
        except msgspec.DecodeError as error:
            raise OutcomeUnknown("Etsy took it, but its answer cannot be read.") from error
        if {group.key: group.quantity for group in groups(after.inventory)} != numbers:
            raise OutcomeUnknown("Etsy's answer shows other numbers than the ones sent.")
        return after

    async def _set_state(self, state: ListingState, read: _Read) -> _Read:
        answer = await self.api.patch(
            f"{self.api.shop}/listings/{self.listing}", {"state": state}, wire.Listing
        )
        if listing_state(answer.value.state) != state:
            raise TransientError(f"Etsy did not make the listing {state}.")
        return _Read(read.raw, read.inventory, answer.served_at)


def _understood(raw: msgspec.Raw, served_at: datetime) -> _Read:
    return _Read(raw, _INVENTORY.decode(raw), served_at)


def _no_inventory() -> RejectedError:
    return RejectedError(
        "Etsy keeps no inventory for this listing, so its number cannot be set.",
        hint="Open the listing on Etsy, save it once, then sync items.",
    )
