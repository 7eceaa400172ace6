"""Finding what the user named, or saying plainly that it is not there."""

from __future__ import annotations

from tuisync.core.errors import Conflict, NoOrganization, NotFound, UnknownIntegration
from tuisync.core.models import (
    ORGANIZATION_ID,
    Integration,
    Item,
    Link,
    Listing,
    ListingVariant,
    Order,
    Organization,
    SyncRun,
    Warehouse,
    match_key,
)
from tuisync.core.store import schema
from tuisync.core.store.port import Reader

_NEAR = 70
"""Similarity in percent from which a name is offered as what was meant."""


def _nearest(word: str, known: list[str]) -> str:
    from rapidfuzz import process  # noqa: PLC0415  # only a mistake needs it

    match = process.extractOne(word, known, score_cutoff=_NEAR) if known else None
    return f"Did you mean `{match[0]}`?" if match else ""


def organization(reader: Reader) -> Organization:
    """Return the organization.

    Raises:
        NoOrganization: `init` was never run here.
    """
    found = reader.get(schema.ORGANIZATION, ORGANIZATION_ID)
    if found is None:
        raise NoOrganization("There is no organization in this data directory yet.")
    return found


def integration(reader: Reader, name: str) -> Integration:
    """Return the integration with that name or id.

    Raises:
        UnknownIntegration: There is none; the hint names what there is.
    """
    named = reader.find(schema.INTEGRATIONS, "name", name)
    found = named[0] if named else reader.get(schema.INTEGRATIONS, name)
    if found is not None:
        return found
    known = sorted(each.name for each in reader.all(schema.INTEGRATIONS))
    hint = _nearest(name, known) or (
        f"Connected: {', '.join(known)}." if known else "None yet: `tuisync connect MARKETPLACE`."
    )
    raise UnknownIntegration(f"No shop is called `{name}` here.", hint=hint)


def item(reader: Reader, sku: str) -> Item:
    """Return the item with that SKU.

    Raises:
        NotFound: There is none.
    """
    found = reader.find(schema.ITEMS, "sku", match_key(sku))
    if found:
        return found[0]
    known = [each.sku for each in reader.all(schema.ITEMS)]
    raise NotFound(f"No item has the SKU `{sku}`.", hint=_nearest(sku, known))


def item_in_use(reader: Reader, sku: str) -> Item:
    """Return the item with that SKU, for whoever would change something about it.

    Raises:
        NotFound: There is none.
        Conflict: It is retired.
    """
    found = item(reader, sku)
    if found.retired_at is not None:
        raise retired(found)
    return found


def retired(found: Item) -> Conflict:
    """Return what to raise where an item would have to be in use."""
    return Conflict(
        f"{found.sku} is retired.", hint=f"`tuisync items revive '{found.sku}'` brings it back."
    )


def items_in_use(reader: Reader) -> list[Item]:
    """Return all items but the retired ones, by SKU."""
    used = (each for each in reader.all(schema.ITEMS) if each.retired_at is None)
    return sorted(used, key=lambda each: each.sku)


def warehouse(reader: Reader, name: str) -> Warehouse:
    """Return the warehouse with that name.

    Raises:
        NotFound: There is none.
    """
    found = reader.find(schema.WAREHOUSES, "name", name)
    if found:
        return found[0]
    known = [each.name for each in reader.all(schema.WAREHOUSES)]
    raise NotFound(f"No warehouse is called `{name}`.", hint=f"There are: {', '.join(known)}.")


def primary_warehouse(reader: Reader) -> Warehouse:
    """Return the primary warehouse.

    Raises:
        NoOrganization: There is no organization, so no warehouse either.
    """
    for each in reader.all(schema.WAREHOUSES):
        if each.primary:
            return each
    raise NoOrganization("There is no organization in this data directory yet.")


def order(reader: Reader, name: str) -> Order:
    """Return the sales order with that id, or with that number if only one has it.

    Raises:
        NotFound: There is none, or several shops use that number.
    """
    found = reader.get(schema.ORDERS, name)
    if found is not None:
        return found
    numbered = reader.find(schema.ORDERS, "number", name)
    if len(numbered) == 1:
        return numbered[0]
    if numbered:
        ids = ", ".join(each.id for each in numbered)
        raise NotFound(f"Several orders have the number {name}.", hint=f"Name one by id: {ids}.")
    raise NotFound(f"No order has the id or number `{name}`.", hint="See `tuisync orders list`.")


def link(reader: Reader, variant: str) -> Link:
    """Return the link of that listing variant.

    Raises:
        NotFound: No such variant was ever fetched.
    """
    found = reader.get(schema.LINKS, variant)
    if found is None:
        raise NotFound(f"No listing variant has the id `{variant}`.", hint="See `tuisync links`.")
    return found


def variant(reader: Reader, link: Link) -> tuple[Listing, ListingVariant] | None:
    """Return the listing and the variant a link stands for; None when purged."""
    listing = reader.get(schema.LISTINGS, link.listing)
    if listing is None:
        return None
    for each in listing.variants:
        if each.key == link.key:
            return listing, each
    return None


def run(reader: Reader, id_: str) -> SyncRun:
    """Return the sync run with that id.

    Raises:
        NotFound: There is none.
    """
    found = reader.get(schema.RUNS, id_)
    if found is None:
        raise NotFound(f"No sync run has the id `{id_}`.", hint="See `tuisync history`.")
    return found
