"""Every kind of fault at every call of every hook: an error of our tree, and nothing done twice.

A hook makes several calls. Each cell spoils the first of them, then the second, and so on,
until the hook needs no more calls; after each the fault is gone, and the work is finished as
the engine would do it: by reading first.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest

from etsy_shop import Shop, failures_in, listings_in, open_shop, session_of, sign_in
from sandbox_kit import PATIENCE, Sandbox, make_sandbox
from tuisync import (
    MarketplaceError,
    OutcomeUnknown,
    PermanentError,
    RateLimited,
    RejectedError,
    RemoteListing,
    SignInError,
    TransientError,
)
from tuisync_etsy.sandbox.domain.listings import Listing

HTML = "<html><body><h1>502 Bad Gateway</h1></body></html>"
LOST: dict[str, dict[str, Any]] = {
    "500": {"status": 500},
    "502 with HTML": {"status": 502, "html": HTML},
    "500 as an array": {"status": 500, "array_error": True},
    "200 with HTML": {"status": 200, "html": HTML},
    "200 with an array": {"status": 200, "body": []},
    "cut JSON": {"cut": 9},
    "dropped before the effect": {"drop": "before"},
    "dropped after the effect": {"drop": "after"},
    "slow before the effect": {"delay": PATIENCE + 1},
    "slow after the effect": {"delay_after": PATIENCE + 1},
}
"""Faults after which nobody knows whether a write was done."""

REFUSED: dict[str, dict[str, Any]] = {
    "400 as an array": {"array_error": True},
    "400 with HTML": {"status": 400, "html": HTML},
    "404": {"status": 404, "body": {"error": "Resource not found"}},
    "409": {"status": 409, "body": {"error": "Conflict"}},
    "403": {"status": 403, "body": {"error": "Unauthorized"}},
    "401 without a word": {"status": 401, "html": ""},
}
"""Faults after which a write was not done."""

LIMITED: dict[str, dict[str, Any]] = {
    "429 of the day": {
        "status": 429,
        "body": {"error": "Exceeded daily rate limit"},
        "headers": {"retry-after": "86400"},
    },
    "429 with nonsense": {"status": 429, "body": [1], "headers": {"retry-after": "soon"}},
}
FAULTS = {**LOST, **REFUSED, **LIMITED}


def for_sale(each: Listing) -> bool:
    counted = bool(each.on_property.quantity) and len(each.variation_images) > 1
    return each.state == "active" and counted


@dataclass
class Work:
    """One piece of work, which can be begun anew from what the shop shows now."""

    shop: Shop
    listing: int
    order: int
    known: RemoteListing | None = None

    @property
    def sandbox(self) -> Sandbox:
        return self.shop.sandbox

    async def look(self) -> None:
        """Read the listing as the engine does before it writes."""
        self.known = await self.shop.listing(self.listing)

    async def read_items(self) -> None:
        pages = await self.shop.items()
        assert len([*listings_in(pages), *failures_in(pages)]) == len(self._owned)

    async def read_some_items(self) -> None:
        await self.shop.items(ids=tuple(str(each.listing_id) for each in self._owned[:3]))

    async def read_orders(self) -> None:
        first = await self.shop.orders()
        await self.shop.orders(cursor=first[-1].cursor, open_ids=(str(self.order), "77"))

    async def write_numbers(self) -> None:
        await self._push(7, paused=False)

    async def pause(self) -> None:
        await self._push(0, paused=self._there.state == "inactive")

    async def restock(self) -> None:
        await self._push(9, paused=self._there.state == "inactive")

    async def ship(self) -> None:
        await self.shop.ship(self.order, carrier="ups", tracking="1Z9")

    async def sign_in(self) -> None:
        await sign_in(session_of(self.sandbox))

    async def renew_and_ship(self) -> None:
        await self.ship()

    @property
    def _there(self) -> Listing:
        return self.sandbox.world.listings[self.listing]

    @property
    def _owned(self) -> list[Listing]:
        return self.sandbox.world.listings_of(self.sandbox.world.shop.shop_id)

    async def _push(self, number: int, *, paused: bool) -> None:
        assert self.known is not None
        keys = [each.key for each in self.known.variants]
        await self.shop.push(self.known, dict.fromkeys(keys, number), paused_by_us=paused)


Hook = Callable[[Work], Awaitable[None]]
HOOKS: tuple[Hook, ...] = (
    Work.sign_in,
    Work.read_items,
    Work.read_some_items,
    Work.read_orders,
    Work.write_numbers,
    Work.pause,
    Work.restock,
    Work.ship,
    Work.renew_and_ship,
)


WRITES = (Work.write_numbers, Work.pause, Work.restock, Work.ship, Work.renew_and_ship)


async def prepared(hook: Hook) -> Work:
    """Return the work of a hook in a small shop of its own."""
    shop = await open_shop(make_sandbox(listings=30, orders=5))
    await shop.sandbox.control("quirks", images_unlinked=True, rotation="grace")
    listing = shop.sandbox.listing(for_sale).listing_id
    sold = await shop.sandbox.control("sell", listing_id=listing)
    work = Work(shop, listing, order=sold["receipt"]["receipt_id"])
    if hook in WRITES:
        await work.look()
    if hook is Work.restock:
        await work.pause()
        await work.look()
    if hook is Work.renew_and_ship:
        await shop.sandbox.control("clock", advance=3590)
    shop.forget_calls()
    return work


def check_class(error: Exception, fault: str, method: str, hook: Hook) -> None:
    """Check that the error asks for what its caller has to do."""
    if hook is Work.sign_in:
        assert isinstance(error, (SignInError, MarketplaceError)), error
        assert not isinstance(error, OutcomeUnknown), error
    elif fault in LIMITED:
        assert isinstance(error, RateLimited), error
        assert 0 < error.retry_after <= 86_400
    elif fault in LOST:
        wanted = TransientError if method == "GET" else OutcomeUnknown
        assert isinstance(error, wanted), error
    else:
        assert not isinstance(error, OutcomeUnknown), error
        kinds = (RejectedError, TransientError, PermanentError)
        assert isinstance(error, kinds), error
    assert HTML not in str(error)


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook.__name__)
@pytest.mark.parametrize("fault", FAULTS)
async def test_p08_a_fault_at_any_call_of_a_hook_is_an_error_of_our_tree(
    fault: str, hook: Hook
) -> None:
    spoilt = 0
    while await _spoiled(fault, hook, spoilt):
        spoilt += 1
    assert spoilt >= 1


async def _spoiled(fault: str, hook: Hook, skip: int) -> bool:
    """Spoil one call of a hook; tell whether it made that many."""
    work = await prepared(hook)
    sandbox = work.sandbox
    try:
        await sandbox.control("faults", path="/v3", skip=skip, **FAULTS[fault])
        try:
            await hook(work)
        except (MarketplaceError, SignInError) as error:
            method = sandbox.world.log.since(work.shop.mark)[-1].method
            check_class(error, fault, method, hook)
        hit = not sandbox.world.faults.waiting
        await sandbox.client.delete("/sandbox/faults")
        if hook in WRITES:
            await work.look()
            await hook(work)
            _check_end(work, hook)
    finally:
        await sandbox.client.aclose()
    return hit


def _check_end(work: Work, hook: Hook) -> None:
    """Check what the shop shows once the work was finished after a fault."""
    there, emails = work.sandbox.world.listings[work.listing], work.sandbox.world.emails
    numbers = {each.quantity for each in there.products}
    assert there.renewals == 0
    assert emails.total() == (hook in {Work.ship, Work.renew_and_ship})
    if hook is Work.write_numbers:
        assert (there.state, numbers) == ("active", {7})
    elif hook is Work.pause:
        assert there.state == "inactive"
    elif hook is Work.restock:
        assert (there.state, numbers) == ("active", {9})
