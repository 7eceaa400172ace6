"""Control calls about how the shop behaves: faults, time, limits, oddities, who sits there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import msgspec

from tuisync_etsy.sandbox.domain import market
from tuisync_etsy.sandbox.domain.errors import bad_request
from tuisync_etsy.sandbox.domain.faults import Fault
from tuisync_etsy.sandbox.web import control_input as given
from tuisync_etsy.sandbox.web.access import world_of
from tuisync_etsy.sandbox.web.control_body import read
from tuisync_etsy.sandbox.web.control_view import quirks_view
from tuisync_etsy.sandbox.web.replies import reply

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


async def revoke(request: Request) -> Response:
    """The signed-in user changes the password."""
    world = world_of(request)
    await read(request, given.Revoke)
    world.tokens.revoke(world.users[world.seat].user_id)
    return reply({"tokens": world.tokens.live(world.clock.precise())})


async def plan_faults(request: Request) -> Response:
    """Add faults to the queue."""
    for fault in await _read_faults(request):
        world_of(request).faults.plan(fault)
    return await show_faults(request)


async def clear_faults(request: Request) -> Response:
    """Forget all faults."""
    world_of(request).faults.clear()
    return await show_faults(request)


async def show_faults(request: Request) -> Response:
    """Show the faults that wait."""
    waiting = world_of(request).faults.waiting
    return reply({"faults": [msgspec.to_builtins(each) for each in waiting]})


async def _read_faults(request: Request) -> list[Fault]:
    """Return the planned faults; a malformed record stays so unless a number is given."""
    content = await request.body()
    one = not content.lstrip().startswith(b"[")
    raw = (
        [await read(request, dict[str, Any])] if one else await read(request, list[dict[str, Any]])
    )
    faults = []
    for each in raw:
        lasting = "malformed_listing" in each or "malformed_receipt" in each
        try:
            fault = msgspec.convert({"times": 0 if lasting else 1, **each}, Fault)
        except msgspec.ValidationError as error:
            raise bad_request(str(error)) from None
        if not fault.does_something:
            raise bad_request("a fault must say what goes wrong")
        faults.append(fault)
    return faults


async def advance(request: Request) -> Response:
    """Let time pass."""
    world, wanted = world_of(request), await read(request, given.Advance)
    world.clock.advance(wanted.advance)
    market.settle(world.receipts.values(), world.clock.now())
    return reply({"now": world.clock.now()})


async def restrict(request: Request) -> Response:
    """Withhold addresses and refuse tracking, or stop doing so."""
    world, wanted = world_of(request), await read(request, given.Region)
    world.quirks.hidden_addresses = wanted.restricted
    world.quirks.tracking_refused = wanted.restricted
    return reply({"restricted": wanted.restricted})


async def go_on_vacation(request: Request) -> Response:
    """Let the shop take no orders for a while."""
    world, wanted = world_of(request), await read(request, given.Vacation)
    world.shop.on_vacation = wanted.on
    return reply({"on_vacation": wanted.on})


async def sit_down(request: Request) -> Response:
    """Change who is signed in at the consent page."""
    world = world_of(request)
    world.seat = (await read(request, given.SignIn)).seat
    return reply({"signed_in": world.seat, "user_id": world.users[world.seat].user_id})


async def set_limits(request: Request) -> Response:
    """Change the limits, or spend calls."""
    world, wanted = world_of(request), await read(request, given.NewLimits)
    limits = world.limits
    limits.per_second = limits.per_second if wanted.per_second is None else wanted.per_second
    limits.per_day = limits.per_day if wanted.per_day is None else wanted.per_day
    limits.spend(wanted.spend, world.clock.precise())
    return reply(limits.headers(world.clock.precise()))


async def set_quirks(request: Request) -> Response:
    """Change where the shop behaves oddly."""
    world, wanted = world_of(request), await read(request, given.NewQuirks)
    chosen = {name: on for name, on in msgspec.structs.asdict(wanted).items() if on is not None}
    world.tokens.rotation = chosen.pop("rotation", world.tokens.rotation)
    world.quirks = replace(world.quirks, **chosen)
    return reply(quirks_view(world))
