from __future__ import annotations

import pytest

from tuisync.core.redaction import conceal, redact, reveals


def test_a_known_secret_is_masked_wherever_it_stands() -> None:
    conceal("opensesame", "")

    assert redact("before opensesame, xopensesamex") == "before ***, x***x"
    assert reveals("opensesame")
    assert not reveals("open sesame")


def test_the_longer_of_two_secrets_is_masked_whole() -> None:
    conceal("abcdef", "abcdefghij")

    assert redact("abcdefghij") == "***"


def test_the_newest_secrets_are_remembered() -> None:
    for number in range(600):
        conceal(f"secret-{number:04}", "always-read-again")

    assert redact("secret-0599 secret-0300 always-read-again") == "*** *** ***"
    assert redact("secret-0001") == "secret-0001"


def test_short_values_are_words_and_stay() -> None:
    conceal("on", "12345")

    assert redact("on 12345") == "on 12345"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Authorization: Bearer 42.abc-def", "Authorization: Bearer ***"),
        ("https://x.example/cb?code=AbC&state=xyz#f", "https://x.example/cb?code=***&state=***"),
        (
            '{"refresh_token": "42.r", "expires_in": 3600}',
            '{"refresh_token": "***", "expires_in": 3600}',
        ),
        ("client_secret=s&grant_type=x", "client_secret=***&grant_type=x"),
        ("password: hunter2", "password: ***"),
    ],
)
def test_what_looks_like_a_secret_is_masked(text: str, masked: str) -> None:
    assert redact(text) == masked


@pytest.mark.parametrize(
    "text",
    ["state: sold_out", "exit code=1", "The error code is 400.", "access tokens end after an hour"],
)
def test_ordinary_sentences_stay(text: str) -> None:
    assert redact(text) == text
