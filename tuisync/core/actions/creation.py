"""Making items out of listing variants, with the opening stock the shop tells.

The shop's number is net of what it has sold, so an item's opening stock is that number plus
the units of unshipped orders placed before it was read. That needs orders read after the
number: the callers see to it (see `needs_orders`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from tuisync.core import lookup
from tuisync.core.actions.item_skus import Source, item_skus
from tuisync.core.actions.links import check_there, listing_of
from tuisync.core.checking import checked_price, checked_text
from tuisync.core.errors import Conflict, UsageError
from tuisync.core.linking.decide import shared_skus, variant_name
from tuisync.core.linking.linker import Linker
from tuisync.core.linking.naming import quoted
from tuisync.core.models import Item, Link, LinkBasis, Money, match_key
from tuisync.core.stock.ledger import Ledger
from tuisync.core.stock.numbers import shown
from tuisync.core.store import schema
from tuisync.core.store.port import Reader, Transaction
from tuisync.core.undo.choices import choosing
from tuisync.core.views.items import item_view
from tuisync.core.views.objects import ItemView
from tuisync.core.workspace import Workspace


class Edits(NamedTuple):
    """What an item is called otherwise than its listing; empty takes the listing's."""

    sku: str = ""
    name: str = ""
    price: str = ""

    def __bool__(self) -> bool:
        """Return whether anything is otherwise."""
        return any(self)


def unconfirmed_variants(reader: Reader) -> list[str]:
    """Return the ids of the unconfirmed variants an item can be made of.

    One whose SKU an item has already, from which the user unlinked it, is left to the user.
    """
    links = reader.find(schema.LINKS, "state", "unconfirmed")
    return [link.id for link in links if not _sku_is_taken(reader, link)]


def check_edits(reader: Reader, edits: Edits) -> None:
    """Refuse what an item cannot be called, before anything is read for it.

    Raises:
        UsageError: A value is not usable.
        Conflict: An item has the SKU.
    """
    if edits.sku:
        sku = match_key(checked_text(edits.sku, "SKU"))
        _check_free(reader, sku, "Link it instead.")
    if edits.name:
        checked_text(edits.name, "name")
    if edits.price:
        checked_price(edits.price, lookup.organization(reader).base_currency)


def needs_orders(reader: Reader, variants: Sequence[str]) -> dict[str, list[str]]:
    """Return, per integration id, the listings to read again before items can be made.

    A variant can become an item only when the shop's orders were read, to the end, after its
    number was; for the others the listing and then the orders are to be read first.
    """
    stale: dict[str, list[str]] = {}
    for id_ in variants:
        link = lookup.link(reader, id_)
        listing = reader.get(schema.LISTINGS, link.listing)
        cursor = reader.get(schema.CURSORS, f"{link.integration}/orders")
        read_from = cursor.read_from if cursor else None
        if listing is not None and (read_from is None or read_from < listing.read_at):
            stale.setdefault(link.integration, []).append(listing.listing_id)
    return stale


def tied_with_orders(reader: Reader, variants: Sequence[str]) -> dict[str, list[str]]:
    """Return, per integration id, the listings whose number was read in the second of a sale.

    Shops tell whole seconds, so the number may be net of it or not. Reading it again tells; an
    item made without that takes the sale from it once more, so that nothing is sold twice.
    """
    tied: dict[str, list[str]] = {}
    for id_ in variants:
        link = lookup.link(reader, id_)
        listing = reader.get(schema.LISTINGS, link.listing)
        orders = reader.find(schema.ORDERS, "variant", link.id) if listing else []
        if listing and any(each.placed_at == listing.read_at for each in orders):
            tied.setdefault(link.integration, []).append(listing.listing_id)
    return tied


def create_items(
    workspace: Workspace, variants: Sequence[str], edits: Edits | None = None
) -> list[ItemView]:
    """Make an item of each variant, or one of several that share a SKU across listings.

    Opening stock goes to the integration's warehouse, else the primary one. The smallest
    number of several counts. It is one decision, which can be taken back as one.

    Args:
        workspace: Where.
        variants: Ids of variants.
        edits: What the item is to be called instead, for one variant.

    Raises:
        UsageError: No variant was named, several are to be called the same, or a value is not
            usable.
        NotFound: There is no such variant.
        Conflict: One is linked, gone from its shop or changed there, an item has its SKU, or
            orders are to be read first.
    """
    if not variants:
        raise UsageError("Name at least one listing variant.", hint="See `tuisync links`.")
    if edits and len(set(variants)) > 1:
        raise UsageError("Several variants cannot be one item's.", hint="Edit one at a time.")
    edits = edits or Edits()
    with choosing(workspace, _words(workspace.store, variants)) as tx:
        if needs_orders(tx, variants):
            raise Conflict("The shop's orders must be read first.", hint="Run `tuisync sync`.")
        sources = _sources(tx, variants)
        skus = {} if edits.sku else item_skus(tx, sources)
        groups: dict[str, list[Source]] = {}
        for source in sources:
            sku = skus.get(source.link.id) or match_key(checked_text(edits.sku, "SKU"))
            groups.setdefault(sku, []).append(source)
        creator = _Creator(tx, workspace, edits)
        made = [creator.create(sku, group) for sku, group in groups.items()]
        Linker(tx, workspace).items_changed(made)
        return [item_view(tx, item.sku) for item in made]


