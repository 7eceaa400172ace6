"""The typed client: headers, tokens, lost answers, the shop's clock."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import pytest_asyncio

from etsy_session import API, NOW, TOKEN_URL, FakeSession
from tuisync import (
    AuthorizationRequired,
    OutcomeUnknown,
    RateLimited,
    RejectedError,
    TransientError,
)
from tuisync_etsy import wire
from tuisync_etsy.api import EtsyApi, connect

if TYPE_CHECKING:
    from pytest_httpx import HTTPXMock

ME = {"user_id": 11, "shop_id": 22}
GRANT = {"access_token": "11.new", "expires_in": 3600, "refresh_token": "11.next"}
EXPIRED = {"error": "invalid_token", "error_description": "access token is expired"}


@pytest_asyncio.fixture
async def session() -> AsyncIterator[FakeSession]:
    async with httpx.AsyncClient() as http:
        yield FakeSession(http)


@pytest.fixture
def api(session: FakeSession) -> EtsyApi:
    return connect(session)


async def me(api: EtsyApi) -> wire.Self:
    return (await api.get("/users/me", wire.Self)).value


async def test_e13_every_call_carries_keystring_and_secret_and_the_bearer(
    api: EtsyApi, httpx_mock: HTTPXMock
) -> None:
    httpx_mock.add_response(
        url=f"{API}/users/me",
        json=ME,
        match_headers={"x-api-key": "keystring1:secret1", "authorization": "Bearer 11.access"},
    )
    assert (await me(api)).shop_id == 22


async def test_a_ping_needs_no_seller(api: EtsyApi, httpx_mock: HTTPXMock) -> None:
    httpx_mock.add_response(url=f"{API}/openapi-ping", json={"application_id": 5})
    await api.ping(wire.Pong)
    assert "authorization" not in httpx_mock.get_requests()[0].headers


async def test_the_key_is_not_in_its_repr(api: EtsyApi) -> None:
    assert "secret1" not in repr(api)


async def test_the_shops_clock_is_the_date_header(api: EtsyApi, httpx_mock: HTTPXMock) -> None:
    httpx_mock.add_response(json=ME, headers={"date": "Tue, 01 Sep 2026 09:00:00 GMT"})
    httpx_mock.add_response(json=ME)
    httpx_mock.add_response(json=ME, headers={"date": "yesterday"})
    served = [(await api.get("/users/me", wire.Self)).served_at for _ in range(3)]
    assert served == [datetime(2026, 9, 1, 9, tzinfo=UTC), NOW, NOW]


@pytest.mark.parametrize("status", [401, 403])
async def test_e11_an_expired_token_is_renewed_once_and_the_call_repeated(
    api: EtsyApi, httpx_mock: HTTPXMock, status: int
) -> None:
    httpx_mock.add_response(url=f"{API}/users/me", status_code=status, json=EXPIRED)
    httpx_mock.add_response(url=TOKEN_URL, json=GRANT)
    httpx_mock.add_response(
        url=f"{API}/users/me", json=ME, match_headers={"authorization": "Bearer 11.new"}
    )
    assert (await me(api)).user_id == 11


async def test_e11_a_token_refused_twice_needs_a_sign_in(
    api: EtsyApi, httpx_mock: HTTPXMock
) -> None:
    httpx_mock.add_response(url=f"{API}/users/me", status_code=401, json=EXPIRED)
    httpx_mock.add_response(url=TOKEN_URL, json=GRANT)
    httpx_mock.add_response(url=f"{API}/users/me", status_code=401, json=EXPIRED)
    with pytest.raises(AuthorizationRequired):
        await me(api)


async def test_a_write_refused_for_its_token_is_repeated_with_the_same_bytes(
    api: EtsyApi, httpx_mock: HTTPXMock
) -> None:
    httpx_mock.add_response(url=f"{API}/x", method="POST", status_code=401, json=EXPIRED)
    httpx_mock.add_response(url=TOKEN_URL, json=GRANT)
    httpx_mock.add_response(url=f"{API}/x", method="POST", json=ME)
    await api.post("/x", b'{"a":1}', wire.Self)
    first, _, second = httpx_mock.get_requests()
    assert first.content == second.content == b'{"a":1}'
    assert first.headers["content-type"] == "application/json"


@pytest.mark.parametrize("status", [401, 403])
async def test_a_refused_key_never_costs_a_renewal(
    api: EtsyApi, httpx_mock: HTTPXMock, status: int
) -> None:
    httpx_mock.add_response(status_code=status, json={"error": "Invalid API key"})
    with pytest.raises(Exception, match="key") as caught:
        await me(api)
    assert getattr(caught.value, "error_code", "") == "bad_key"
    assert len(httpx_mock.get_requests()) == 1


LOST = [
    httpx.ReadTimeout("slow"),
    httpx.ReadError("reset"),
    httpx.RemoteProtocolError("closed"),
    httpx.WriteError("broken pipe"),
]
NEVER_SENT = [
    httpx.ConnectError("refused"),
    httpx.ConnectTimeout("slow"),
    httpx.PoolTimeout("full"),
]


@pytest.mark.parametrize("fault", LOST, ids=lambda each: type(each).__name__)
async def test_a_lost_answer_leaves_a_write_open_and_a_read_to_be_repeated(
    api: EtsyApi, httpx_mock: HTTPXMock, fault: Exception
) -> None:
    httpx_mock.add_exception(fault, method="PUT")
    httpx_mock.add_exception(fault, method="GET")
    with pytest.raises(OutcomeUnknown):
        await api.put("/x", b"{}", wire.Self)
    with pytest.raises(TransientError):
        await me(api)


@pytest.mark.parametrize("fault", NEVER_SENT, ids=lambda each: type(each).__name__)
async def test_what_was_never_sent_can_be_sent_again(
    api: EtsyApi, httpx_mock: HTTPXMock, fault: Exception
) -> None:
    httpx_mock.add_exception(fault)
    with pytest.raises(TransientError):
        await api.post("/x", b"{}", wire.Self)


@pytest.mark.parametrize("body", [b'{"user_id": 1', b"", b"<html>", b'{"user_id": "x"}', b"[]"])
async def test_an_unreadable_answer_leaves_a_write_open(
    api: EtsyApi, httpx_mock: HTTPXMock, body: bytes
) -> None:
    httpx_mock.add_response(content=body, method="PATCH")
    httpx_mock.add_response(content=body, method="GET")
    with pytest.raises(OutcomeUnknown):
        await api.patch("/x", {"state": "active"}, wire.Self)
    with pytest.raises(TransientError):
        await me(api)


@pytest.mark.parametrize(
    ("status", "kind"), [(500, OutcomeUnknown), (502, OutcomeUnknown), (400, RejectedError)]
)
async def test_a_fault_of_etsys_leaves_a_write_open_and_a_refusal_does_not(
    api: EtsyApi, httpx_mock: HTTPXMock, status: int, kind: type[Exception]
) -> None:
    httpx_mock.add_response(status_code=status, html="<h1>no</h1>")
    with pytest.raises(kind):
        await api.post("/x", b"{}", wire.Self)


async def test_a_redirect_is_not_followed_with_the_key(api: EtsyApi, httpx_mock: HTTPXMock) -> None:
    httpx_mock.add_response(status_code=302, headers={"location": "https://evil.example/"})
    with pytest.raises(TransientError):
        await me(api)
    assert len(httpx_mock.get_requests()) == 1


async def test_p12_the_wait_comes_from_the_header(api: EtsyApi, httpx_mock: HTTPXMock) -> None:
    body: Any = {"error": "Exceeded per second rate limit"}
    httpx_mock.add_response(status_code=429, json=body, headers={"retry-after": "3"})
    with pytest.raises(RateLimited) as caught:
        await me(api)
    assert caught.value.retry_after == 3


async def test_nobody_signed_in_has_no_shop(session: FakeSession) -> None:
    session.account = None
    with pytest.raises(AuthorizationRequired):
        _ = connect(session).shop


async def test_a_form_is_sent_as_a_form(api: EtsyApi, httpx_mock: HTTPXMock) -> None:
    httpx_mock.add_response(json=ME)
    await api.patch("/x", {"state": "inactive"}, wire.Self)
    (sent,) = httpx_mock.get_requests()
    assert sent.headers["content-type"] == "application/x-www-form-urlencoded"
    assert sent.content == b"state=inactive"
