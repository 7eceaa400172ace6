"""Refusals, classified by what the caller does next."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tuisync import (
    AuthorizationRequired,
    MarketplaceError,
    OutcomeUnknown,
    PermanentError,
    RateLimited,
    RejectedError,
    RemoteNotFound,
    TransientError,
)
from tuisync_etsy.faults import about_key, about_token, error_for, read_refusal

SECRET_MISSING = "Shared secret is required in x-api-key header."


def error(
    status: int, body: Any, *, write: bool = False, retry_after: str | None = None
) -> MarketplaceError:
    refusal = read_refusal(status, json.dumps(body).encode())
    return error_for(refusal, write=write, retry_after=retry_after)


@pytest.mark.parametrize(
    ("status", "body", "write", "kind"),
    [
        (400, {"error": "quantity: cannot be less than 0"}, True, RejectedError),
        (403, {"error": "User does not own Shop 3"}, False, PermanentError),
        (403, {"error": "Unauthorized"}, True, RejectedError),
        (404, {"error": "Resource not found"}, False, RemoteNotFound),
        (409, {"error": "Conflict"}, True, TransientError),
        (422, {"error": "No record"}, False, RejectedError),
        (500, {"error": "Server Error"}, False, TransientError),
        (500, {"error": "Server Error"}, True, OutcomeUnknown),
        (503, {"error": "Unavailable"}, False, TransientError),
        (302, {}, False, TransientError),
        (401, {"error": "invalid_token"}, False, AuthorizationRequired),
        (403, {"error": "insufficient_scope"}, False, AuthorizationRequired),
    ],
)
def test_each_status_becomes_the_error_its_caller_can_act_on(
    status: int, body: Any, *, write: bool, kind: type[MarketplaceError]
) -> None:
    assert type(error(status, body, write=write)) is kind


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize("text", [SECRET_MISSING, "Invalid API key", "API key not found"])
def test_e13_a_refused_key_is_told_apart_from_a_dead_token(status: int, text: str) -> None:
    refusal = read_refusal(status, json.dumps({"error": text}).encode())
    assert about_key(refusal)
    assert not about_token(refusal)
    found = error_for(refusal, write=False)
    assert isinstance(found, PermanentError)
    assert found.error_code == "bad_key"


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (401, {"error": "invalid_token", "error_description": "access token is expired"}),
        (403, {"error": "invalid_token", "error_description": "access token is expired"}),
        (403, {"error": "access token has been revoked"}),
        (401, {}),
    ],
)
def test_e11_a_refused_token_may_be_renewed_whatever_status_it_has(status: int, body: Any) -> None:
    assert about_token(read_refusal(status, json.dumps(body).encode()))


def test_a_region_gated_write_is_not_taken_for_a_dead_token() -> None:
    assert not about_token(read_refusal(403, b'{"error": "Unauthorized"}'))


def test_quirk_21_an_error_body_as_a_bare_array_is_read() -> None:
    body = [{"path": "price", "message": "is too low", "type": "x"}, {"message": "and more"}, 5]
    found = error(400, body, write=True)
    assert "price: is too low; and more" in found.message


def test_an_html_page_from_the_edge_is_a_fault_and_its_text_is_not_shown() -> None:
    refusal = read_refusal(502, b"<html><h1>Bad gateway</h1></html>")
    found = error_for(refusal, write=False)
    assert type(found) is TransientError
    assert "<" not in found.message
    assert "502" in found.message


def test_text_of_a_refusal_is_one_printable_line_of_bounded_length() -> None:
    refusal = read_refusal(400, json.dumps({"error": "a\x1b[31m\nb" + "x" * 1000}).encode())
    assert refusal.text.isprintable()
    assert refusal.text.startswith("a [31m b")
    assert len(refusal.text) == 300


@pytest.mark.parametrize(
    "body", [b"", b"null", b"5", b'{"error": {"deep": 1}}', b"\xff\xfe", b"[]"]
)
def test_any_body_can_be_read(body: bytes) -> None:
    assert read_refusal(400, body).status == 400


@pytest.mark.parametrize(
    ("text", "header", "seconds"),
    [
        ("Exceeded per second rate limit", "7", 7.0),
        ("Exceeded per second rate limit", None, 1.0),
        ("Exceeded per second rate limit", "0", 1.0),
        ("Exceeded daily rate limit", None, 3600.0),
        ("Exceeded daily rate limit", "9999999", 86400.0),
        ("Exceeded daily rate limit", "soon", 3600.0),
        ("Exceeded per second rate limit", "nan", 1.0),
        ("Exceeded per second rate limit", "-5", 1.0),
    ],
)
def test_e12_quirk_18_the_wait_is_the_headers_within_reason(
    text: str, header: str | None, seconds: float
) -> None:
    found = error(429, {"error": text}, retry_after=header)
    assert isinstance(found, RateLimited)
    assert found.retry_after == seconds


def test_a_write_that_is_rate_limited_was_not_carried_out() -> None:
    assert isinstance(error(429, {"error": "Exceeded daily rate limit"}, write=True), RateLimited)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("quantity must be consistent across all products", "vary by option"),
        ("A readiness_state_id is required for physical listings.", "processing profile"),
        ("image id 5 is invalid", "image"),
        ("Price must be above min price 0.20 USD", "price"),
        ("A tracking number is required", "tracking number"),
    ],
)
def test_a_permanent_refusal_says_what_the_seller_must_change(text: str, words: str) -> None:
    assert words in error(400, {"error": text}, write=True).hint
