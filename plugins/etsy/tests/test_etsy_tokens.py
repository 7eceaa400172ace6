"""Tokens: traded, renewed early, renewed once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import pytest_asyncio

from etsy_session import NOW, TOKEN_URL, FakeSession, MemoryCredentials, tokens
from tuisync import AuthorizationRequired, PermanentError, RateLimited, SignInError, TransientError
from tuisync_etsy.tokens import current, renewed, trade_code

if TYPE_CHECKING:
    from pytest_httpx import HTTPXMock

GRANT = {
    "access_token": "11.new",
    "token_type": "Bearer",
    "expires_in": 3600,
    "refresh_token": "11.next",
}


@pytest_asyncio.fixture
async def session() -> AsyncIterator[FakeSession]:
    async with httpx.AsyncClient() as http:
        yield FakeSession(http)


def form(httpx_mock: HTTPXMock, index: int = 0) -> dict[str, str]:
    sent = httpx_mock.get_requests()[index]
    return dict(httpx.QueryParams(sent.content.decode()))


def answer(httpx_mock: HTTPXMock, status: int = 200, body: Any = None) -> None:
    httpx_mock.add_response(url=TOKEN_URL, method="POST", status_code=status, json=body or GRANT)


async def test_e13_a_code_is_traded_under_the_bare_keystring(
    session: FakeSession, httpx_mock: HTTPXMock
) -> None:
    answer(httpx_mock)
    pair = await trade_code(session, code="c", verifier="v", redirect_uri="http://localhost/x")
    assert form(httpx_mock) == {
        "grant_type": "authorization_code",
        "client_id": "keystring1",
        "redirect_uri": "http://localhost/x",
        "code": "c",
        "code_verifier": "v",
    }
    assert (pair.access, pair.refresh) == ("11.new", "11.next")
    assert pair.expires_at == NOW + timedelta(hours=1)
    assert pair.refresh_expires_at == NOW + timedelta(days=90)
    assert "secret1" not in httpx_mock.get_requests()[0].content.decode()


async def test_a_used_code_ends_the_sign_in_with_etsys_reason(
    session: FakeSession, httpx_mock: HTTPXMock
) -> None:
    body = {"error": "invalid_grant", "error_description": "code has been used previously"}
    answer(httpx_mock, 400, body)
    with pytest.raises(SignInError, match="used previously"):
        await trade_code(session, code="c", verifier="v", redirect_uri="x")


async def test_e11_a_living_token_is_used_as_it_is(session: FakeSession) -> None:
    assert (await current(session)).access == "11.access"


async def test_e11_a_token_is_renewed_minutes_before_its_end(
    session: FakeSession, httpx_mock: HTTPXMock
) -> None:
    session.credentials = MemoryCredentials(tokens(minutes=4))
    answer(httpx_mock)
    assert (await current(session)).access == "11.new"
    assert form(httpx_mock) == {
        "grant_type": "refresh_token",
        "client_id": "keystring1",
        "refresh_token": "11.refresh",
    }
    assert session.credentials.held is not None
    assert session.credentials.held.refresh == "11.next"


async def test_p11_twenty_callers_cause_one_renewal(
    session: FakeSession, httpx_mock: HTTPXMock
) -> None:
    session.credentials = MemoryCredentials(tokens(minutes=-1))
    answer(httpx_mock)
    pairs = await asyncio.gather(*(current(session) for _ in range(20)))
    assert {pair.access for pair in pairs} == {"11.new"}
    assert len(httpx_mock.get_requests()) == 1


async def test_quirk_16_a_sporadic_500_does_not_end_a_sign_in(
    session: FakeSession, httpx_mock: HTTPXMock
) -> None:
    answer(httpx_mock, 500, {"error": "Server Error"})
    answer(httpx_mock)
    pair = await trade_code(session, code="c", verifier="v", redirect_uri="x")
    assert pair.access == "11.new"
    assert form(httpx_mock, 0) == form(httpx_mock, 1)


async def test_e11_quirk_16_a_sporadic_500_is_asked_again_with_the_next_renewal(
    session: FakeSession, httpx_mock: HTTPXMock
) -> None:
    answer(httpx_mock, 500, {"error": "Server Error"})
    with pytest.raises(TransientError):
        await renewed(session, tokens())
    assert len(httpx_mock.get_requests()) == 1  # a renewal is one call, however it ends
    answer(httpx_mock)
    assert (await renewed(session, tokens())).access == "11.new"


@pytest.mark.parametrize("minutes", [2, -1])
async def test_a_500_matters_only_once_the_token_is_dead(
    session: FakeSession, httpx_mock: HTTPXMock, minutes: float
) -> None:
    session.credentials = MemoryCredentials(tokens(minutes=minutes))
    answer(httpx_mock, 500, {"error": "Server Error"})
    if minutes > 0:
        assert (await current(session)).access == "11.access"
    else:
        with pytest.raises(TransientError):
            await current(session)
    assert len(httpx_mock.get_requests()) == 1


async def test_s41_a_revoked_refresh_token_needs_a_sign_in(
    session: FakeSession, httpx_mock: HTTPXMock
) -> None:
    body = {"error": "invalid_grant", "error_description": "refresh_token is revoked"}
    answer(httpx_mock, 400, body)
    with pytest.raises(AuthorizationRequired, match="revoked"):
        await renewed(session, tokens())
    assert session.credentials.held == tokens()


async def test_e15_the_access_of_another_account_is_not_taken_for_ours(
    session: FakeSession, httpx_mock: HTTPXMock
) -> None:
    answer(httpx_mock, 200, {"access_token": "99.new", "refresh_token": "99.next"})
    with pytest.raises(AuthorizationRequired, match="another account"):
        await renewed(session, tokens())
    assert session.credentials.held == tokens()


async def test_quirk_17_a_suspended_key_is_not_a_dead_token(
    session: FakeSession, httpx_mock: HTTPXMock
) -> None:
    answer(httpx_mock, 401, {"error": "invalid_client", "error_description": "unknown client"})
    with pytest.raises(PermanentError) as caught:
        await renewed(session, tokens())
    assert caught.value.error_code == "bad_key"
    assert session.credentials.held == tokens()


async def test_a_rate_limited_renewal_says_when_to_come_back(
    session: FakeSession, httpx_mock: HTTPXMock
) -> None:
    httpx_mock.add_response(
        url=TOKEN_URL, status_code=429, json={"error": "slow down"}, headers={"retry-after": "9"}
    )
    with pytest.raises(RateLimited) as caught:
        await renewed(session, tokens())
    assert caught.value.retry_after == 9


@pytest.mark.parametrize("body", [b"<html>", b'{"access_token": 5}', b""])
async def test_an_answer_without_tokens_changes_nothing(
    session: FakeSession, httpx_mock: HTTPXMock, body: bytes
) -> None:
    httpx_mock.add_response(url=TOKEN_URL, content=body)
    with pytest.raises(TransientError):
        await renewed(session, tokens())
    assert session.credentials.held == tokens()


async def test_a_dropped_connection_is_transient(
    session: FakeSession, httpx_mock: HTTPXMock
) -> None:
    httpx_mock.add_exception(httpx.ReadError("gone"))
    with pytest.raises(TransientError):
        await renewed(session, tokens())
