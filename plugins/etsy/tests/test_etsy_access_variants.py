"""Dead tokens, missing scopes, refused keys and gated calls, in every form Etsy may give them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import httpx
import msgspec
import pytest

import tuisync_etsy
from etsy_shop import Shop, open_shop, orders_in, session_of
from sandbox_kit import Sandbox
from tuisync import (
    AuthorizationRequired,
    NotPermitted,
    PermanentError,
    RejectedError,
    SignInTimeout,
    StockChange,
    TransientError,
    VariantChange,
)
from tuisync.core.signin.answers import from_pasted
from tuisync_etsy.sandbox.domain.receipts import Receipt

FAR = datetime(2030, 1, 1, tzinfo=UTC)
"""So that the plug-in takes an access token for living, whatever Etsy thinks."""


def to_pack(each: Receipt) -> bool:
    return each.is_paid and not each.is_shipped and not each.cancelled


async def read_items(shop: Shop) -> None:
    await shop.items()


async def read_orders(shop: Shop) -> None:
    await shop.orders()


async def push(shop: Shop) -> None:
    there = shop.sandbox.listing(lambda x: x.state == "active" and not x.has_variations)
    numbers = VariantChange(key="", believed=there.quantity, wanted=there.quantity + 1)
    change = StockChange(listing_id=str(there.listing_id), variants=(numbers,))
    await tuisync_etsy.push_stock(shop.session, change)


async def ship(shop: Shop) -> None:
    order = shop.sandbox.receipt(to_pack).receipt_id
    await shop.ship(order, carrier="ups", tracking="1Z")


HOOKS: tuple[Callable[[Shop], Awaitable[None]], ...] = (read_items, read_orders, push, ship)
every_hook = pytest.mark.parametrize("hook", HOOKS)
either_status = pytest.mark.parametrize("forbidden", [False, True], ids=["401", "403"])


@pytest.fixture
async def shop(sandbox: Sandbox) -> Shop:
    return await open_shop(sandbox)


async def trust_the_token(shop: Shop) -> None:
    held = await shop.session.credentials.current()
    shop.session.credentials.held = msgspec.structs.replace(held, expires_at=FAR)


@every_hook
@either_status
async def test_e11_an_access_token_that_died_early_is_renewed_once(
    shop: Shop, hook: Callable[[Shop], Awaitable[None]], *, forbidden: bool
) -> None:
    await shop.sandbox.control("quirks", dead_tokens_forbidden=forbidden)
    await trust_the_token(shop)
    await shop.sandbox.control("clock", advance=3700)
    await hook(shop)
    assert shop.session.credentials.refreshes == 1


@every_hook
@either_status
async def test_s41_quirk_16_a_password_change_asks_for_a_sign_in_and_for_nothing_more(
    shop: Shop, hook: Callable[[Shop], Awaitable[None]], *, forbidden: bool
) -> None:
    await shop.sandbox.control("quirks", dead_tokens_forbidden=forbidden)
    await shop.sandbox.control("revoke")
    shop.forget_calls()
    with pytest.raises(AuthorizationRequired, match="refresh_token is revoked"):
        await hook(shop)
    assert len(shop.calls()) == 2  # the call, and one try to renew


@every_hook
async def test_quirk_17_a_missing_scope_asks_for_a_sign_in_and_renews_nothing(
    sandbox: Sandbox, shop: Shop, hook: Callable[[Shop], Awaitable[None]]
) -> None:
    answer = await sandbox.sign_in("shops_r")
    held = await shop.session.credentials.current()
    shop.session.credentials.held = msgspec.structs.replace(
        held, access=answer.json()["access_token"]
    )
    del sandbox.client.headers["authorization"]
    with pytest.raises(AuthorizationRequired, match="does not cover"):
        await hook(shop)
    assert shop.session.credentials.refreshes == 0


@every_hook
async def test_e13_quirk_17_a_key_that_vanished_is_no_dead_token_and_costs_no_renewal(
    shop: Shop, hook: Callable[[Shop], Awaitable[None]]
) -> None:
    shop.sandbox.world.key = replace(shop.sandbox.world.key, keystring="suspended")
    before = await shop.session.credentials.current()
    with pytest.raises(PermanentError) as caught:
        await hook(shop)
    assert caught.value.error_code == "bad_key"
    assert await shop.session.credentials.current() == before
    assert len(shop.calls()) == 1


@either_status
@pytest.mark.parametrize("text", ["Unauthorized", "Forbidden", "This operation is not available"])
async def test_e19_a_gated_tracking_call_is_told_apart_from_a_dead_token(
    shop: Shop, text: str, *, forbidden: bool
) -> None:
    await shop.sandbox.control("quirks", dead_tokens_forbidden=forbidden)
    await shop.sandbox.control(
        "faults", method="POST", path="/tracking", status=403, body={"error": text}
    )
    with pytest.raises(NotPermitted) as caught:
        await ship(shop)
    assert caught.value.capability == "shipping_write"
    assert caught.value.error_code == "not_permitted"
    assert "Mark the order as shipped on Etsy" in caught.value.hint
    assert shop.session.credentials.refreshes == 0
    assert shop.sandbox.world.emails.total() == 0


async def test_e19_what_another_shop_owns_is_no_gated_capability(shop: Shop) -> None:
    body = {"error": "User does not own Listing 5"}
    await shop.sandbox.control("faults", method="PUT", path="/inventory", status=403, body=body)
    with pytest.raises(RejectedError) as caught:
        await push(shop)
    assert not isinstance(caught.value, NotPermitted)


@pytest.mark.parametrize("rotation", ["strict", "grace", "old-stays-valid"])
async def test_p11_a_renewal_whose_answer_was_lost(shop: Shop, rotation: str) -> None:
    """Whether a used refresh token dies at once is not documented: each way must end well."""
    await shop.sandbox.control("quirks", rotation=rotation)
    await shop.sandbox.control("clock", advance=3700)
    await shop.sandbox.control("faults", path="/oauth/token", drop="after")
    with pytest.raises(TransientError):
        await read_orders(shop)
    if rotation == "strict":
        with pytest.raises(AuthorizationRequired, match="revoked"):
            await read_orders(shop)
    else:
        await read_orders(shop)


@pytest.mark.parametrize("status", [400, 401, 403, 404])
async def test_quirk_16_a_renewal_refused_without_a_reason_ends_no_sign_in(
    shop: Shop, status: int
) -> None:
    await shop.sandbox.control("clock", advance=3700)
    await shop.sandbox.control("faults", path="/oauth/token", status=status, html="<h1>No</h1>")
    before = await shop.session.credentials.current()
    with pytest.raises((TransientError, PermanentError)):
        await read_orders(shop)
    assert await shop.session.credentials.current() == before
    await read_orders(shop)


@dataclass
class Patience:
    """A seller's browser that may never come back; then the prompt's time is up."""

    client: httpx.AsyncClient
    consent: str = "allow"
    redirect_uri: str = "http://localhost:3003/oauth/redirect"

    async def visit(self, url: str) -> Mapping[str, str]:
        response = await self.client.get(f"{url}&consent={self.consent}")
        if not response.is_redirect:
            raise SignInTimeout("Nobody came back in time.")
        return dict(httpx.URL(response.headers["location"]).params)


@dataclass
class Paster(Patience):
    """A seller whose browser ends at an address nobody listens on, and who pastes that."""

    async def visit(self, url: str) -> Mapping[str, str]:
        response = await self.client.get(f"{url}&consent={self.consent}")
        answer = from_pasted(f"  <{response.headers['location']}>\n")
        assert answer is not None
        return answer


async def test_e14_the_pasted_address_of_a_redirect_that_failed_signs_in(sandbox: Sandbox) -> None:
    session = session_of(sandbox)
    granted = await tuisync_etsy.authorize(session, Paster(session.http))
    assert granted.account.shop_id == str(sandbox.world.shop.shop_id)


async def test_e15_the_account_is_the_one_the_token_names(sandbox: Sandbox) -> None:
    session = session_of(sandbox)
    granted = await tuisync_etsy.authorize(session, Patience(session.http))
    assert granted.tokens.access.split(".")[0] == granted.account.account_id
    assert granted.account.account_id != granted.account.shop_id


async def test_e16_a_sale_a_payment_a_cancellation_and_a_shipment_are_found_by_polling(
    shop: Shop,
) -> None:
    control = shop.sandbox.control
    await control("sell", quantity=1)
    cursor = (await shop.orders())[-1].cursor
    sold = (await control("sell", paid=False))["receipt"]["receipt_id"]
    shipped = shop.sandbox.receipt(to_pack).receipt_id
    await control("ship", receipt_id=shipped, tracking_code="1Z", carrier_name="ups")
    second = await shop.orders(cursor=cursor, open_ids=(str(shipped),))
    found = {each.remote_id: each for each in orders_in(second)}
    assert found[str(shipped)].shipped
    assert found[str(sold)].payment == "unpaid"
    await control("clock", advance=90)
    await control("pay", receipt_id=sold)
    third = await shop.orders(cursor=second[-1].cursor, open_ids=(str(sold),))
    assert {each.payment for each in orders_in(third) if each.remote_id == str(sold)} == {"paid"}
    await control("cancel", receipt_id=sold)
    fourth = await shop.orders(cursor=third[-1].cursor, open_ids=(str(sold),))
    assert any(each.cancelled for each in orders_in(fourth) if each.remote_id == str(sold))


@pytest.mark.parametrize(
    ("consent", "redirect_uri"),
    [
        ("deny", "http://localhost:3003/oauth/redirect"),
        ("allow", "https://example.com/not/registered"),
    ],
)
async def test_s07_a_page_that_never_leads_back_ends_with_the_time_and_trades_nothing(
    sandbox: Sandbox, consent: str, redirect_uri: str
) -> None:
    await sandbox.control("quirks", denial_stops=True)
    session = session_of(sandbox)
    with pytest.raises(SignInTimeout):
        await tuisync_etsy.authorize(session, Patience(session.http, consent, redirect_uri))
    assert "/v3/public/oauth/token" not in [each.path for each in sandbox.world.log.since(0)]
    again = await tuisync_etsy.authorize(session, Patience(session.http))
    assert again.account.shop_id == str(sandbox.world.shop.shop_id)
