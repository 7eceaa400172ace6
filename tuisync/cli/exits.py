"""Exit codes: what each means, and which error ends in which.

0  done
1  an unexpected fault
2  usage or configuration
3  a sign-in is needed
4  some records failed, or `--check` found a difference
5  the run failed, or the plan was out of date
6  busy, or the engine did not answer in time

A terminal's interrupt and a closed pipe end as they do in every other program.
"""

from __future__ import annotations

from tuisync.core.errors import (
    AuthorizationRequired,
    BadKey,
    CurrencyMismatch,
    EngineBusy,
    MarketplaceError,
    NoOwnedShop,
    PlanStale,
    PluginIncompatible,
    PluginLoadError,
    PluginNotFound,
    SignInError,
    StoreBusy,
    StoreDamaged,
    StoreError,
    TuisyncError,
    UsageError,
)

DONE = 0
FAULT = 1
USAGE = 2
SIGN_IN = 3
PARTIAL = 4
FAILED = 5
BUSY = 6
INTERRUPTED = 130
"""128 + SIGINT."""
CLOSED_PIPE = 141
"""128 + SIGPIPE."""


class RecordsFailed(TuisyncError):
    """The work was done, and some of it failed."""

    code = "partial"
    title = "Some failed"


class Different(TuisyncError):
    """`--check` found a difference."""

    code = "different"
    title = "There is a difference"


class RunFailed(TuisyncError):
    """A run did not reach its end."""

    code = "failed"
    title = "The run failed"


class RunStopped(RunFailed):
    """A run ended because its user cancelled it."""

    code = "stopped"
    title = "Stopped"


class Stopped(TuisyncError):
    """The user stopped the command."""

    code = "stopped"
    title = "Stopped"


class OutputLost(TuisyncError):
    """The work was done, but what it gave cannot be written to stdout."""

    code = "output_lost"
    title = "Done, but it cannot be shown"


_BY_CODE = {"needs_reauth": SIGN_IN}
_BY_CLASS: tuple[tuple[type[TuisyncError], int], ...] = (
    (RecordsFailed, PARTIAL),
    (Different, PARTIAL),
    (RunFailed, FAILED),
    (Stopped, INTERRUPTED),
    (UsageError, USAGE),
    (StoreDamaged, FAULT),
    (StoreBusy, BUSY),
    (StoreError, USAGE),
    (PluginNotFound, USAGE),
    (PluginLoadError, USAGE),
    (PluginIncompatible, USAGE),
    (NoOwnedShop, USAGE),
    (CurrencyMismatch, USAGE),
    (BadKey, USAGE),
    (SignInError, SIGN_IN),
    (AuthorizationRequired, SIGN_IN),
    (MarketplaceError, FAILED),
    (PlanStale, FAILED),
    (EngineBusy, BUSY),
)


def exit_code(error: TuisyncError) -> int:
    """Return the exit code of a command that ended with this error.

    A plug-in's own fault counts as configuration while it cannot even be loaded, and as a
    failed run once it was at work.
    """
    if error.error_code in _BY_CODE:
        return _BY_CODE[error.error_code]
    known = (code for kind, code in _BY_CLASS if isinstance(error, kind))
    return next(known, FAILED if error.code == "plugin_failed" else FAULT)
