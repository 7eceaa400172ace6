"""The control interface under `/sandbox`: look at the world, and make things happen."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tuisync_etsy.sandbox.domain.faults import Fault
from tuisync_etsy.sandbox.web import control_input as given
from tuisync_etsy.sandbox.web import control_listings as listings
from tuisync_etsy.sandbox.web import control_orders as orders
from tuisync_etsy.sandbox.web import control_settings as settings
from tuisync_etsy.sandbox.web import params
from tuisync_etsy.sandbox.web.access import world_of
from tuisync_etsy.sandbox.web.control_view import call_view, world_view
from tuisync_etsy.sandbox.web.replies import reply

if TYPE_CHECKING:
    import msgspec


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


Endpoint = Callable[[Request], Awaitable[Response]]

LOOKS = (
    Route("/sandbox", _index, methods=["GET"]),
    Route("/sandbox/state", _state, methods=["GET"]),
    Route("/sandbox/requests", _requests, methods=["GET"]),
    Route("/sandbox/faults", settings.show_faults, methods=["GET"]),
)
"""What shows the world."""

ACTIONS: dict[str, tuple[Endpoint, type[msgspec.Struct]]] = {
    "sell": (orders.sell_something, given.Sell),
    "pay": (orders.pay, given.Pay),
    "cancel": (orders.cancel, given.Cancel),
    "refund": (orders.refund, given.GiveBack),
    "ship": (orders.ship_there, given.ShipThere),
    "edit": (listings.edit, given.Edit),
    "listings": (listings.add, given.NewListing),
    "revoke": (settings.revoke, given.Revoke),
    "clock": (settings.advance, given.Advance),
    "region": (settings.restrict, given.Region),
    "vacation": (settings.go_on_vacation, given.Vacation),
    "user": (settings.sit_down, given.SignIn),
    "limits": (settings.set_limits, given.NewLimits),
    "quirks": (settings.set_quirks, given.NewQuirks),
    "faults": (settings.plan_faults, Fault),
}
"""What changes it, with what each call takes."""

ROUTES: tuple[Route, ...] = (
    *LOOKS,
    *(
        Route(f"/sandbox/{name}", endpoint, methods=["POST"])
        for name, (endpoint, _) in ACTIONS.items()
    ),
    Route("/sandbox/faults", settings.clear_faults, methods=["DELETE"]),
)