def planned_skus(reader: Reader, variants: Sequence[str]) -> dict[str, str]:
    """Return the SKUs that the items of these variants would have now, by variant.

    Raises:
        NotFound: There is no such variant.
        Conflict: One is linked, gone from its shop or changed there.
    """
    return item_skus(reader, _sources(reader, variants))


def made_up_skus(reader: Reader, variants: Sequence[str]) -> list[str]:
    """Return the SKUs that would be made up for those of these variants that have none.

    Raises:
        NotFound: There is no such variant.
        Conflict: One is linked, gone from its shop or changed there.
    """
    sources = _sources(reader, variants)
    skus = item_skus(reader, sources)
    return [skus[each.link.id] for each in sources if not match_key(each.variant.sku or "")]


def _words(reader: Reader, variants: Sequence[str]) -> str:
    if len(set(variants)) == 1:
        return f"an item was made of {quoted(reader, variants[0])}"
    return f"items were made of {len(set(variants)):,} variants"


def _sources(reader: Reader, variants: Iterable[str]) -> list[Source]:
    return [_source(reader, each) for each in dict.fromkeys(variants)]


def _source(tx: Reader, id_: str) -> Source:
    link = lookup.link(tx, id_)
    check_there(tx, link)
    if link.state not in {"unconfirmed", "conflict", "ignored"}:
        raise Conflict(f"The variant {id_} is {link.state}.", hint="See `tuisync links`.")
    listing = listing_of(tx, link)
    variant = next(each for each in listing.variants if each.key == link.key)
    return Source(listing, variant, link)


def _sku_is_taken(reader: Reader, link: Link) -> bool:
    found = lookup.variant(reader, link)
    if found is None:
        return False
    listing, variant = found
    sku = match_key(variant.sku or "")
    return bool(sku and sku not in shared_skus(listing) and reader.find(schema.ITEMS, "sku", sku))


@dataclass(frozen=True)
class _Creator:
    tx: Transaction
    workspace: Workspace
    edits: Edits

    def create(self, sku: str, sources: Sequence[Source]) -> Item:
        """Make one item behind these variants."""
        _check_free(self.tx, sku, _link_hint(sources[0], sku))
        first = sources[0]
        item = Item(
            id=self.workspace.new_id(),
            sku=sku,
            name=self._name(first),
            group=first.listing.title if len(first.listing.variants) > 1 else None,
            attributes=dict(first.variant.options),
            price=self._price(first),
        )
        self.tx.put(schema.ITEMS, item)
        self._open(item, sources)
        linker = Linker(self.tx, self.workspace)
        moved: set[str] = set()
        for source in sources:
            basis: LinkBasis = "sku" if match_key(source.variant.sku or "") == sku else "manual"
            moved |= linker.attach(source.listing, source.link, item.id, basis, opening=True)
        linker.owe([source.listing for source in sources], moved)
        return item

    def _name(self, source: Source) -> str:
        if self.edits.name:
            return checked_text(self.edits.name, "name")
        return variant_name(source.listing, source.variant)

    def _price(self, source: Source) -> Money | None:
        if self.edits.price:
            currency = lookup.organization(self.tx).base_currency
            return checked_price(self.edits.price, currency)
        return source.variant.price

    def _open(self, item: Item, sources: Sequence[Source]) -> None:
        """Put on the shelf what the shops showed when they were read; the smallest counts."""
        smallest = min(sources, key=_shown)
        integration = self.tx.get(schema.INTEGRATIONS, smallest.listing.integration)
        mapped = integration.warehouse if integration else None
        warehouse = mapped or lookup.primary_warehouse(self.tx).id
        name = integration.name if integration else smallest.listing.integration
        sold = sum(_sold_since(self.tx, each) for each in sources)
        cause = f"{name} showed {_shown(smallest)} of listing {smallest.listing.listing_id}"
        cause += f", and {sold} sold since it was read" if sold else ""
        count = _shown(smallest) + sold
        Ledger(self.tx, self.workspace.clock).move(item.id, warehouse, count, "opening", cause)


def _shown(source: Source) -> int:
    return shown(source.variant, source.listing)


def _sold_since(reader: Reader, source: Source) -> int:
    """Return the units of orders placed after the shop's number was read.

    They are taken from the number as we believe it already, and they are about to be reserved
    or shipped once more.
    """
    return sum(
        line.quantity
        for order in reader.find(schema.ORDERS, "variant", source.link.id)
        if order.placed_at > source.listing.read_at and (order.shipped or not order.cancelled)
        for line in order.lines
        if line.variant == source.link.id
    )


def _check_free(reader: Reader, sku: str, hint: str) -> None:
    """Refuse a SKU that an item has; the hint says what to do where that item is in use."""
    for other in reader.find(schema.ITEMS, "sku", sku):
        if other.retired_at is not None:
            raise lookup.retired(other)
        raise Conflict(f"An item has the SKU {sku} already.", hint=hint)


def _link_hint(source: Source, sku: str) -> str:
    return f"Link it instead: `tuisync link '{source.link.id}' '{sku}'`."
