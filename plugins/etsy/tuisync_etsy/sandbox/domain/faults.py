"""Planned misbehaviour: a queue of faults, each for one matching request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

Record = dict[str, Any]
Count = Annotated[int, Meta(ge=0, le=1_000_000)]
Seconds = Annotated[float, Meta(ge=0, le=3600)]


class Fault(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One way an answer goes wrong.

    Attributes:
        method: Only requests with this method; any if empty.
        path: Only requests whose path contains this text.
        times: How many matching requests it spoils; 0 means until it is cleared.
        skip: How many matching requests it lets pass first.
        status: Answer this at once, without doing anything.
        body: The JSON body of that answer.
        html: Answer an HTML page instead, as an edge server does.
        array_error: Answer 400 with a JSON array of problems (etsy/open-api #622).
        headers: Extra headers of that answer.
        drop: Close the connection `before` anything is done, or `after` it was.
        delay: Seconds to wait before doing anything.
        delay_after: Seconds to wait after it was done, before answering.
        cut: Send only so many bytes of the body.
        blank_skus: Every SKU of the answer is empty (etsy/open-api #630).
        duplicate_rows: The first row of a list comes again at its end (etsy/open-api #510).
        count_off: Added to a list's `count`.
        no_inventory: This listing's `inventory` is null in a batch.
        malformed_listing: This listing's record lacks what it must have.
        malformed_receipt: This receipt's record lacks what it must have.
    """

    method: str = ""
    path: str = "/"
    times: Count = 1
    skip: Count = 0
    status: Annotated[int, Meta(ge=200, le=599)] | None = None
    body: Any = None
    html: str | None = None
    array_error: bool = False
    headers: dict[str, str] = {}
    drop: Literal["before", "after"] | None = None
    delay: Seconds = 0.0
    delay_after: Seconds = 0.0
    cut: Count | None = None
    blank_skus: bool = False
    duplicate_rows: bool = False
    count_off: int = 0
    no_inventory: int | None = None
    malformed_listing: int | None = None
    malformed_receipt: int | None = None

    @property
    def answers_at_once(self) -> bool:
        """Whether the request never reaches the shop."""
        return self.status is not None or self.html is not None or self.array_error

    @property
    def does_something(self) -> bool:
        """Whether anything goes wrong at all."""
        where = {"method", "path", "times", "skip", "body", "headers"}
        return any(getattr(self, name) != getattr(_NONE, name) for name in _FIELDS - where)

    def matches(self, method: str, path: str) -> bool:
        """Tell whether it is meant for this request."""
        return self.path in path and self.method.upper() in {"", method}


_NONE = Fault()
_FIELDS = frozenset(Fault.__struct_fields__)


class FaultQueue:
    """Faults in the order they were planned."""

    def __init__(self) -> None:
        self.waiting: list[Fault] = []

    def plan(self, fault: Fault) -> None:
        """Add a fault at the end."""
        self.waiting.append(fault)

    def clear(self) -> None:
        """Forget all of them."""
        self.waiting.clear()

    def take(self, method: str, path: str) -> list[Fault]:
        """Return what spoils this request: every lasting fault, and the first passing one."""
        taken: list[Fault] = []
        for fault in [each for each in self.waiting if each.matches(method, path)]:
            if fault.skip > 0:
                fault.skip -= 1
            elif fault.times == 0:
                taken.append(fault)
            elif all(each.times == 0 for each in taken):
                taken.append(msgspec.structs.replace(fault))
                self._use(fault)
                break
        return taken

    def _use(self, fault: Fault) -> None:
        if fault.times == 1:
            self.waiting.remove(fault)
        else:
            fault.times -= 1


def spoil(document: Any, faults: list[Fault]) -> Any:
    """Return a JSON document as the faults leave it."""
    for fault in faults:
        if fault.blank_skus:
            document = _walk(document, _blank_skus)
        if isinstance(document, dict) and document.get("results"):
            document = _spoil_list(document, fault)
        for key, wanted, broken in (
            ("listing_id", fault.malformed_listing, _BROKEN_LISTING),
            ("receipt_id", fault.malformed_receipt, _BROKEN_RECEIPT),
            ("listing_id", fault.no_inventory, {"inventory": None}),
        ):
            if wanted is not None:
                document = _walk(document, _breaker(key, wanted, broken))
    return document


def _spoil_list(document: dict[str, Any], fault: Fault) -> dict[str, Any]:
    rows = document["results"]
    if fault.duplicate_rows:
        rows = [*rows, rows[0]]
    return {**document, "count": document.get("count", 0) + fault.count_off, "results": rows}


def _walk(value: Any, change: Callable[[Record], Record]) -> Any:
    if isinstance(value, list):
        return [_walk(each, change) for each in value]
    if isinstance(value, dict):
        return change({key: _walk(each, change) for key, each in value.items()})
    return value


def _blank_skus(record: Record) -> Record:
    if "sku" in record:
        record["sku"] = ""
    if "skus" in record:
        record["skus"] = []
    return record


_BROKEN_LISTING: Record = {"title": None, "state": None, "quantity": None, "inventory": "?"}
_BROKEN_RECEIPT: Record = {
    "created_timestamp": None,
    "create_timestamp": None,
    "transactions": None,
    "grandtotal": None,
}


def _breaker(key: str, wanted: int, broken: Record) -> Callable[[Record], Record]:
    def break_it(record: Record) -> Record:
        if record.get(key) != wanted:
            return record
        return {**record, **{name: value for name, value in broken.items() if name in record}}

    return break_it
