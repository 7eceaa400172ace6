"""What somebody typed is checked before anything is written."""

from __future__ import annotations

import pytest

from tuisync.core.actions.organization import checked_currency, checked_timezone
from tuisync.core.checking import checked_price, checked_text, checked_units
from tuisync.core.currencies import DIGITS
from tuisync.core.errors import UsageError


@pytest.mark.parametrize(
    ("text", "currency"),
    [("12.90", "USD"), ("12", "USD"), ("0", "USD"), (" 5 ", "JPY"), ("1.250", "KWD")],
)
def test_a_price_has_the_digits_of_its_currency(text: str, currency: str) -> None:
    assert str(checked_price(text, currency).amount) == text.strip()


@pytest.mark.parametrize(
    ("text", "currency", "words"),
    [
        ("1.001", "USD", "USD has 2 after the point"),
        ("1.5", "JPY", "JPY has 0 after the point"),
        ("1.0005", "KWD", "KWD has 3 after the point"),
        ("-1", "USD", "not a price"),
        ("a lot", "USD", "not a price"),
        ("NaN", "USD", "not a price"),
        ("Infinity", "USD", "not a price"),
        ("1e12", "USD", "not a price"),
    ],
)
def test_anything_else_is_no_price(text: str, currency: str, words: str) -> None:
    with pytest.raises(UsageError, match=words) as refused:
        checked_price(text, currency)

    assert "Give it as 1" in (refused.value.hint or "")


def test_a_currency_is_one_of_iso_4217() -> None:
    assert checked_currency(" eur ") == "EUR"
    assert all(len(code) == 3 for code in DIGITS)
    assert len(DIGITS) > 150
    with pytest.raises(UsageError, match="no currency `XXQ`"):
        checked_currency("XXQ")
    with pytest.raises(UsageError) as refused:
        checked_currency("UDS")
    assert "USD" in (refused.value.hint or "")


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("x", "Give one as `Europe/Vienna`."),
        ("Berln", "Did you mean `Europe/Berlin`?"),
        ("new york", "Did you mean `America/New_York`?"),
        ("Europe/Wien", "Did you mean `Europe/Vienna`?"),
    ],
)
def test_a_time_zone_is_offered_only_when_it_is_near(name: str, hint: str) -> None:
    with pytest.raises(UsageError) as refused:
        checked_timezone(name)

    assert refused.value.hint == hint


@pytest.mark.parametrize("text", ["", "  ", "a\nb", "\x1b[31m", "x" * 501])
def test_a_text_is_printable_and_not_endless(text: str) -> None:
    with pytest.raises(UsageError):
        checked_text(text, "name")


def test_units_are_believable() -> None:
    assert checked_units(-5) == -5
    with pytest.raises(UsageError, match="cannot be"):
        checked_units(10**9 + 1)
