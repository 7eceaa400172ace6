"""The control interface under `/sandbox`: look at the world, and make things happen."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tuisync_etsy.sandbox.domain import market
from tuisync_etsy.sandbox.domain.errors import bad_request, not_found
from tuisync_etsy.sandbox.domain.faults import Fault
from tuisync_etsy.sandbox.domain.listings import Listing, set_pool, set_state
from tuisync_etsy.sandbox.domain.receipts import Receipt
from tuisync_etsy.sandbox.domain.shipping import Notice, ship
from tuisync_etsy.sandbox.domain.visit import (
    add_listing,
    find_product,
    random_product,
    rename_option,
    sell,
)
from tuisync_etsy.sandbox.domain.world import World
from tuisync_etsy.sandbox.web import control_input as given
from tuisync_etsy.sandbox.web import params
from tuisync_etsy.sandbox.web.access import world_of
from tuisync_etsy.sandbox.web.control_view import (
    call_view,
    listing_view,
    receipt_view,
    world_view,
)
from tuisync_etsy.sandbox.web.replies import reply

T = TypeVar("T")


async def _read(request: Request, kind: type[T]) -> T:
    """Return the JSON body as one of the inputs.

    Raises:
        Refused: 400, with what is wrong about it.
    """
    try:
        return msgspec.json.decode(await request.body() or b"{}", type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise bad_request(str(error)) from None


async def _index(_: Request) -> Response:
    """Tell what each call does and takes."""
    calls: dict[str, Any] = {f"GET {route.path}": {} for route in LOOKS}
    for name, (_endpoint, kind) in ACTIONS.items():
        does = (kind.__doc__ or "").partition("\n")[0]
        calls[f"POST /sandbox/{name}"] = {"does": does, "takes": list(kind.__struct_fields__)}
    return reply(calls)


async def _state(request: Request) -> Response:
    return reply(world_view(world_of(request)))


async def _requests(request: Request) -> Response:
    world = world_of(request)
    since = params.whole(request.query_params, "since", 0) or 0
    calls = [call_view(call) for call in world.log.since(since)]
    return reply({"total": world.log.total, "requests": calls})


async def _sell(request: Request) -> Response:
    world, order = world_of(request), await _read(request, given.Sell)
    wishes = [_wish(world, line) for line in order.lines or [order]]
    pays_in = 0 if order.paid else order.pays_in
    receipt = sell(world, wishes, buyer_id=order.buyer_id, pays_in=pays_in)
    first = wishes[0]
    return reply(
        {
            **_receipt(world, receipt),
            "listing": listing_view(first.listing),
            "left": first.product.quantity,
        }
    )


async def _pay(request: Request) -> Response:
    world = world_of(request)
    receipt = _find(world, (await _read(request, given.Pay)).receipt_id)
    market.pay(receipt, world.clock.now())
    return reply(_receipt(world, receipt))


async def _cancel(request: Request) -> Response:
    world, wanted = world_of(request), await _read(request, given.Cancel)
    receipt, now = _find(world, wanted.receipt_id), world.clock.now()
    market.cancel(receipt, now, touch=world.quirks.cancel_moves_update)
    if wanted.restock:
        market.restock(receipt, world.listings, now)
    return reply(_receipt(world, receipt))


async def _refund(request: Request) -> Response:
    world, wanted = world_of(request), await _read(request, given.GiveBack)
    receipt = _find(world, wanted.receipt_id)
    amount = receipt.grandtotal if wanted.amount is None else wanted.amount
    touch = world.quirks.cancel_moves_update
    market.refund(receipt, amount, wanted.reason, world.clock.now(), touch=touch)
    return reply(_receipt(world, receipt))


async def _ship(request: Request) -> Response:
    world, wanted = world_of(request), await _read(request, given.ShipThere)
    receipt = _find(world, wanted.receipt_id)
    notice = Notice(wanted.tracking_code, wanted.carrier_name)
    ship(receipt, world.shop, notice, world.ids, world.clock.now())
    world.emails[receipt.receipt_id] += 1
    return reply(_receipt(world, receipt))


async def _edit(request: Request) -> Response:
    world, edit = world_of(request), await _read(request, given.Edit)
    listing, index = find_product(world, edit.listing_id, edit.sku, edit.options)
    if edit.delete:
        del world.listings[listing.listing_id]
        return reply({"listing": None})
    _change(listing, index, edit)
    listing.updated_at = world.clock.now()
    if edit.state is not None:
        set_state(listing, edit.state, world.clock.now())
    return reply({"listing": listing_view(listing)})


async def _list(request: Request) -> Response:
    world, new = world_of(request), await _read(request, given.NewListing)
    listing = add_listing(
        world,
        title=new.title,
        sku=new.sku,
        quantity=new.quantity,
        price=new.price,
        state=new.state,
    )
    return reply({"listing": listing_view(listing)})


async def _revoke(request: Request) -> Response:
    world = world_of(request)
    await _read(request, given.Revoke)
    world.tokens.revoke(world.users[world.seat].user_id)
    return reply({"tokens": world.tokens.live(world.clock.precise())})


async def _plan_faults(request: Request) -> Response:
    for fault in await _read_faults(request):
        world_of(request).faults.plan(fault)
    return await _show_faults(request)


async def _clear_faults(request: Request) -> Response:
    world_of(request).faults.clear()
    return await _show_faults(request)


async def _show_faults(request: Request) -> Response:
    waiting = world_of(request).faults.waiting
    return reply({"faults": [msgspec.to_builtins(each) for each in waiting]})


async def _read_faults(request: Request) -> list[Fault]:
    """Return the planned faults; a malformed record stays so unless a number is given."""
    content = await request.body()
    one = not content.lstrip().startswith(b"[")
    raw = (
        [await _read(request, dict[str, Any])]
        if one
        else await _read(request, list[dict[str, Any]])
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


async def _clock(request: Request) -> Response:
    world, wanted = world_of(request), await _read(request, given.Advance)
    world.clock.advance(wanted.advance)
    market.settle(world.receipts.values(), world.clock.now())
    return reply({"now": world.clock.now()})


async def _region(request: Request) -> Response:
    world, wanted = world_of(request), await _read(request, given.Region)
    world.quirks.hidden_addresses = wanted.restricted
    world.quirks.tracking_refused = wanted.restricted
    return reply({"restricted": wanted.restricted})


async def _user(request: Request) -> Response:
    world = world_of(request)
    world.seat = (await _read(request, given.SignIn)).seat
    return reply({"signed_in": world.seat, "user_id": world.users[world.seat].user_id})


async def _limits(request: Request) -> Response:
    world, wanted = world_of(request), await _read(request, given.NewLimits)
    limits = world.limits
    limits.per_second = limits.per_second if wanted.per_second is None else wanted.per_second
    limits.per_day = limits.per_day if wanted.per_day is None else wanted.per_day
    limits.spend(wanted.spend, world.clock.precise())
    return reply(limits.headers(world.clock.precise()))


async def _quirks(request: Request) -> Response:
    world, wanted = world_of(request), await _read(request, given.NewQuirks)
    chosen = {name: on for name, on in msgspec.structs.asdict(wanted).items() if on is not None}
    world.tokens.rotation = chosen.pop("rotation", world.tokens.rotation)
    world.quirks = replace(world.quirks, **chosen)
    return reply(world_view(world)["quirks"])


def _wish(world: World, line: given.OrderLine) -> market.Wish:
    if line.listing_id is None and line.sku is None:
        listing, index = random_product(world, line.quantity)
    else:
        listing, index = find_product(world, line.listing_id, line.sku, line.options)
    return market.Wish(listing, index, line.quantity)


def _change(listing: Listing, index: int, edit: given.Edit) -> None:
    """Apply what the seller edits, besides the state."""
    if edit.title is not None:
        listing.title = edit.title
    if edit.new_sku is not None:
        market.rename_sku(listing, index, edit.new_sku)
    if edit.quantity is not None:
        set_pool(listing, index, edit.quantity)
    if edit.rename is not None:
        rename_option(listing, *edit.rename)
    changes: dict[str, Any] = {"price": edit.price, "is_enabled": edit.enabled}
    changes = {name: value for name, value in changes.items() if value is not None}
    products = list(listing.products)
    products[index] = replace(products[index], **changes)
    listing.products = tuple(products)


def _find(world: World, receipt_id: int) -> Receipt:
    receipt = world.receipts.get(receipt_id)
    if receipt is None:
        raise not_found(f"There is no receipt {receipt_id}.")
    return receipt


def _receipt(world: World, receipt: Receipt) -> dict[str, Any]:
    return {"receipt": receipt_view(receipt, world.emails[receipt.receipt_id])}


Endpoint = Callable[[Request], Awaitable[Response]]

LOOKS = (
    Route("/sandbox", _index, methods=["GET"]),
    Route("/sandbox/state", _state, methods=["GET"]),
    Route("/sandbox/requests", _requests, methods=["GET"]),
    Route("/sandbox/faults", _show_faults, methods=["GET"]),
)
"""What shows the world."""

ACTIONS: dict[str, tuple[Endpoint, type[msgspec.Struct]]] = {
    "sell": (_sell, given.Sell),
    "pay": (_pay, given.Pay),
    "cancel": (_cancel, given.Cancel),
    "refund": (_refund, given.GiveBack),
    "ship": (_ship, given.ShipThere),
    "edit": (_edit, given.Edit),
    "listings": (_list, given.NewListing),
    "revoke": (_revoke, given.Revoke),
    "clock": (_clock, given.Advance),
    "region": (_region, given.Region),
    "user": (_user, given.SignIn),
    "limits": (_limits, given.NewLimits),
    "quirks": (_quirks, given.NewQuirks),
    "faults": (_plan_faults, Fault),
}
"""What changes it, with what each call takes."""

ROUTES: tuple[Route, ...] = (
    *LOOKS,
    *(
        Route(f"/sandbox/{name}", endpoint, methods=["POST"])
        for name, (endpoint, _) in ACTIONS.items()
    ),
    Route("/sandbox/faults", _clear_faults, methods=["DELETE"]),
)
