"""The sandbox's sign-in: consent page, PKCE, token lifetimes and rotation, key and scopes."""

from __future__ import annotations

import re

import httpx
import pytest

from sandbox_kit import REDIRECT, V3, VERIFIER, Sandbox, challenge

TOKEN = "/v3/public/oauth/token"


async def refresh(sandbox: Sandbox, token: str) -> httpx.Response:
    return await sandbox.client.post(
        TOKEN,
        data={
            "grant_type": "refresh_token",
            "client_id": sandbox.world.key.keystring,
            "refresh_token": token,
        },
    )


async def test_s07_allowing_redirects_with_a_code_and_the_state(sandbox: Sandbox) -> None:
    answer = await sandbox.client.get(
        "/oauth/connect", params={**sandbox.consent_query(), "consent": "allow"}
    )
    target = httpx.URL(answer.headers["location"])
    assert answer.status_code == 302
    assert str(target).startswith(f"{REDIRECT}?")
    assert target.params["state"] == "s p+c&e"
    assert target.params["code"]


async def test_s07_denying_redirects_with_the_reason(sandbox: Sandbox) -> None:
    answer = await sandbox.client.get(
        "/oauth/connect", params={**sandbox.consent_query(), "consent": "deny"}
    )
    target = httpx.URL(answer.headers["location"])
    assert target.params["error"] == "access_denied"
    assert target.params["state"] == "s p+c&e"
    assert "code" not in target.params


async def test_the_page_has_a_form_that_a_browser_can_send(sandbox: Sandbox) -> None:
    page = await sandbox.client.get("/oauth/connect", params=sandbox.consent_query())
    fields = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page.text))
    fields = {name: value.replace("&amp;", "&") for name, value in fields.items()}
    assert page.status_code == 200
    assert fields == sandbox.consent_query()
    assert 'name="consent" value="allow">Allow Access<' in page.text
    assert 'name="consent" value="deny">Cancel<' in page.text
    assert 'method="get" action="/oauth/connect"' in page.text


@pytest.mark.parametrize(
    ("field", "value", "text"),
    [
        ("client_id", "nobody", "unknown"),
        ("redirect_uri", "http://localhost:3003/oauth/redirect/", "not permitted"),
        ("redirect_uri", "http://localhost:3003/oauth/redirect?x=1", "not permitted"),
        ("redirect_uri", "http://localhost/oauth/redirect", "not permitted"),
        ("redirect_uri", "http://example.com:3003/oauth/redirect", "not permitted"),
        ("redirect_uri", "http://localhost:3003@example.com/oauth/redirect", "not permitted"),
        ("response_type", "token", "response_type"),
        ("state", "", "state is required"),
        ("code_challenge_method", "plain", "S256"),
        ("code_challenge", "short", "code_challenge"),
        ("code_challenge", challenge(VERIFIER) + "=", "code_challenge"),
        ("scope", "", "scope"),
        ("scope", "listings_r everything", "scope"),
    ],
)
async def test_s07_a_mistake_shows_an_error_page_and_never_redirects(
    sandbox: Sandbox, field: str, value: str, text: str
) -> None:
    query = {**sandbox.consent_query(), "consent": "allow", field: value}
    answer = await sandbox.client.get("/oauth/connect", params=query)
    assert answer.status_code == 400
    assert "location" not in answer.headers
    assert text in answer.text


async def test_the_page_shows_hostile_parameters_as_text(sandbox: Sandbox) -> None:
    query = {**sandbox.consent_query(), "state": '"><script>alert(1)</script>'}
    page = await sandbox.client.get("/oauth/connect", params=query)
    assert "<script>" not in page.text


@pytest.mark.parametrize("port", [1025, 3003, 65535])
@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
async def test_any_loopback_port_is_registered(sandbox: Sandbox, host: str, port: int) -> None:
    uri = f"http://{host}:{port}/oauth/redirect"
    code = await sandbox.code(redirect_uri=uri)
    answer = await sandbox.client.post(TOKEN, data={**sandbox.exchange(code), "redirect_uri": uri})
    assert answer.status_code == 200


@pytest.mark.parametrize("encoding", ["data", "json"])
async def test_a_code_gives_a_pair_that_names_the_user(sandbox: Sandbox, encoding: str) -> None:
    fields = sandbox.exchange(await sandbox.code())
    body = {"data": fields} if encoding == "data" else {"json": fields}
    answer = await sandbox.client.post(TOKEN, **body)  # type: ignore[arg-type]  # one of two
    pair = answer.json()
    user_id = sandbox.world.users["owner"].user_id
    assert pair["token_type"] == "Bearer"
    assert pair["expires_in"] == 3600
    assert pair["access_token"].startswith(f"{user_id}.")
    assert pair["refresh_token"].startswith(f"{user_id}.")


async def test_a_code_serves_once(sandbox: Sandbox) -> None:
    fields = sandbox.exchange(await sandbox.code())
    await sandbox.client.post(TOKEN, data=fields)
    again = await sandbox.client.post(TOKEN, data=fields)
    assert again.status_code == 400
    assert again.json() == {
        "error": "invalid_grant",
        "error_description": "code has been used previously",
    }


