"""A row of the inbox: what, why in words, and what mends it."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Literal

import msgspec

from tuisync.core.models.inbox import InboxClass
from tuisync.core.store import schema
from tuisync.core.store.port import Reader

FixKind = Literal[
    "sign_in",  # ids: the integration
    "sync",  # ids: the integration
    "resync",  # ids: failures of records
    "send_again",  # ids: outbox entries
    "correct",  # ids: outbox entries of shipments that were refused
    "map",  # ids: listing variants; none means the unconfirmed ones
    "let_go",  # ids: listing variants that are gone
    "decide",  # ids: orders
    "return",  # ids: orders
    "ship_there",  # ids: orders
    "count",  # ids: items
    "review",  # no ids: the plan
    "drift",  # ids: listing variants
]


class Fix(msgspec.Struct, frozen=True):
    """What mends the cause, for a screen to do with one key.

    Attributes:
        does: What kind of action.
        ids: What to do it with; what they are ids of depends on the action.
    """

    does: FixKind
    ids: tuple[str, ...] = ()


class Fold(msgspec.Struct, frozen=True, kw_only=True):
    """How rows that are too many of a kind become one; see `gather.MANY`.

    Attributes:
        key: Equal for the rows that may be one; it becomes the id of that row.
        noun: What they are, in the plural: `listings`.
        message: The message of that one row; empty takes the first row's.
        hint: The hint of that one row; empty takes the first row's.
    """

    key: str
    noun: str
    message: str = ""
    hint: str = ""


class InboxRow(msgspec.Struct, frozen=True, kw_only=True):
    """One cause that needs the user.

    Attributes:
        id: The same as long as the cause is there.
        kind: Its class, by what would mend it.
        integration: The integration's id, or None where it concerns all of them.
        subject: What it is about: a listing's title, an order's number, an item's SKU.
        message: Why, in words.
        hint: What to do next; it names the command.
        fix: The same for a screen.
        count: How often it came, or how many things have the same cause.
        first_at: Since when, where that is known.
        last_at: When it came last, where that is known.
        next_at: When it is tried again by itself, or None.
        about: What it is about, where the fix is done with something else.
        covers: Ids of rows that this one stands for as well, so that they are left out.
        fold: How to make one row of many like it; None never folds it.
    """

    id: str
    kind: InboxClass
    integration: str | None
    subject: str
    message: str
    hint: str
    fix: Fix
    count: int = 1
    first_at: datetime | None = None
    last_at: datetime | None = None
    next_at: datetime | None = None
    about: tuple[str, ...] = ()
    covers: tuple[str, ...] = ()
    fold: Fold | None = None


Source = Callable[[Reader, datetime], Iterable[InboxRow]]
"""Yields the rows of one family of causes: from indexes, never by a look at every document."""


def shop_name(reader: Reader, integration: str) -> str:
    """Return an integration's name, as commands take it."""
    found = reader.get(schema.INTEGRATIONS, integration)
    return found.name if found else integration


def some(names: Sequence[str], most: int = 3) -> str:
    """Return the first of these names and how many more there are: `a, b, c and 4 more`."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more:,} more" if more > 0 else "")


def fold_key(*parts: str) -> str:
    """Return a short key that is equal where all parts are; the last ones may be long texts."""
    told = "/".join(parts[2:])
    return f"{parts[0]}:{parts[1]}/{zlib.crc32(told.encode()):08x}"
