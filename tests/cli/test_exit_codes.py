"""Every error ends in the exit code that scripts rely on."""

from __future__ import annotations

import inspect

import pytest

from tuisync.cli import exits
from tuisync.core import errors
from tuisync.core.errors import TuisyncError

EXPECTED = {
    "UsageError": 2,
    "NoOrganization": 2,
    "AlreadyInitialized": 2,
    "NotFound": 2,
    "UnknownIntegration": 2,
    "Conflict": 2,
    "Inactive": 2,
    "PartialShipment": 2,
    "MultiWarehouseNeeded": 2,
    "AlreadyConnected": 2,
    "StoreError": 2,
    "HomeUnwritable": 2,
    "StoreBusy": 6,
    "StoreDamaged": 1,
    "SchemaTooNew": 2,
    "PluginError": 5,
    "PluginNotFound": 2,
    "PluginLoadError": 2,
    "PluginIncompatible": 2,
    "PluginContractError": 5,
    "SignInError": 3,
    "ConsentDenied": 3,
    "SignInTimeout": 3,
    "WrongState": 3,
    "WrongAccount": 3,
    "NoOwnedShop": 2,
    "CurrencyMismatch": 2,
    "BadKey": 2,
    "MarketplaceError": 5,
    "TransientError": 5,
    "RateLimited": 5,
    "AuthorizationRequired": 3,
    "RejectedError": 5,
    "RemoteNotFound": 5,
    "NotPermitted": 5,
    "PermanentError": 5,
    "StockChanged": 5,
    "ShapeChanged": 5,
    "OutcomeUnknown": 5,
    "PlanStale": 5,
    "EngineBusy": 6,
    "TuisyncError": 1,
}
KINDS = [
    kind
    for _, kind in inspect.getmembers(errors, inspect.isclass)
    if issubclass(kind, TuisyncError)
]


def _made(kind: type[TuisyncError]) -> TuisyncError:
    if kind is errors.StockChanged:
        return errors.StockChanged({})
    if kind is errors.RateLimited:
        return errors.RateLimited("Wait.", retry_after=1)
    return kind("It went wrong.")


@pytest.mark.parametrize("kind", KINDS)
def test_each_class_of_error_has_its_exit_code(kind: type[TuisyncError]) -> None:
    assert exits.exit_code(_made(kind)) == EXPECTED[kind.__name__]


def test_no_error_is_forgotten() -> None:
    assert {kind.__name__ for kind in KINDS} == set(EXPECTED)


def test_the_code_says_more_than_the_class() -> None:
    asleep = errors.Inactive("fake needs a sign-in.", code="needs_reauth")

    assert exits.exit_code(asleep) == 3


def test_what_a_command_makes_of_its_work() -> None:
    assert exits.exit_code(exits.RecordsFailed("2 records failed.")) == 4
    assert exits.exit_code(exits.Different("1 change would go out.")) == 4
    assert exits.exit_code(exits.RunFailed("It ended early.")) == 5
    assert exits.exit_code(exits.RunFailed("It broke.", code="plugin_failed")) == 5
