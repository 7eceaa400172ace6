"""Setting a listing's quantities: read everything, change the numbers, write everything.

Etsy has no conditional write and no call for one quantity alone, so the time between reading
and writing is kept short, and the answer is compared with what was sent: the numbers, and all
that should have stayed as it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
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
from tuisync_etsy.api import Answer, EtsyApi, connect
from tuisync_etsy.batches import known_number
from tuisync_etsy.comparison import changes, currencies
from tuisync_etsy.listings import listing_state
from tuisync_etsy.option_pictures import OptionPictures, pictures
from tuisync_etsy.replacement import refused_fields, replacement
from tuisync_etsy.stock_decision import Decision, Found, Step, decide
from tuisync_etsy.variants import Group, axis_count, fingerprint, groups

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


@dataclass
class _Push:
    """One push to one listing.

    Attributes:
        notes: What the writes did besides setting numbers.
    """

    api: EtsyApi
    change: StockChange
    listing: int
    notes: list[str] = field(default_factory=list)

    async def run(self) -> StockResult:
        shown = await self._listing()
        # Read first, so that little time passes between reading the numbers and writing them.
        images = OptionPictures(self.api, self.listing)
        varied = shown.has_variations is not False
        shown_images = await images.read() if varied else wire.VariationImages()
        read = await self._inventory()
        before = pictures(shown_images, read.inventory)
        found = Found(
            listing_state(shown.state), tuple(groups(read.inventory)), fingerprint(read.inventory)
        )
        decision = decide(found, self.change)
        for step in decision.steps:
            read = await self._take(step, decision, read)
        if set(decision.steps) & {Step.WRITE, Step.SHRINK}:
            self.notes += await images.mend(before, read.inventory)
        return StockResult(
            quantities=dict(decision.shown),
            state=decision.state,
            served_at=read.served_at,
            paused_by_us=decision.paused,
            fingerprint=fingerprint(read.inventory),
            notes=tuple(self.notes),
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

    async def _listing(self) -> wire.Listing:
        listing = (await self.api.get(f"/listings/{self.listing}", wire.Listing)).value
        if listing.shop_id is not None and f"/shops/{listing.shop_id}" != self.api.shop:
            raise RejectedError("The listing belongs to another shop and is left alone.")
        return listing

    async def _inventory(self) -> _Read:
        try:
            answer = await self.api.get(f"/listings/{self.listing}/inventory", msgspec.Raw)
        except RemoteNotFound as error:
            raise _no_inventory() from error
        try:
            return _understood(answer.value, answer.served_at)
        except msgspec.DecodeError as error:
            if bytes(answer.value) == b"null":
                raise _no_inventory() from error
            raise TransientError("Etsy's answer cannot be read.") from error

    async def _write(self, numbers: Mapping[str, int], read: _Read) -> _Read:
        """Replace the inventory and compare the answer with what was sent."""
        before = groups(read.inventory)
        old = {group.key: group.quantity for group in before}
        if old.keys() != numbers.keys():
            raise ShapeChanged("The listing's variations changed while it was put on sale.")
        new = {key: want for key, want in numbers.items() if want != old[key]}
        if not new:
            return read
        self._check_currency(read)
        answer = await self._put(read, before, new)
        try:
            after = _understood(answer.value, answer.served_at)
        except msgspec.DecodeError as error:
            raise OutcomeUnknown("Etsy took it, but its answer cannot be read.") from error
        if {group.key: group.quantity for group in groups(after.inventory)} != numbers:
            raise OutcomeUnknown("Etsy's answer shows other numbers than the ones sent.")
        self._note_changes(read, after)
        return after

    async def _put(
        self, read: _Read, before: list[Group], new: Mapping[str, int]
    ) -> Answer[msgspec.Raw]:
        """Send the inventory; once more without fields that Etsy itself says it never takes."""
        send = partial(
            self.api.put,
            f"/listings/{self.listing}/inventory",
            shape=msgspec.Raw,
            params=_THREE_AXES if axis_count(read.inventory) > _TWO_AXES else None,
        )
        try:
            return await send(replacement(read.raw, before, new))
        except RejectedError as error:
            refused = refused_fields(read.raw, error.message)
            if not refused:
                raise
            return await send(replacement(read.raw, before, new, without=refused))

    def _check_currency(self, read: _Read) -> None:
        """Refuse where a price would be rewritten: a write has no place for a currency."""
        account = self.api.session.account
        own = account.currency.upper() if account else ""
        foreign = currencies(read.raw) - {own}
        if own and foreign:
            raise RejectedError(
                f"The listing's prices are in {' and '.join(sorted(foreign))} and the shop sells "
                f"in {own}: writing its numbers would change its prices.",
                hint=f"Open the listing at Etsy and give it prices in {own}, then sync items.",
                code="foreign_prices",
            )

    def _note_changes(self, before: _Read, after: _Read) -> None:
        found = changes(before.raw, after.raw)
        if found:
            self.notes.append(
                f"Etsy changed more than the numbers with this write: {', '.join(found)}. "
                "Look at the listing on Etsy."
            )

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
