"""Dates, pairs and options as users write them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tuisync.cli.answers import option_values, variable
from tuisync.cli.documents import encoded
from tuisync.cli.pairs import revealed, settings, units
from tuisync.core.days import period
from tuisync.core.errors import UsageError
from tuisync.core.redaction import reveals
from tuisync.core.remote import Marketplace, Option

VIENNA = ZoneInfo("Europe/Vienna")


def _utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]  # year, month, day, hour


def test_s24_days_are_whole_ones_in_the_organizations_zone() -> None:
    asked = period("2024-03-01", "2024-03-03", VIENNA)

    assert asked is not None
    assert (asked.start, asked.end) == (_utc(2024, 2, 29, 23), _utc(2024, 3, 3, 23))


def test_s24_the_days_clocks_change_have_23_and_25_hours() -> None:
    spring, autumn = (period(day, day, VIENNA) for day in ("2024-03-31", "2024-10-27"))

    assert spring is not None
    assert autumn is not None
    assert (spring.end - spring.start).total_seconds() == 23 * 3600
    assert (autumn.end - autumn.start).total_seconds() == 25 * 3600


def test_s24_where_clocks_skip_midnight_the_day_begins_when_they_do() -> None:
    asked = period("2018-11-04", "2018-11-04", ZoneInfo("America/Sao_Paulo"))

    assert asked is not None
    assert asked.start == _utc(2018, 11, 4, 3)


@pytest.mark.parametrize(
    ("start", "end", "word"),
    [
        ("2024-03-03", "2024-03-01", "before it begins"),
        ("2024-03-01", None, "--to"),
        (None, "2024-03-01", "--from"),
        ("yesterday", "2024-03-01", "not a date"),
        ("2024-02-30", "2024-03-01", "no day"),
        ("20240301", "2024-03-01", "not a date"),
        ("2024-W09-5", "2024-03-01", "not a date"),
        ("0001-01-01", "2024-03-01", "1970"),
        ("2024-03-01", "9999-12-31", "2999"),
    ],
)
def test_s24_bad_periods_are_refused_in_a_sentence(
    start: str | None, end: str | None, word: str
) -> None:
    with pytest.raises(UsageError, match=word):
        period(start, end, VIENNA)


def test_no_period_is_none() -> None:
    assert period(None, None, VIENNA) is None


def test_settings_are_pairs() -> None:
    assert settings(["name=Mug & Co", "a = b=c "]) == {"name": "Mug & Co", "a": "b=c"}
    for pairs in (["name"], ["=x"], ["a=1", "a=2"]):
        with pytest.raises(UsageError):
            settings(pairs)


def test_units_are_per_sku_and_a_sku_may_hold_an_equals_sign() -> None:
    assert units("MUG=2, A=B=1") == {"MUG": 2, "A=B": 1}
    assert units(None) is None
    for text in ("MUG", "MUG=", "=2", "MUG=x", "MUG=-1", "MUG=1,MUG=2", ""):
        with pytest.raises(UsageError):
            units(text)


def test_a_value_may_come_from_a_file_or_the_environment(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("s3cret\n")

    assert revealed(f"@{tmp_path}/secret", {}) == "s3cret"
    assert revealed("env:KEY", {"KEY": "k"}) == "k"
    assert revealed("plain", {}) == "plain"
    with pytest.raises(UsageError, match="cannot be read"):
        revealed(f"@{tmp_path}/missing", {})
    (tmp_path / "blob").write_bytes(b"\xff\xfe")
    with pytest.raises(UsageError, match="not a text file"):
        revealed(f"@{tmp_path}/blob", {})
    with pytest.raises(UsageError, match="NOPE is not set"):
        revealed("env:NOPE", {})


KEY = Option(key="api_key", title="API key", help="Shown in your account.")
SECRET = Option(key="secret", title="Secret", secret=True)
URL = Option(key="base_url", title="Base URL", required=False)
SHOP = Marketplace(id="my-shop", title="My Shop", options=(KEY, SECRET, URL))


def test_options_come_from_set_then_the_environment_then_the_user() -> None:
    environ = {"TUISYNC_MY_SHOP_API_KEY": "from-env", "TUISYNC_MY_SHOP_SECRET": "from-env"}

    values = option_values(SHOP, {"api_key": "given"}, environ, None)
    asked = option_values(SHOP, {"api_key": "given"}, {}, lambda option: f"typed {option.key}")

    assert values == {"api_key": "given", "secret": "from-env"}
    assert asked == {"api_key": "given", "secret": "typed secret"}
    assert reveals("typed secret"), "a secret is masked from the moment it is known"


def test_a_missing_option_says_every_way_to_give_it() -> None:
    with pytest.raises(UsageError, match="API key") as caught:
        option_values(SHOP, {"secret": "x"}, {}, None)

    assert "--set api_key=@FILE" in caught.value.hint
    assert variable(SHOP, KEY) in caught.value.hint


def test_an_unknown_option_is_refused_before_anything_is_asked() -> None:
    def never(option: Option) -> str:
        raise AssertionError(option)

    with pytest.raises(UsageError, match="no option `keystring`"):
        option_values(SHOP, {"keystring": "x"}, {}, never)


def test_times_are_normalised_to_utc() -> None:
    at = datetime(2024, 7, 1, 12, tzinfo=VIENNA)

    assert encoded({"at": at, "list": [at], "tuple": ({"at": at},)}) == (
        b'{"at":"2024-07-01T10:00:00Z","list":["2024-07-01T10:00:00Z"],'
        b'"tuple":[{"at":"2024-07-01T10:00:00Z"}]}'
    )
    assert encoded({"title": "about +01:00"}) == b'{"title":"about +01:00"}'
    assert encoded([], pretty=True) == b"[]"
