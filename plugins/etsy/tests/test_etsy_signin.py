"""Signing in, with the sandbox's consent page."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pytest

from etsy_session import FakeSession, query_of
from etsy_shop import Browser, open_shop, session_of, sign_in
from tuisync import (
    BadKey,
    ConsentDenied,
    NoOwnedShop,
    SignInError,
    SignInTimeout,
    TransientError,
    UsageError,
    WrongState,
)
from tuisync_etsy.signin import SCOPES, code_in

if TYPE_CHECKING:
    from sandbox_kit import Sandbox


@pytest.fixture
def session(sandbox: Sandbox) -> FakeSession:
    return session_of(sandbox)


def paths(sandbox: Sandbox) -> list[str]:
    return [call.path for call in sandbox.world.log.since(0)]


async def test_s07_allowing_access_gives_tokens_and_the_owned_shop(
    sandbox: Sandbox, session: FakeSession
) -> None:
    granted = await sign_in(session)
    shop = sandbox.world.shop
    assert granted.account.shop_id == str(shop.shop_id)
    assert granted.account.account_id == str(shop.user_id)
    assert (granted.account.shop_name, granted.account.currency) == ("FernAndKiln", "USD")
    assert granted.tokens.access.startswith(f"{shop.user_id}.")
    assert granted.tokens.refresh_expires_at is not None
    assert (granted.tokens.refresh_expires_at - session.now()).days == 90


async def test_the_consent_page_is_asked_for_as_etsy_wants_it(session: FakeSession) -> None:
    browser = Browser(session.http)
    await sign_in(session, browser)
    (url,) = browser.visited
    query = query_of(url)
    assert query["client_id"] == session.options["keystring"]
    assert query["scope"].split() == list(SCOPES)
    assert "scope=shops_r%20listings_r" in url
    assert query["code_challenge_method"] == "S256"
    assert "=" not in query["code_challenge"]
    assert session.options["shared_secret"] not in url


async def test_pkce_the_verifier_sent_belongs_to_the_challenge(session: FakeSession) -> None:
    browser, sent = Browser(session.http), []

    async def note(request: Any) -> None:
        if request.url.path.endswith("/oauth/token"):
            sent.append(dict(x.split("=") for x in request.content.decode().split("&")))

    session.http.event_hooks["request"] = [note]
    await sign_in(session, browser)
    verifier = sent[0]["code_verifier"]
    digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest())
    assert query_of(browser.visited[0])["code_challenge"] == digest.decode().rstrip("=")
    assert 43 <= len(verifier) <= 128


async def test_every_attempt_has_its_own_state_and_challenge(session: FakeSession) -> None:
    browser = Browser(session.http)
    await sign_in(session, browser)
    await sign_in(session, browser)
    first, second = map(query_of, browser.visited)
    assert first["state"] != second["state"]
    assert first["code_challenge"] != second["code_challenge"]
    assert len(first["state"]) >= 32


async def test_p11_a_pasted_bare_code_is_enough(session: FakeSession) -> None:
    granted = await sign_in(session, Browser(session.http, bare_code=True))
    assert granted.account.shop_name == "FernAndKiln"


async def test_s07_denying_ends_with_etsys_reason_and_nothing_traded(
    sandbox: Sandbox, session: FakeSession
) -> None:
    with pytest.raises(ConsentDenied, match="denied your request"):
        await sign_in(session, Browser(session.http, consent="deny"))
    assert not any(path.endswith("/oauth/token") for path in paths(sandbox))


@pytest.mark.parametrize("state", ["forged", "", "é"])
async def test_s07_an_answer_of_another_attempt_is_refused(
    sandbox: Sandbox, session: FakeSession, state: str
) -> None:
    with pytest.raises(WrongState):
        await sign_in(session, Browser(session.http, spoil={"state": state}))
    assert not any(path.endswith("/oauth/token") for path in paths(sandbox))


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ({"code": "c", "state": "right"}, None),
        ({"code": " c "}, None),
        ({"code": "c", "state": "wrong"}, WrongState),
        ({"code": "c", "other": "x"}, WrongState),
        ({}, WrongState),
        ({"state": "right"}, SignInError),
        ({"code": " "}, SignInError),
        ({"error": "access_denied", "state": "right"}, ConsentDenied),
        ({"error": "access_denied", "state": "wrong"}, WrongState),
    ],
)
def test_what_the_redirect_may_say(
    answer: Mapping[str, str], kind: type[SignInError] | None
) -> None:
    if kind is None:
        assert code_in(answer, "right") == "c"
    else:
        with pytest.raises(kind):
            code_in(answer, "right")


async def test_s06_a_used_code_is_told_apart(session: FakeSession) -> None:
    first = Browser(session.http)
    await sign_in(session, first)
    with pytest.raises(SignInError, match="used previously"):
        await sign_in(session, Browser(session.http, spoil={"code": first.answers[0]["code"]}))


async def test_s06_a_prompt_that_times_out_ends_the_attempt(session: FakeSession) -> None:
    class Nobody:
        redirect_uri = "http://localhost:3003/oauth/redirect"

        async def visit(self, url: str) -> Mapping[str, str]:
            raise SignInTimeout("Nobody came back.")

    with pytest.raises(SignInTimeout):
        await sign_in(session, Nobody())  # type: ignore[arg-type]  # a prompt of its own


@pytest.mark.parametrize("seat", ["member", "no-shop"])
async def test_s05_an_account_that_owns_no_shop_is_refused(
    sandbox: Sandbox, session: FakeSession, seat: str
) -> None:
    await sandbox.control("user", seat=seat)
    with pytest.raises(NoOwnedShop):
        await sign_in(session)


async def test_s05_only_the_owners_shop_is_ever_asked_for(sandbox: Sandbox) -> None:
    shop = await open_shop(sandbox)
    await shop.items()
    await shop.orders()
    mine = f"/shops/{sandbox.world.shop.shop_id}/"
    assert all(mine in call for call in shop.calls(path="/shops/"))
    assert not any(call.startswith(("PUT", "POST", "PATCH")) for call in shop.calls())


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("shared_secret", "wrongsecret"),
        ("keystring", "wrongkey"),
        ("keystring", "key:secret"),
        ("keystring", "two words"),
    ],
)
async def test_e13_a_wrong_key_is_told_before_the_consent_page(
    session: FakeSession, key: str, value: str
) -> None:
    session.options[key] = value
    browser = Browser(session.http)
    with pytest.raises(BadKey):
        await sign_in(session, browser)
    assert browser.visited == []


@pytest.mark.parametrize("key", ["keystring", "shared_secret"])
async def test_a_missing_option_is_named(session: FakeSession, key: str) -> None:
    session.options[key] = " "
    with pytest.raises(UsageError, match=key.replace("_", " ")):
        await sign_in(session)


async def test_white_space_around_a_pasted_key_does_no_harm(session: FakeSession) -> None:
    session.options["keystring"] = f" {session.options['keystring']}\n"
    session.options["shared_secret"] = f"{session.options['shared_secret']} "
    assert (await sign_in(session)).account.currency == "USD"


async def test_a_fault_of_etsys_during_sign_in_is_transient(
    sandbox: Sandbox, session: FakeSession
) -> None:
    await sandbox.control("faults", path="/users/me", status=500)
    with pytest.raises(TransientError):
        await sign_in(session)


@pytest.mark.parametrize("body", [{"user_id": 5}, {"user_id": 5, "shop_id": None}])
async def test_quirk_27_a_user_without_a_shop_in_every_form(
    sandbox: Sandbox, session: FakeSession, body: Any
) -> None:
    await sandbox.control("faults", path="/users/me", status=200, body=body)
    with pytest.raises(NoOwnedShop):
        await sign_in(session)


async def test_quirk_27_a_user_without_a_shop_as_a_404(
    sandbox: Sandbox, session: FakeSession
) -> None:
    body = {"error": "Could not find a shop for user with user_id = 5"}
    await sandbox.control("faults", path="/users/me", status=404, body=body)
    with pytest.raises(NoOwnedShop):
        await sign_in(session)