@pytest.mark.parametrize(("age", "status"), [(300, 200), (301, 400)])
async def test_a_code_lives_five_minutes(sandbox: Sandbox, age: int, status: int) -> None:
    fields = sandbox.exchange(await sandbox.code())
    await sandbox.control("clock", advance=age)
    assert (await sandbox.client.post(TOKEN, data=fields)).status_code == status


@pytest.mark.parametrize(
    ("field", "value", "status", "text"),
    [
        ("grant_type", "", 400, "grant_type is required"),
        ("grant_type", "password", 400, "grant_type is not supported"),
        ("code_verifier", "", 400, "code_verifier is required"),
        ("code_verifier", "b" * 43, 400, "code_verifier is invalid"),
        ("code_verifier", "short", 400, "code_verifier is invalid"),
        ("code", "made-up", 400, "code is invalid"),
        ("redirect_uri", "http://localhost:3004/oauth/redirect", 400, "redirect_uri"),
        ("client_id", "nobody", 401, "client_id is invalid"),
    ],
)
async def test_a_wrong_token_request_is_refused(
    sandbox: Sandbox, field: str, value: str, status: int, text: str
) -> None:
    fields = {**sandbox.exchange(await sandbox.code()), field: value}
    answer = await sandbox.client.post(TOKEN, data=fields)
    assert answer.status_code == status
    assert text in answer.json()["error_description"]
    good = await sandbox.client.post(TOKEN, data={**fields, **sandbox.exchange(fields["code"])})
    assert good.status_code == (400 if field == "code" else 200)


async def test_e13_the_client_id_is_the_bare_keystring(sandbox: Sandbox) -> None:
    fields = {**sandbox.exchange(await sandbox.code()), "client_id": sandbox.key}
    answer = await sandbox.client.post(TOKEN, data=fields)
    assert answer.json()["error"] == "invalid_client"


async def test_json_under_a_form_content_type_means_nothing(sandbox: Sandbox) -> None:
    answer = await sandbox.client.post(
        TOKEN,
        content=b'{"grant_type": "refresh_token"}',
        headers={"content-type": "application/x-www-form-urlencoded"},
    )
    assert answer.json()["error_description"] == "grant_type is required"


async def test_e11_a_refresh_gives_a_new_pair_and_ends_the_old_refresh_token(
    signed_in: Sandbox,
) -> None:
    first = signed_in.refresh_token
    answer = await refresh(signed_in, first)
    assert answer.status_code == 200
    assert answer.json()["refresh_token"] != first
    again = await refresh(signed_in, first)
    assert again.status_code == 400
    assert again.json()["error_description"] == "refresh_token is revoked"


@pytest.mark.parametrize(
    ("rotation", "after", "status"),
    [("grace", 60, 200), ("grace", 61, 400), ("old-stays-valid", 3600, 200)],
)
async def test_e11_other_ways_to_rotate(
    signed_in: Sandbox, rotation: str, after: int, status: int
) -> None:
    await signed_in.control("quirks", rotation=rotation)
    assert (await refresh(signed_in, signed_in.refresh_token)).status_code == 200
    await signed_in.control("clock", advance=after)
    assert (await refresh(signed_in, signed_in.refresh_token)).status_code == status


async def test_e11_an_access_token_lives_an_hour(signed_in: Sandbox) -> None:
    await signed_in.control("clock", advance=3600)
    await signed_in.get("/users/me")
    await signed_in.control("clock", advance=1)
    answer = await signed_in.client.get(f"{V3}/users/me")
    assert answer.status_code == 401
    assert answer.json() == {
        "error": "invalid_token",
        "error_description": "access token is expired",
    }


async def test_e11_a_refresh_token_lives_ninety_days(signed_in: Sandbox) -> None:
    await signed_in.control("clock", advance=90 * 86_400 + 1)
    answer = await refresh(signed_in, signed_in.refresh_token)
    assert answer.json()["error_description"] == "refresh_token is expired"


async def test_e11_a_password_change_ends_every_token(signed_in: Sandbox) -> None:
    await signed_in.control("revoke")
    call = await signed_in.client.get(f"{V3}/users/me")
    assert call.status_code == 401
    assert call.json()["error_description"] == "access token has been revoked"
    assert (await refresh(signed_in, signed_in.refresh_token)).json() == {
        "error": "invalid_grant",
        "error_description": "refresh_token is revoked",
    }
    await signed_in.sign_in()
    await signed_in.get("/users/me")


