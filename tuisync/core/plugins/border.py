"""The border: what a plug-in returns is validated here, once, and made inert.

Structs do not check their fields when they are made, so a plug-in can put anything into them.
Each value is taken apart and built again with msgspec, which finds wrong types at any depth.
A page's records cross one by one: a bad one becomes `Unreadable`, the others pass.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar, get_args, get_type_hints

import msgspec

from tuisync.core.plugins.inert import inert
from tuisync.core.remote import (
    ItemsPage,
    Marketplace,
    Money,
    OrdersPage,
    RateHeaders,
    RemoteListing,
    RemoteOrder,
    StockResult,
    Unreadable,
)
from tuisync.core.text import clean

S = TypeVar("S", bound=msgspec.Struct)
Page = TypeVar("Page", ItemsPage, OrdersPage)

MOST_RECORDS = 10_000
"""Records one page may bring; more is a flood."""

_OPTION_KEY = re.compile("[a-z][a-z0-9_]*")
_MODULE = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*", re.ASCII)
_PATH = re.compile("/[A-Za-z0-9._~/-]*")
_HEADER = re.compile("[A-Za-z0-9_-]*")
_SLOWEST, _FASTEST = 0.01, 1000.0  # calls a second
_NATIVE = (datetime, Decimal)
_RECORDS: dict[type[msgspec.Struct], Any] = {
    ItemsPage: RemoteListing | Unreadable,
    OrdersPage: RemoteOrder | Unreadable,
}


class Unacceptable(Exception):  # it never leaves this package
    """A value the hook specification does not allow; the message says why."""


def admit(value: object, kind: type[S]) -> S:
    """Return the value, validated and inert.

    Raises:
        Unacceptable: It is not what the hook must return.
    """
    if not isinstance(value, kind):
        raise Unacceptable(f"it returned {_named(value)} where {kind.__name__} belongs")
    made: S = _rebuilt(value, kind)
    return made


def admit_page(value: object, kind: type[Page]) -> Page:
    """Return a page, validated and inert, with each bad record as `Unreadable`.

    Raises:
        Unacceptable: The page as a whole is not what the hook must yield.
    """
    if not isinstance(value, kind):
        raise Unacceptable(f"it yielded {_named(value)} where {kind.__name__} belongs")
    records: object = value.records
    if not isinstance(records, (tuple, list)):
        raise Unacceptable("a page's records are not a tuple")
    if len(records) > MOST_RECORDS:
        raise Unacceptable(f"a page brings {len(records):,} records; {MOST_RECORDS:,} are allowed")
    page: Page = _rebuilt(msgspec.structs.replace(value, records=()), kind)
    admitted = tuple(_record(record, _RECORDS[kind]) for record in records)
    return msgspec.structs.replace(page, records=admitted)


def _named(value: object) -> str:
    return clean(type(value).__name__)[:100]


def _record(record: object, kind: Any) -> Any:
    try:
        return _rebuilt(record, kind)
    except Unacceptable as fault:
        return Unreadable(
            remote_id=_best_effort(record, "remote_id") or "?",
            title=_best_effort(record, "title"),
            reason=f"The plug-in handed over something that is not a valid record: {fault}",
        )


def _best_effort(record: object, field: str) -> str:
    """Return an attribute of an invalid record as short, harmless text."""
    value = getattr(record, field, "") if isinstance(record, msgspec.Struct) else ""
    return clean(str(value)[:200]) if isinstance(value, (str, int)) else ""


def _rebuilt(value: object, kind: Any) -> Any:
    try:
        parts = msgspec.to_builtins(value, builtin_types=_NATIVE)
        _refuse_float_money(value)
        made = inert(msgspec.convert(parts, kind))
        _check(made)
    except Unacceptable:
        raise
    except Exception as error:  # noqa: BLE001  # what is in there is foreign: any class may come out
        raise Unacceptable(clean(str(error))[:300] or type(error).__name__) from None
    return made


def _refuse_float_money(value: object) -> None:
    """Raise at `Money(1.5, ...)`: binary fractions are not money, though they convert."""
    if isinstance(value, Money):
        if isinstance(value.amount, float):  # type: ignore[unreachable]  # structs check nothing
            raise Unacceptable("an amount of money is a float; it must be a Decimal")
    elif isinstance(value, msgspec.Struct):
        for name in _holding_money(type(value)):
            _refuse_float_money(getattr(value, name))
    elif isinstance(value, (tuple, list)):
        for each in value:
            _refuse_float_money(each)
    elif isinstance(value, dict):  # it stands for a struct, and becomes one
        _refuse_float_money(Money(value.get("amount", 0), ""))


@cache
def _holding_money(kind: type[msgspec.Struct]) -> tuple[str, ...]:
    """Return the fields of a kind of struct in which there may be money."""
    return tuple(name for name, hint in get_type_hints(kind).items() if _may_hold_money(hint))


def _may_hold_money(hint: Any) -> bool:
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return hint is Money or bool(_holding_money(hint))
    return any(map(_may_hold_money, get_args(hint)))


def _check(value: object) -> None:
    """Raise when a value has the right types and still cannot be true."""
    match value:
        case RemoteListing(variants=()):
            raise Unacceptable("the listing has no variant")
        case RemoteListing(variants=variants):
            _refuse_twice((v.key for v in variants), "two variants have the key")
            _refuse_negative(v.quantity for v in variants)
        case RemoteOrder(lines=lines):
            _refuse_twice((line.remote_id for line in lines), "two lines have the id")
            _refuse_negative(line.quantity for line in lines)
        case StockResult(quantities=quantities):
            _refuse_negative(quantities.values())
        case Marketplace():
            _check_marketplace(value)
        case _:
            pass


def _check_marketplace(value: Marketplace) -> None:
    _refuse_twice((option.key for option in value.options), "two options have the key")
    _refuse_twice((c.code for c in value.capabilities.carriers), "two carriers have the code")
    for option in value.options:
        if not _OPTION_KEY.fullmatch(option.key):
            raise Unacceptable(f"{option.key!r} is no name for an option")
    rate = value.capabilities.rate
    if not _SLOWEST <= rate.assumed_per_second <= _FASTEST:
        raise Unacceptable("its assumed calls per second are no rate")
    if not all(map(_HEADER.fullmatch, _header_names(rate))):
        raise Unacceptable("a rate header's name is not one")
    if value.sandbox is not None and not _MODULE.fullmatch(value.sandbox):
        raise Unacceptable("its sandbox is not the name of a module")
    if not 0 < value.redirect_port < 2**16 or not _PATH.fullmatch(value.redirect_path):
        raise Unacceptable("its redirect address is not one")


def _header_names(rate: RateHeaders) -> tuple[str, ...]:
    return (
        rate.limit_per_second,
        rate.remaining_this_second,
        rate.limit_per_day,
        rate.remaining_today,
    )


def _refuse_twice(keys: Iterable[str], complaint: str) -> None:
    for key, count in Counter(keys).items():
        if count > 1:
            raise Unacceptable(f"{complaint} {key!r}")


def _refuse_negative(quantities: Iterable[int]) -> None:
    if any(quantity < 0 for quantity in quantities):
        raise Unacceptable("a quantity is below zero")
