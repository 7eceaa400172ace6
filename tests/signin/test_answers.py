from __future__ import annotations

from http import HTTPStatus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuisync.core.signin.answers import from_pasted, from_query
from tuisync.core.signin.page import answer_page, response
from tuisync.core.signin.requests import read_request

PATH = "/oauth/redirect"
REDIRECT = f"http://localhost:3003{PATH}"


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        ("code=abc&state=xyz", {"code": "abc", "state": "xyz"}),
        ("state=xyz&error=access_denied", {"state": "xyz", "error": "access_denied"}),
        ("code=a%20b&state=", {"code": "a b", "state": ""}),
        ("", None),
        ("state=xyz", None),
        ("code=&state=xyz", None),
        ("code=abc&code=def", None),
        ("code=abc&state=x&state=y", None),
        ("code=abc&" + "&".join(f"x{n}=1" for n in range(30)), None),
    ],
)
def test_a_query_is_an_answer_with_a_code_or_an_error(
    query: str, answer: dict[str, str] | None
) -> None:
    assert from_query(query) == answer


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        (f"{REDIRECT}?code=abc&state=xyz", {"code": "abc", "state": "xyz"}),
        (f'  "{REDIRECT}?code=abc&state=xyz"\r\n', {"code": "abc", "state": "xyz"}),
        (f"<{REDIRECT}?code=abc&state=xyz#_=_>", {"code": "abc", "state": "xyz"}),
        ("code=abc&state=xyz", {"code": "abc", "state": "xyz"}),
        (f"{REDIRECT}?error=access_denied&state=xyz", {"error": "access_denied", "state": "xyz"}),
        ("a1B2-c3_d4~e5", {"code": "a1B2-c3_d4~e5"}),
        ("https://shop.example/connect?response_type=code&code_challenge=x&state=s", None),
        (REDIRECT, None),
        ("yes please", None),
        ("garbage", None),
        ("localhost:3003/oauth", None),
        ("etsy-2", None),
        ("", None),
        ("x" * 9000, None),
    ],
)
def test_what_is_pasted_is_the_address_its_query_or_a_code(
    line: str, answer: dict[str, str] | None
) -> None:
    assert from_pasted(line) == answer


@given(st.text())
def test_pasting_anything_never_fails(line: str) -> None:
    answer = from_pasted(line)

    assert answer is None or answer.get("code") or answer.get("error")


def head(line: str, host: str | None = "localhost:3003") -> bytes:
    return (line + (f"\r\nHost: {host}" if host else "") + "\r\n\r\n").encode()


@pytest.mark.parametrize("host", ["localhost:3003", "LOCALHOST", "127.0.0.1:8022", "[::1]:3003"])
def test_the_redirect_brings_its_parameters(host: str) -> None:
    request = head(f"GET {PATH}?code=abc&state=xyz HTTP/1.1", host)

    assert read_request(request, PATH) == {"code": "abc", "state": "xyz"}


@pytest.mark.parametrize(
    ("line", "status"),
    [
        (f"GET {PATH} HTTP/1.1", HTTPStatus.NOT_FOUND),
        (f"GET {PATH}?state=x HTTP/1.1", HTTPStatus.NOT_FOUND),
        (f"GET {PATH}/?code=abc HTTP/1.1", HTTPStatus.NOT_FOUND),
        ("GET /favicon.ico HTTP/1.1", HTTPStatus.NOT_FOUND),
        (f"GET //evil.example{PATH}?code=abc HTTP/1.1", HTTPStatus.NOT_FOUND),
        (f"POST {PATH}?code=abc HTTP/1.1", HTTPStatus.METHOD_NOT_ALLOWED),
        (f"HEAD {PATH}?code=abc HTTP/1.1", HTTPStatus.METHOD_NOT_ALLOWED),
        (f"GET http://localhost{PATH}?code=abc HTTP/1.1", HTTPStatus.BAD_REQUEST),
        (f"GET {PATH}?code=a b HTTP/1.1", HTTPStatus.BAD_REQUEST),
        (f"GET {PATH}?code=abc", HTTPStatus.BAD_REQUEST),
        ("\x16\x03\x01", HTTPStatus.BAD_REQUEST),
    ],
)
def test_every_other_request_is_refused(line: str, status: HTTPStatus) -> None:
    assert read_request(head(line), PATH) is status


@pytest.mark.parametrize("host", [None, "evil.example", "localhost.evil.example", "10.0.0.1:3003"])
def test_a_request_for_another_name_is_not_ours(host: str | None) -> None:
    request = head(f"GET {PATH}?code=abc HTTP/1.1", host)

    assert read_request(request, PATH) is HTTPStatus.NOT_FOUND


@given(st.binary())
def test_reading_any_bytes_never_fails(request_head: bytes) -> None:
    read_request(request_head, PATH)


def test_the_page_shows_a_reason_as_text_only() -> None:
    page = answer_page({"error": "x", "error_description": "<script>\x1b[31m\u202e&amp;" * 99})

    assert b"<script>" not in page
    assert b"\x1b" not in page
    assert b"&lt;script&gt;&amp;amp;" in page
    assert len(page) < 4000


def test_the_page_loads_nothing_and_leads_nowhere() -> None:
    page = response(HTTPStatus.OK, answer_page({"code": "abc"}))

    for word in (b"http:", b"https:", b"src=", b"href=", b"Location:", b"<script", b"url("):
        assert word not in page
    assert b"Referrer-Policy: no-referrer" in page
    assert b"default-src 'none'" in page
