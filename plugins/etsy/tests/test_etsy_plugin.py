"""The entry point: it costs nothing to import, and says what Etsy needs."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from importlib.metadata import entry_points
from importlib.resources import files

import pytest

import tuisync_etsy
from tuisync import UsageError
from tuisync_etsy.carriers import CARRIERS, carrier_code
from tuisync_etsy.hosts import ETSY, hosts_of

HOOKS = (
    "marketplace",
    "authorize",
    "fetch_items",
    "fetch_orders",
    "push_stock",
    "push_shipment",
)


def test_importing_and_describing_loads_nothing_heavy() -> None:
    script = (
        "import sys, tuisync_etsy; tuisync_etsy.marketplace();"
        "print(sorted({'httpx', 'authlib', 'starlette', 'textual'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_it_is_found_under_its_entry_point_with_all_six_hooks() -> None:
    (found,) = [each for each in entry_points(group="tuisync.plugins") if each.name == "etsy"]
    plugin = found.load()
    assert plugin is tuisync_etsy
    assert all(hasattr(getattr(plugin, hook), "tuisync_impl") for hook in HOOKS)


def test_e13_it_asks_for_keystring_and_shared_secret() -> None:
    options = {option.key: option for option in tuisync_etsy.marketplace().options}
    assert options["keystring"].required
    assert not options["keystring"].secret
    assert options["shared_secret"].secret
    assert not options["base_url"].required


def test_s02_an_order_goes_in_one_parcel_and_the_comment_is_paid() -> None:
    can = tuisync_etsy.marketplace().capabilities
    assert not can.partial_shipments
    assert not can.zero_stock
    assert can.max_quantity == 999
    assert can.paid_comment == "Paid"


def test_the_trademark_notice_is_there_word_for_word() -> None:
    assert tuisync_etsy.marketplace().notice == (
        "The term 'Etsy' is a trademark of Etsy, Inc. "
        "This application uses the Etsy API but is not endorsed or certified by Etsy, Inc."
    )


def test_the_steps_name_the_redirect_to_register() -> None:
    described = tuisync_etsy.marketplace()
    redirect = f"http://localhost:{described.redirect_port}{described.redirect_path}"
    assert any(redirect in step for step in described.setup_steps)


def test_carrier_codes_are_unique_lower_case_and_end_with_other() -> None:
    codes = [carrier.code for carrier in CARRIERS]
    assert len(set(codes)) == len(codes) > 100
    assert all(code == code.lower() and " " not in code for code in codes)
    assert codes[-1] == "other"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("usps", "usps"),
        (" USPS ", "usps"),
        ("Royal Mail", "royal-mail"),
        ("deutsche post", "deutsch-post"),
        ("Pigeon Express", "other"),
        ("", "other"),
        (None, "other"),
    ],
)
def test_e10_an_unknown_carrier_goes_as_other(given: str | None, code: str) -> None:
    assert carrier_code(given) == code


@pytest.mark.parametrize("options", [{}, {"base_url": ""}, {"base_url": "  "}])
def test_without_a_base_url_it_talks_to_etsy(options: Mapping[str, str]) -> None:
    assert hosts_of(options) == ETSY
    assert ETSY.token == "https://api.etsy.com/v3/public/oauth/token"
    assert all(url.startswith("https://") for url in (ETSY.consent, ETSY.token, ETSY.api))


@pytest.mark.parametrize(
    "base", ["http://127.0.0.1:9000", "http://localhost:9000/", "http://[::1]:9", "https://x.test"]
)
def test_a_base_url_replaces_all_hosts(base: str) -> None:
    hosts = hosts_of({"base_url": base})
    start = base.rstrip("/")
    assert hosts.consent == f"{start}/oauth/connect"
    assert hosts.token == f"{start}/v3/public/oauth/token"
    assert hosts.api == f"{start}/v3/application"


@pytest.mark.parametrize(
    ("base", "words"),
    [
        ("http://shop.example", "unprotected"),
        ("http://127.0.0.1.evil.example", "unprotected"),
        ("ftp://127.0.0.1", "not a web address"),
        ("127.0.0.1:9000", "not a web address"),
        ("http://", "not a web address"),
        ("http://127.0.0.1:port", "not a web address"),
        ("https://x.test/?a=1", "not a web address"),
    ],
)
def test_a_base_url_that_would_leak_the_key_is_refused(base: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        hosts_of({"base_url": base})


def test_no_module_takes_the_place_of_a_hook_of_its_name() -> None:
    package = files("tuisync_etsy")
    assert not [hook for hook in HOOKS if (package / f"{hook}.py").is_file()]
