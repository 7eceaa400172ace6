"""What came after a decision about links and counts on it, so that it cannot be taken back."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from tuisync.core import lookup
from tuisync.core.errors import Conflict
from tuisync.core.linking.naming import quoted
from tuisync.core.models import Item, Link, Listing, Order
from tuisync.core.models.decisions import Choice, Touched
from tuisync.core.store import schema
from tuisync.core.store.port import Reader
from tuisync.core.undo.copies import BY_NAME, decoded, text_of

COMPUTED = frozenset({schema.BALANCES.name, schema.OUTBOX.name})
"""Sums and debts go on while others work; they are computed anew, not put back."""

_DECIDED = (
    *("state", "basis", "item", "baseline_at", "opening", "counted_from"),
    *("never", "candidates", "former", "reason", "let_go"),
)

_CORRECT = "Correct it instead: `tuisync link VARIANT SKU --repoint open`."


def check_unchanged(reader: Reader, choice: Choice) -> None:
    """Refuse to take back what something later counts on.

    Raises:
        Conflict: Something of it was changed since, or came in through it.
    """
    moved = [
        _named(reader, each)
        for each in choice.touched
        if each.collection not in COMPUTED and _is_otherwise(reader, each)
    ]
    if moved:
        named = ", ".join(dict.fromkeys(islice(moved, 3)))
        raise _stands(f"{named} changed since", choice)
    retired = next(_retired(reader, choice), None)
    if retired is not None:
        raise _stands(f"{retired.sku} was retired since", choice, lookup.retired(retired).hint)
    counting = next(_counting(reader, choice), None)
    if counting is not None:
        raise _stands(f"{counting} counts on it since", choice)


def _stands(why: str, choice: Choice, hint: str = _CORRECT) -> Conflict:
    return Conflict(f"It cannot be taken back: {why} ({choice.words}).", hint=hint)


def _named(reader: Reader, each: Touched) -> str:
    """Return what people call a document that a decision wrote to."""
    if each.collection == schema.LINKS.name:
        return quoted(reader, each.id)
    known = text_of(reader, BY_NAME[each.collection], each.id) or each.after or each.before
    found = decoded(BY_NAME[each.collection], known)
    match found:
        case Item():
            return found.sku
        case Order():
            return f"order {found.number}"
        case Listing():
            return f"“{found.title}”"
    return f"something of {each.collection}"


def _retired(reader: Reader, choice: Choice) -> Iterator[Item]:
    """Yield the retired items that would be linked, or counted, again."""
    ids = {each.id.partition("@")[0] for each in choice.touched if _sums(each)}
    links = (each for each in choice.touched if each.collection == schema.LINKS.name)
    befores = (decoded(schema.LINKS, each.before) for each in links)
    ids |= {link.item for link in befores if link is not None and link.item is not None}
    found = (reader.get(schema.ITEMS, each) for each in sorted(ids))
    yield from (item for item in found if item is not None and item.retired_at is not None)


def _sums(each: Touched) -> bool:
    return each.collection == schema.BALANCES.name


def _counting(reader: Reader, choice: Choice) -> Iterator[str]:
    """Yield, in words, what came later and counts on what the decision made."""
    known = {(each.collection, each.id) for each in choice.touched}
    for each in choice.touched:
        if each.collection == schema.LINKS.name:
            yield from _counting_on_link(reader, each, known)
        elif each.collection == schema.ITEMS.name and each.before is None:
            moved = set(reader.ids(schema.MOVEMENTS, "item", each.id)).difference(choice.movements)
            linked = reader.ids(schema.LINKS, "item", each.id)
            yield from ("its stock" for _ in islice(moved, 1))
            yield from (quoted(reader, i) for i in linked if (schema.LINKS.name, i) not in known)


def _counting_on_link(reader: Reader, each: Touched, known: set[tuple[str, str]]) -> Iterator[str]:
    """Yield the orders that came in through a link the decision made."""
    before, after = (decoded(schema.LINKS, text) for text in (each.before, each.after))
    if after is None or after.item is None:
        return
    if before is not None and after.item in {before.item, *before.former}:
        return  # what counts against it did so before, or is asked about
    for order in reader.find(schema.ORDERS, "variant", each.id):
        if (schema.ORDERS.name, order.id) not in known and any(
            line.variant == each.id and line.item == after.item and not line.chosen
            for line in order.lines
        ):
            yield f"order {order.number}"


def _is_otherwise(reader: Reader, each: Touched) -> bool:
    """Tell whether somebody changed a document since; what a shop confirmed is no such change."""
    if each.collection != schema.LINKS.name:
        return text_of(reader, BY_NAME[each.collection], each.id) != each.after
    known, after = reader.get(schema.LINKS, each.id), decoded(schema.LINKS, each.after)
    return known is None or after is None or decided(known) != decided(after)


def decided(link: Link) -> dict[str, object]:
    """Return what the user, or linking, decides about a link."""
    return {name: getattr(link, name) for name in _DECIDED}
