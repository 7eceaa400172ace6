"""What failed and has not succeeded since: the part of the inbox that no other state tells."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from tuisync.core.models.base import Document
from tuisync.core.models.runs import Module

InboxClass = Literal[
    "transient",
    "auth",
    "mapping",
    "rejected",
    "drift",
    "oversell",
    "decision",
    "review",
    "stale",
    "bug",
]


class Failure(Document, frozen=True, kw_only=True):
    """Something that failed and has not succeeded since.

    It is written in the transaction that notes the failure, and removed in the one in which
    the same thing succeeds. Its id tells what it is of: `run:<integration>/<module>`,
    `item:<listing id>`, `order:<order id>`, or the id of the outbox entry of a push.

    Attributes:
        integration: The integration's id.
        fault: What kind of failure it is, by what would mend it.
        reason: Why, in words.
        run: The run that met it last; empty where there was none.
        remote_id: The shop's id of the record; None for a run that did not reach its end.
        count: Failures in a row.
    """

    integration: str
    module: Module
    fault: InboxClass
    reason: str
    first_at: datetime
    last_at: datetime
    run: str = ""
    remote_id: str | None = None
    title: str = ""
    count: int = 1