@pytest.mark.parametrize(
    ("key", "text"),
    [
        (None, "Invalid API key: should be in the format 'keystring:shared_secret'."),
        ("garbage", "Invalid API key: should be in the format 'keystring:shared_secret'."),
        ("KEYSTRING", "Shared secret is required in x-api-key header."),
        ("KEYSTRING:", "Shared secret is required in x-api-key header."),
        ("KEYSTRING:wrong", "API key not found or not active, or incorrect shared secret"),
        ("other:secret", "API key not found or not active, or incorrect shared secret"),
    ],
)
async def test_e13_the_key_needs_its_secret_on_every_call(
    signed_in: Sandbox, key: str | None, text: str
) -> None:
    del signed_in.client.headers["x-api-key"]
    if key is not None:
        real = key.replace("KEYSTRING", signed_in.world.key.keystring)
        signed_in.client.headers["x-api-key"] = real
    for path in ("/openapi-ping", "/users/me"):
        answer = await signed_in.client.get(V3 + path)
        assert answer.status_code == 403
        assert text in answer.json()["error"]


@pytest.mark.parametrize("header", ["Bearer 1.made-up", "Bearer", "Basic abc", ""])
async def test_a_wrong_token_is_refused(signed_in: Sandbox, header: str) -> None:
    answer = await signed_in.client.get(f"{V3}/users/me", headers={"authorization": header})
    assert answer.status_code == 401
    assert answer.json()["error"] == "invalid_token"


async def test_no_token_is_refused(signed_in: Sandbox) -> None:
    del signed_in.client.headers["authorization"]
    answer = await signed_in.client.get(f"{V3}/users/me")
    assert answer.status_code == 401
    assert answer.json()["error_description"] == "Missing authorization header"
    assert (await signed_in.client.get(f"{V3}/openapi-ping")).status_code == 200


@pytest.mark.parametrize(
    ("scope", "method", "path"),
    [
        ("listings_r", "GET", "/users/me"),
        ("shops_r", "GET", "/shops/{shop}/listings"),
        ("shops_r", "GET", "/shops/{shop}/receipts"),
        ("listings_r", "PUT", "/listings/{listing}/inventory"),
        ("listings_r", "PATCH", "/shops/{shop}/listings/{listing}"),
        ("transactions_r", "POST", "/shops/{shop}/receipts/1/tracking"),
    ],
)
async def test_a_missing_scope_is_refused(
    sandbox: Sandbox, scope: str, method: str, path: str
) -> None:
    await sandbox.sign_in(scope)
    listing = sandbox.listing(lambda each: each.state == "active")
    path = path.format(shop=sandbox.world.shop.shop_id, listing=listing.listing_id)
    answer = await sandbox.client.request(method, V3 + path)
    assert answer.status_code == 403
    assert answer.json() == {
        "error": "insufficient_scope",
        "error_description": "Insufficient scope",
    }


async def test_s05_a_member_is_told_a_shop_that_somebody_else_owns(sandbox: Sandbox) -> None:
    await sandbox.control("user", seat="member")
    await sandbox.sign_in()
    me = await sandbox.get("/users/me")
    shop = await sandbox.get(f"/shops/{me['shop_id']}")
    owned = await sandbox.client.get(f"{V3}/users/{me['user_id']}/shops")
    listings = await sandbox.client.get(f"{V3}/shops/{me['shop_id']}/listings")
    assert shop["user_id"] != me["user_id"]
    assert owned.status_code == 404
    assert listings.status_code == 403
    assert listings.json() == {"error": f"User does not own Shop {me['shop_id']}"}


async def test_s05_a_user_without_a_shop(sandbox: Sandbox) -> None:
    await sandbox.control("user", seat="no-shop")
    await sandbox.sign_in()
    me = await sandbox.get("/users/me")
    answer = await sandbox.client.get(f"{V3}/users/{me['user_id']}/shops")
    assert "shop_id" not in me
    assert answer.status_code == 404
    assert f"user_id = {me['user_id']}" in answer.json()["error"]


async def test_s05_the_owner_may_not_read_another_shop(signed_in: Sandbox) -> None:
    mine = signed_in.world.shop.shop_id
    other = next(shop_id for shop_id in signed_in.world.shops if shop_id != mine)
    theirs = signed_in.world.listings_of(other)[0].listing_id
    for path in (f"/shops/{other}/listings", f"/shops/{other}/receipts"):
        assert (await signed_in.client.get(V3 + path)).status_code == 403
    put = await signed_in.client.put(f"{V3}/listings/{theirs}/inventory", json={})
    assert put.status_code == 403


async def test_the_scopes_of_a_token_can_be_asked_for(signed_in: Sandbox) -> None:
    token = signed_in.client.headers["authorization"].removeprefix("Bearer ")
    answer = await signed_in.client.post(f"{V3}/scopes", data={"token": token})
    assert answer.json()["scopes"] == sorted(
        ["listings_r", "listings_w", "shops_r", "transactions_r", "transactions_w"]
    )


async def test_secrets_and_tokens_are_not_in_the_control_views(signed_in: Sandbox) -> None:
    await signed_in.get("/users/me")
    for path in ("/sandbox/state", "/sandbox/requests"):
        text = (await signed_in.client.get(path)).text
        assert signed_in.world.key.shared_secret not in text
        assert signed_in.refresh_token not in text
        assert signed_in.client.headers["authorization"].removeprefix("Bearer ") not in text
    assert signed_in.world.key.shared_secret not in repr(signed_in.world)
