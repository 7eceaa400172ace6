"""Keeping what failed until it succeeds, in the transactions that note either."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tuisync.core.errors import (
    AuthorizationRequired,
    BadKey,
    EngineBusy,
    OutcomeUnknown,
    PluginError,
    ShapeChanged,
    StoreBusy,
    TransientError,
    TuisyncError,
)
from tuisync.core.models import Failure, InboxClass, Module, SyncRun, record_id
from tuisync.core.outcome import Taken
from tuisync.core.store import schema
from tuisync.core.store.port import Transaction

_SENDING: Module = "stock"
"""Stands for sending as a whole: a shop that could not even be opened to send something."""

_CLASSES: tuple[tuple[tuple[type[BaseException], ...], InboxClass], ...] = (
    ((TransientError, OutcomeUnknown, EngineBusy, StoreBusy), "transient"),
    ((ShapeChanged,), "mapping"),
    ((PluginError,), "bug"),
    ((TuisyncError,), "rejected"),
    ((BaseException,), "bug"),
)
"""The first that fits counts; what is none of our errors is a fault of the program."""


def fault_of(error: BaseException) -> InboxClass | None:
    """Return the class of a failure, by what would mend it.

    None is for what the integration's own state tells: it needs a sign-in.
    """
    if isinstance(error, AuthorizationRequired):
        return None
    if isinstance(error, TuisyncError) and error.error_code == BadKey.code:
        return "auth"
    return next(fault for kinds, fault in _CLASSES if isinstance(error, kinds))


@dataclass(frozen=True)
class Failures:
    """The failures, open for writing in one transaction.

    Attributes:
        tx: The transaction.
        now: When what is noted happened.
    """

    tx: Transaction
    now: datetime

    def record(self, run: SyncRun, remote_id: str, title: str, taken: Taken, about: str) -> bool:
        """Note what became of a remote record; return whether it had failed and does no more.

        Args:
            run: The run that met it.
            remote_id: The shop's id of it.
            title: What people call it.
            taken: What became of it.
            about: The id of the outbox entry of a push; empty for what was fetched.
        """
        id_ = about or _record_failure(run, remote_id)
        if taken.outcome != "failed" or taken.fault is None:
            return self.over(id_)
        self._add(
            Failure(
                id=id_,
                integration=run.integration,
                module=run.module,
                fault=taken.fault,
                reason=taken.reason,
                run=run.id,
                remote_id=remote_id,
                title=title,
                first_at=self.now,
                last_at=self.now,
            )
        )
        return False

    def run_failed(self, run: SyncRun, fault: InboxClass | None, reason: str) -> None:
        """Note that a run did not reach its end."""
        self._integration_failed(_run_failure(run), run.integration, run.module, fault, reason)

    def sending_failed(self, integration: str, fault: InboxClass | None, reason: str) -> None:
        """Note that a shop could not even be opened to send what is owed.

        Where its orders could not be read, that failure tells it already.
        """
        if self.tx.get(schema.FAILURES, f"run:{integration}/orders") is None:
            id_ = f"run:{integration}/{_SENDING}"
            self._integration_failed(id_, integration, _SENDING, fault, reason)

    def run_ended(self, run: SyncRun) -> None:
        """Note that a run reached its end; what it was asked for alone tells little more."""
        self.over(f"{_run_failure(run.but(only=(), period=None))}/asked")
        if not _was_asked(run):
            self.over(_run_failure(run))
            self.over(f"run:{run.integration}/{_SENDING}")

    def over(self, id_: str) -> bool:
        """Forget a failure whose cause is gone; return whether there was one."""
        if self.tx.get(schema.FAILURES, id_) is None:
            return False
        self.tx.delete(schema.FAILURES, id_)
        return True

    def _integration_failed(
        self, id_: str, integration: str, module: Module, fault: InboxClass | None, reason: str
    ) -> None:
        known = self.tx.get(schema.INTEGRATIONS, integration)
        if fault is None or known is None or known.status != "active":
            self.over(id_)
            return
        self._add(
            Failure(
                id=id_,
                integration=integration,
                module=module,
                fault=fault,
                reason=reason,
                first_at=self.now,
                last_at=self.now,
            )
        )

    def _add(self, failure: Failure) -> None:
        before = self.tx.get(schema.FAILURES, failure.id)
        if before is not None:
            failure = failure.but(count=before.count + 1, first_at=before.first_at)
        self.tx.put(schema.FAILURES, failure)


def _record_failure(run: SyncRun, remote_id: str) -> str:
    """Return the id of a fetched record's failure; a stock push's is that of its entry."""
    kind = {"items": "item", "orders": "order"}.get(run.module, run.module)
    return f"{kind}:{record_id(run.integration, remote_id)}"


def _run_failure(run: SyncRun) -> str:
    return f"run:{run.integration}/{run.module}" + ("/asked" if _was_asked(run) else "")


def _was_asked(run: SyncRun) -> bool:
    """Tell whether a run reads certain records or days only, so that it ends otherwise."""
    return bool(run.only) or run.period is not None
