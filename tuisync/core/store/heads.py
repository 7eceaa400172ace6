"""The part of a document that its indexes look at, decoded without the rest.

Telling an order's keys takes a handful of its fields. Reading only those costs a quarter of
reading it all, which is what makes an index of 100,000 orders ready at its first use.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime
from decimal import Decimal
from functools import cache
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec

from tuisync.core.store.codec import Encoded, unreadable

if TYPE_CHECKING:
    from tuisync.core.store.schema import Collection

_VALUES = {str, int, float, bool, NoneType, datetime, Decimal}

Keys = Callable[[Encoded | None], set[str]]
"""Tells under which keys of an index a document is found; under none where there is none."""


def head_decoder(collection: Collection[Any]) -> Callable[[Encoded], Any]:
    """Return what turns a document's bytes into a value that its index functions accept.

    A collection which does not declare what they read gets its documents whole. A function
    that reads a field which was not declared fails with an `AttributeError`.
    """
    model: Any = collection.model  # the types of types say that they cannot be keys
    return _decoder(model, collection.reads)


def head_reader(model: Any, reads: tuple[str, ...]) -> Callable[[Encoded], Any]:
    """Return what reads only these fields of a model's documents; see `Collection.reads`."""
    return _decoder(model, reads)


@cache
def _decoder(model: Any, reads: tuple[str, ...]) -> Callable[[Encoded], Any]:
    return msgspec.json.Decoder(_head(model, reads) if reads else model).decode


def _head(model: type[msgspec.Struct], reads: Iterable[str]) -> type[msgspec.Struct]:
    """Return a struct with those fields of a model, and with its properties.

    Args:
        model: The whole document's type.
        reads: Names of fields; `lines.variant` means that field of each of the `lines`.
    """
    inner: dict[str, list[str]] = defaultdict(list)
    for path in reads:
        name, _, rest = path.partition(".")
        inner[name] += [rest] if rest else []
    types = get_type_hints(model)
    fields = {field.name: field for field in msgspec.structs.fields(model)}
    properties = {k: v for k, v in vars(model).items() if isinstance(v, property)}
    return msgspec.defstruct(
        f"{model.__name__}Head",
        [_field(fields[name], types[name], inner[name]) for name in sorted(inner)],
        namespace=properties,
        kw_only=True,
        gc=False,
    )


def _field(
    field: msgspec.structs.FieldInfo, whole: Any, reads: Iterable[str]
) -> tuple[str, Any] | tuple[str, Any, Any]:
    kind = tuple[_head(get_args(whole)[0], reads), ...] if reads else whole  # type: ignore[misc]  # a type made here
    if field.default is not msgspec.NODEFAULT:
        return field.name, kind, field.default
    if field.default_factory is not msgspec.NODEFAULT:
        return field.name, kind, msgspec.field(default_factory=field.default_factory)
    return field.name, kind


@cache
def may_be_shared(model: Any) -> bool:
    """Return whether nobody who is handed a document of that type can change any part of it."""
    return _is_frozen(model)


def _is_frozen(kind: Any) -> bool:
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return kind.__struct_config__.frozen and all(map(_is_frozen, get_type_hints(kind).values()))
    if get_origin(kind) is Literal:
        return True
    inner = [each for each in get_args(kind) if each is not Ellipsis]
    if inner:
        return get_origin(kind) in {tuple, Union, UnionType} and all(map(_is_frozen, inner))
    return kind in _VALUES


def keys_of(collection: Collection[Any], index: str) -> Keys:
    """Return what tells under which keys of an index a document is found, from its bytes."""
    keys, head = collection.indexes[index], head_decoder(collection)

    def found(encoded: Encoded | None) -> set[str]:
        if encoded is None:
            return set()
        try:
            return set(keys(head(encoded)))
        except (msgspec.DecodeError, UnicodeError) as error:
            raise unreadable(collection, error) from error

    return found
