from __future__ import annotations

import importlib.metadata
import subprocess
import sys
import threading
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from hostile import IMPATIENT, Plain, beside_a_neighbour, found, raising
from tuisync import Capabilities, Carrier, Marketplace, Option, RateHeaders, hookimpl
from tuisync.core.errors import PluginIncompatible, PluginLoadError, PluginNotFound
from tuisync.core.plugins import PluginHost, PluginRecord
from tuisync.core.plugins.discovery import allow_list, installed
from tuisync.core.redaction import conceal
from tuisync.testing import FakeMarketplace


def record_of(host: PluginHost, name: str = "hostile") -> PluginRecord:
    return next(record for record in host.records() if record.name == name)


def assert_neighbour_works(host: PluginHost) -> None:
    assert host.handle("neighbour").name == "neighbour"
    assert record_of(host, "neighbour").state == "loaded"


def test_a_working_plugin_is_recorded_with_its_hooks() -> None:
    host = beside_a_neighbour()

    assert host.records() == [
        PluginRecord(
            name="neighbour",
            distribution="tuisync-neighbour",
            version="1.2",
            state="loaded",
            api_version="1.0",
            hooks=(
                "marketplace",
                "authorize",
                "renew",
                "fetch_items",
                "fetch_orders",
                "push_stock",
                "push_shipment",
            ),
        )
    ]


class Odd(BaseException):
    """Not even an Exception."""


@pytest.mark.parametrize(
    "error",
    [
        ImportError("no module named nothing"),
        ValueError("any"),
        SystemExit(3),
        RecursionError(),
        Odd("base"),
        TimeoutError("its own"),
        StopIteration(),
    ],
)
def test_whatever_is_raised_at_import_is_recorded(error: BaseException) -> None:
    host = beside_a_neighbour(found("hostile", raising(error)))

    record = record_of(host)

    assert record.state == "failed"
    assert type(error).__name__ in record.error
    assert str(error) in record.error
    assert_neighbour_works(host)


def test_interrupting_an_import_interrupts() -> None:
    with pytest.raises(KeyboardInterrupt):
        beside_a_neighbour(found("hostile", raising(KeyboardInterrupt()))).records()


def test_an_import_that_hangs_is_given_up() -> None:
    host = beside_a_neighbour(found("hostile", threading.Event().wait), patience=IMPATIENT)

    assert record_of(host).error == "its import did not end within 0.3 seconds"
    assert_neighbour_works(host)


def test_a_description_that_hangs_is_given_up() -> None:
    class Hanging:
        @hookimpl
        def marketplace(self) -> Marketplace:
            threading.Event().wait()
            raise AssertionError

    host = beside_a_neighbour(found("hostile", Hanging), patience=IMPATIENT)

    assert record_of(host).error == "its hook `marketplace` did not end within 0.3 seconds"
    assert_neighbour_works(host)


class Staring:
    """Hangs when it is looked at."""

    def __dir__(self) -> list[str]:
        threading.Event().wait()
        return []


def test_a_registration_that_hangs_is_given_up() -> None:
    host = beside_a_neighbour(found("hostile", Staring), patience=IMPATIENT)

    assert record_of(host).error == "its registration did not end within 0.3 seconds"
    assert_neighbour_works(host)


def test_what_an_import_prints_stays_off_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    def load() -> object:
        print("look at me")  # noqa: T201  # that is the offence
        return Plain()

    assert record_of(beside_a_neighbour(found("hostile", load))).state == "loaded"

    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == "look at me\n"


def test_an_error_with_a_secret_or_escape_sequences_is_recorded_without() -> None:
    conceal("known-secret")
    error = ValueError("key known-secret \x1b[31mred\x1b[0m\nsecond line " + "x" * 9000)

    text = record_of(beside_a_neighbour(found("hostile", raising(error)))).error

    assert "known-secret" not in text
    assert "\x1b" not in text
    assert "\n" not in text
    assert len(text) < 600


class Unspeakable(Exception):  # it is what it is
    def __str__(self) -> str:
        raise RuntimeError("no words")


def test_an_error_that_cannot_be_shown_is_named() -> None:
    host = beside_a_neighbour(found("hostile", raising(Unspeakable())))

    assert record_of(host).error == "Unspeakable"


class Typo(Plain):
    @hookimpl
    async def fetch_item(self, session: object, request: object) -> None: ...


class OptionalNewHook(Plain):
    @hookimpl(optionalhook=True)
    async def fetch_reviews(self, session: object) -> None: ...


class WithDefault(Plain):
    @hookimpl
    async def fetch_items(self, session: object, request: object = None) -> None: ...


class UnknownArgument(Plain):
    @hookimpl
    async def fetch_items(self, session: object, since: object) -> None: ...


