"""Taking items out of use that are not sold any more or were made by mistake, and back."""

from __future__ import annotations

from tuisync.core import lookup
from tuisync.core.actions.links.unlinking import cleared
from tuisync.core.errors import Conflict
from tuisync.core.linking.linker import Linker
from tuisync.core.linking.naming import quoted
from tuisync.core.models import Item
from tuisync.core.stock.ledger import balances
from tuisync.core.store import schema
from tuisync.core.store.port import Reader
from tuisync.core.views.items import item_view
from tuisync.core.views.objects import ItemView
from tuisync.core.workspace import Workspace


def check_retirable(reader: Reader, sku: str) -> Item:
    """Return an item that can be retired.

    Raises:
        NotFound: There is none with that SKU.
        Conflict: It is retired, a listing is linked to it, units are reserved, or units are
            on hand; the hint says what to do first.
    """
    item = lookup.item_in_use(reader, sku)
    _check_unlinked(reader, item)
    _check_unreserved(reader, item)
    _check_empty(reader, item)
    return item


def retire_item(workspace: Workspace, sku: str) -> ItemView:
    """Take an item out of use: it is in no list, nothing is linked to it, no shop is told of it.

    Its movements stay, and so do the orders it was sold in. Its SKU stays taken. What was
    linked to it in shops that are disconnected now has no item once they are connected again.

    Raises:
        NotFound: There is none with that SKU.
        Conflict: It is not done with, see `check_retirable`.
    """
    with workspace.store.transaction() as tx:
        item = check_retirable(tx, sku)
        for link in tx.find(schema.LINKS, "item", item.id):
            tx.put(schema.LINKS, cleared(link))
        tx.put(schema.ITEMS, item.but(retired_at=workspace.now()))
        # A variant that two items fitted fits one now.
        Linker(tx, workspace).items_changed([item])
        return item_view(tx, item.sku)


def revive_item(workspace: Workspace, sku: str) -> ItemView:
    """Bring a retired item back into use; undecided variants it fits are linked at once.

    Raises:
        NotFound: There is none with that SKU.
        Conflict: It is in use.
    """
    with workspace.store.transaction() as tx:
        item = lookup.item(tx, sku)
        if item.retired_at is None:
            raise Conflict(f"{item.sku} is in use.")
        revived = item.but(retired_at=None)
        tx.put(schema.ITEMS, revived)
        Linker(tx, workspace).items_changed([revived])
        return item_view(tx, item.sku)


def _check_unlinked(reader: Reader, item: Item) -> None:
    known = reader.find(schema.LINKS, "item", item.id)
    links = [each for each in known if each.state != "closed"]
    if links:
        one = len(links) == 1
        raise Conflict(
            f"{item.sku} is linked to {'a listing' if one else f'{len(links):,} listings'}:"
            f" unlink {'that' if one else 'them'} first.",
            hint=f"`tuisync unlink '{links[0].id}'` takes {quoted(reader, links[0].id)} off it.",
        )


def _check_unreserved(reader: Reader, item: Item) -> None:
    held = reader.find(schema.COMMITMENTS, "open_item", item.id)
    if held:
        first = lookup.order(reader, held[0].order)
        units = sum(each.quantity for each in held)
        more = f" and {len(held) - 1:,} more" if len(held) > 1 else ""
        raise Conflict(
            f"{units:,} of {item.sku} wait in order {first.number}{more}: ship that first.",
            hint=f"`tuisync ship '{first.id}'` does; where it was another item that was sold,"
            " `tuisync link VARIANT SKU --repoint open` takes the order along.",
        )


def _check_empty(reader: Reader, item: Item) -> None:
    for warehouse, balance in balances(reader, item.id):
        if balance.on_hand:
            raise Conflict(
                f"{balance.on_hand:,} of {item.sku} in {warehouse.name}: adjust that to 0 first.",
                hint=f"`tuisync items adjust '{item.sku}' --to 0 --warehouse '{warehouse.name}'"
                " --reason TEXT` does.",
            )