class FewerArguments(Plain):
    @hookimpl
    async def push_stock(self, change: object) -> None: ...


class Wrapper(Plain):
    @hookimpl(wrapper=True)
    def push_stock(self) -> Any:
        yield


class Twice(Plain):
    @hookimpl
    async def push_stock(self, session: object, change: object) -> None: ...

    @hookimpl(specname="push_stock")
    async def push_more(self, session: object, change: object) -> None: ...


class Silent:
    @hookimpl
    async def push_stock(self, session: object, change: object) -> None: ...


@pytest.mark.parametrize(
    ("load", "complaint"),
    [
        (Typo, "there is no hook `fetch_item`; did you mean `fetch_items`?"),
        (WithDefault, "`fetch_items` gives `request` a default; hook arguments have none"),
        (UnknownArgument, "since"),
        (Wrapper, "`push_stock` is a wrapper; a marketplace's hooks are plain"),
        (Twice, "it implements `push_stock` more than once"),
        (Silent, "it has no hook `marketplace`"),
        (lambda: Plain, "its entry point names a class; it must name a module or an object"),
        (lambda: None, "it has no hook `marketplace`"),
        (lambda: Plain("other"), "it calls itself 'other' and its entry point 'hostile'"),
    ],
)
def test_a_plugin_that_breaks_a_rule_is_told_which(
    load: Callable[[], object], complaint: str
) -> None:
    host = beside_a_neighbour(found("hostile", load))

    record = record_of(host)

    assert record.state == "failed"
    assert complaint in record.error
    assert_neighbour_works(host)


@pytest.mark.parametrize("load", [OptionalNewHook, FewerArguments, Plain])
def test_a_hook_may_be_newer_take_less_or_be_missing(load: Callable[[], object]) -> None:
    assert record_of(beside_a_neighbour(found("hostile", load))).state == "loaded"


def test_a_module_is_a_plugin() -> None:
    module = ModuleType("hostile")

    @hookimpl
    def marketplace() -> Marketplace:
        return Marketplace(id="hostile", title="A module")

    module.marketplace = marketplace  # type: ignore[attr-defined]  # as an import would make it

    assert record_of(beside_a_neighbour(found("hostile", lambda: module))).state == "loaded"


@pytest.mark.parametrize(
    ("version", "said", "cure"),
    [
        ((2, 0), "2.0", "update tuisync"),
        ((1, 7), "1.7", "update tuisync"),
        ((0, 9), "0.9", "update the plug-in"),
        ("1.0", "", "does not say"),
        ((1,), "", "does not say"),
        (None, "", "does not say"),
    ],
)
def test_a_plugin_for_another_api_is_incompatible(version: Any, said: str, cure: str) -> None:
    host = beside_a_neighbour(found("hostile", lambda: Plain(version=version)))

    record = record_of(host)

    assert record.state == "incompatible"
    assert record.api_version == said
    assert cure in record.error
    with pytest.raises(PluginIncompatible, match="hostile"):
        host.handle("hostile")
    assert_neighbour_works(host)


def describing(**fields: Any) -> object:
    class Describing:
        @hookimpl
        def marketplace(self) -> Marketplace:
            return Marketplace(**({"id": "hostile", "title": "Hostile"} | fields))

    return Describing()


def assuming(rate: float) -> Capabilities:
    return Capabilities(rate=RateHeaders(assumed_per_second=rate))


TWO_CARRIERS = (Carrier(code="dhl", title="DHL"), Carrier(code="dhl", title="Also DHL"))


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"title": 7}, "Expected `str`, got `int` - at `$.title`"),
        ({"id": ""}, "an identifier is empty"),
        ({"options": (Option(key="Key!", title="Key"),)}, "is no name for an option"),
        ({"options": (Option(key="key", title="a"), Option(key="key", title="b"))}, "two options"),
        ({"capabilities": Capabilities(carriers=TWO_CARRIERS)}, "two carriers"),
        ({"sandbox": "os; rm -rf"}, "its sandbox is not the name of a module"),
        ({"sandbox": "--help"}, "its sandbox is not the name of a module"),
        ({"capabilities": assuming(0)}, "are no rate"),
        ({"capabilities": assuming(float("nan"))}, "are no rate"),
        ({"capabilities": assuming(1e9)}, "are no rate"),
        ({"capabilities": Capabilities(rate=RateHeaders(limit_per_day="x\n"))}, "not one"),
        ({"redirect_port": 0}, "its redirect address is not one"),
        ({"redirect_path": "no slash"}, "its redirect address is not one"),
        ({"notice": "x" * 50_000}, "longer than"),
    ],
)
def test_a_description_that_cannot_be_used_is_refused(
    fields: dict[str, Any], complaint: str
) -> None:
    host = beside_a_neighbour(found("hostile", lambda: describing(**fields)))

    record = record_of(host)

    assert record.state == "failed"
    assert complaint in record.error
    assert_neighbour_works(host)


def test_a_description_is_made_inert() -> None:
    plugin = describing(title="Et\x1b[31msy", setup_steps=("Go\u202e there",))

    described = beside_a_neighbour(found("hostile", lambda: plugin)).describe("hostile")

    assert described.title == "Etsy"
    assert described.setup_steps == ("Go there",)


def test_two_distributions_with_one_name_shadow_each_other() -> None:
    host = beside_a_neighbour(
        found("hostile", Plain, "tuisync-hostile"), found("hostile", Plain, "evil-twin")
    )

    records = [record for record in host.records() if record.name == "hostile"]

    assert [record.state for record in records] == ["shadowed", "shadowed"]
    assert {record.distribution for record in records} == {"tuisync-hostile", "evil-twin"}
    with pytest.raises(PluginLoadError, match="evil-twin and tuisync-hostile"):
        host.handle("hostile")
    assert_neighbour_works(host)


def test_only_allowed_plugins_load() -> None:
    imported: list[str] = []
    hostile = found("hostile", lambda: imported.append("hostile"))
    host = beside_a_neighbour(hostile, allowed=frozenset({"neighbour"}))

    assert record_of(host).state == "disabled"
    assert imported == []
    with pytest.raises(PluginLoadError, match="TUISYNC_LOAD_PLUGINS"):
        host.handle("hostile")
    assert_neighbour_works(host)


@pytest.mark.parametrize(
    ("environ", "names"),
    [
        ({}, None),
        ({"TUISYNC_LOAD_PLUGINS": ""}, frozenset()),
        ({"TUISYNC_LOAD_PLUGINS": "etsy, fake,"}, frozenset({"etsy", "fake"})),
    ],
)
def test_the_allow_list_comes_from_the_environment(
    environ: dict[str, str], names: frozenset[str] | None
) -> None:
    assert allow_list(environ) == names


@pytest.mark.parametrize("name", ["Etsy", "../etsy", "a:b", "", "x" * 41, "9to5", "ets\u202ey"])
def test_a_name_that_cannot_be_an_id_is_refused(name: str) -> None:
    host = beside_a_neighbour(found(name, Plain))

    assert {record.state for record in host.records()} == {"failed", "loaded"}
    assert_neighbour_works(host)


def test_only_the_plugin_asked_for_is_imported() -> None:
    imported: list[str] = []

    def load() -> object:
        imported.append("hostile")
        return Plain()

    host = beside_a_neighbour(found("hostile", load))

    assert host.names() == ("hostile", "neighbour")
    host.handle("neighbour")
    assert imported == []
    host.handle("hostile")
    host.handle("hostile")
    assert imported == ["hostile"]
    assert host.usable() == ("hostile", "neighbour")


def test_an_unknown_name_lists_those_there_are() -> None:
    with pytest.raises(PluginNotFound) as refusal:
        beside_a_neighbour(found("hostile", Plain)).handle("ebay")

    assert refusal.value.hint == "Installed: hostile, neighbour."
    assert refusal.value.plugin == "ebay"


def test_without_any_plugin_the_hint_says_what_to_do() -> None:
    with pytest.raises(PluginNotFound) as refusal:
        PluginHost([]).describe("ebay")

    assert "Install" in refusal.value.hint


def test_a_failed_plugin_asked_for_says_why() -> None:
    host = beside_a_neighbour(found("hostile", raising(ImportError("no libfoo"))))

    with pytest.raises(PluginLoadError, match="no libfoo"):
        host.handle("hostile")


def test_installed_entry_points_are_found_without_an_import() -> None:
    names = {each.name for each in importlib.metadata.entry_points(group="tuisync.plugins")}

    assert {each.name for each in installed()} == names
    assert set(PluginHost().names()) == names


CHEAP = """
import sys
from tuisync.core.plugins.host import PluginHost
import tuisync.core.plugins.connections

PluginHost().names()
heavy = {"httpx", "httpcore", "textual", "rich", "authlib", "platformdirs", "stamina"}
sys.exit(",".join(heavy & set(sys.modules)) or 0)
"""


def test_the_host_imports_nothing_heavy() -> None:
    done = subprocess.run(
        [sys.executable, "-c", CHEAP], capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")


def test_fakes_of_one_host_are_told_apart() -> None:
    host = PluginHost.of(one=FakeMarketplace("one"), two=FakeMarketplace("two"))

    assert [host.describe(name).title for name in host.names()] == ["One Market", "Two Market"]
