"""Answering a difference between our number and a shop's: keep ours, take theirs, leave it."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from tuisync.core import lookup
from tuisync.core.errors import Conflict, NotFound
from tuisync.core.models import Difference, Integration, Level, Warehouse
from tuisync.core.outbox import Outbox
from tuisync.core.stock.ledger import Ledger, balances
from tuisync.core.stock.numbers import for_sale
from tuisync.core.stock.reach import nearest_available
from tuisync.core.stock.rules import apply_rules
from tuisync.core.stock.taking import Taking
from tuisync.core.stock.wanted import Wanted, wanted
from tuisync.core.store import schema
from tuisync.core.store.port import Reader
from tuisync.core.views.drift import drift_view, is_kept_in_step
from tuisync.core.views.integrations import integration_name
from tuisync.core.views.objects import DriftView
from tuisync.core.workspace import Workspace


class _Found(NamedTuple):
    """A difference and its shop."""

    integration: Integration
    wanted: Wanted
    item: str
    difference: Difference
    view: DriftView


def keep_ours(workspace: Workspace, variant: str) -> DriftView:
    """Let our number stand: it is owed to the shop, whatever is held or was to be asked.

    Returns:
        The difference that was answered.

    Raises:
        NotFound: There is no such variant, or no difference there.
    """
    with workspace.store.transaction() as tx:
        found = _found(tx, workspace, variant)
        each = found.wanted
        level = Level(each.shows, each.listing.read_at)
        tx.put(
            schema.LINKS,
            each.link.but(level=level, asks=None, asks_since=None, left=None, shortfall=None),
        )
        if each.listing.reactivated:
            tx.put(schema.LISTINGS, each.listing.but(reactivated=False))
        Outbox(tx, workspace).agreed(each.listing, {each.link.key: each.wants}, "you kept it")
        return found.view


def take_theirs(workspace: Workspace, variant: str) -> DriftView:
    """Let the shop's number stand: stock is adjusted until our rules give that number.

    The movement is made in the warehouse the shop sells from, else in the primary one; every
    other shop that sells the item is owed its new number.

    Returns:
        The difference that was answered.

    Raises:
        NotFound: There is no such variant, or no difference there.
        Conflict: The rules never give that number, or no warehouse has enough to take away.
    """
    with workspace.store.transaction() as tx:
        found = _found(tx, workspace, variant)
        each, shop = found.wanted, found.difference.shop
        delta = _missing(tx, workspace, found)
        place = _place(tx, found.integration, found.item, delta)
        cause = f"{found.integration.name} showed {shop:,}, and that was taken as right"
        Ledger(tx, workspace.clock).move(
            found.item, place.id, delta, "adjust", cause, may_go_below_zero=False
        )
        tx.put(schema.LINKS, each.link.but(asks=None, asks_since=None, left=None, shortfall=None))
        Outbox(tx, workspace).item_changed(found.item, cause)
        after = wanted(tx, workspace, found.integration, lookup.link(tx, variant))
        if after is None or after.wants != shop:
            raise _unreachable(found)
        return found.view


def what_taking_does(workspace: Workspace, variant: str) -> Taking:
    """Return what `take_theirs` would do, and change nothing.

    Raises:
        NotFound: As `take_theirs`.
        Conflict: As `take_theirs`.
    """
    store = workspace.store
    found = _found(store, workspace, variant)
    delta = _missing(store, workspace, found)
    place = _place(store, found.integration, found.item, delta)
    known = {each.id: balance.on_hand for each, balance in balances(store, found.item)}
    links = [each for each in store.find(schema.LINKS, "item", found.item) if each.id != variant]
    return Taking(
        sku=found.view.sku or found.item,
        shop=found.integration.name,
        ours=found.difference.ours,
        theirs=found.difference.shop,
        delta=delta,
        warehouse=place.name,
        on_hand=known.get(place.id, 0),
        others=tuple(dict.fromkeys(integration_name(store, each.integration) for each in links)),
    )


def leave_difference(workspace: Workspace, variant: str) -> DriftView:
    """Leave both numbers as they are, until one of the three changes.

    Returns:
        The difference that was answered.

    Raises:
        NotFound: There is no such variant, or no difference there.
    """
    with workspace.store.transaction() as tx:
        found = _found(tx, workspace, variant)
        link = found.wanted.link.but(left=found.difference, asks=None, asks_since=None)
        tx.put(schema.LINKS, link)
        Outbox(tx, workspace).listings_changed([link.listing], "a difference was left as it is")
        return found.view


def heed_difference(workspace: Workspace, variant: str) -> DriftView:
    """Take back that a difference was left as it is: it is asked about, or sent, as any other.

    Returns:
        The difference.

    Raises:
        NotFound: There is no such variant, or no difference there.
        Conflict: That difference is not ignored.
    """
    with workspace.store.transaction() as tx:
        each = _found(tx, workspace, variant).wanted
        if not each.is_left:
            raise Conflict("That difference is not ignored.", hint="`tuisync drift` lists it.")
        heeded = replace(each, link=each.link.but(left=None))
        tx.put(schema.LINKS, heeded.noted(workspace.now()))
        Outbox(tx, workspace).listings_changed([each.listing.id], "a difference is heeded again")
        return _found(tx, workspace, variant).view


def _found(tx: Reader, workspace: Workspace, variant: str) -> _Found:
    link = lookup.link(tx, variant)
    integration = lookup.integration(tx, link.integration)
    each = wanted(tx, workspace, integration, link) if is_kept_in_step(integration) else None
    # One that was left as it is can be answered otherwise, too.
    view = drift_view(tx, each) if each is not None else None
    if each is None or view is None or each.drift is None or link.item is None:
        raise NotFound(f"There is no difference at {variant}.", hint="`tuisync drift` lists them.")
    return _Found(integration, each, link.item, each.drift, view)


def _missing(reader: Reader, workspace: Workspace, found: _Found) -> int:
    """Return by how many units the stock has to change."""
    integration = found.integration
    can = workspace.marketplaces.describe(integration.marketplace).capabilities
    available = for_sale(reader, found.item, integration.warehouse)
    needed = nearest_available(
        found.difference.shop,
        available,
        lambda units: apply_rules(units, integration.rules, can.max_quantity)[-1].value,
    )
    if needed is None:
        raise _unreachable(found)
    return needed - available


def _unreachable(found: _Found) -> Conflict:
    name = found.integration.name
    return Conflict(
        f"With the rules of {name} no count of units makes the shop show {found.difference.shop}.",
        hint=f"Keep your number, or change the rules: `tuisync integration show {name}`.",
    )


def _place(reader: Reader, integration: Integration, item: str, delta: int) -> Warehouse:
    """Return the warehouse whose count is corrected: one that can bear it."""
    on_hand = {each.id: (each, balance.on_hand) for each, balance in balances(reader, item)}
    mapped = integration.warehouse
    first = mapped or lookup.primary_warehouse(reader).id
    others = [] if mapped else [id_ for id_, (each, _) in on_hand.items() if each.active]
    for id_ in dict.fromkeys([first, *others]):
        known = on_hand.get(id_)
        if known is not None and (delta >= 0 or known[1] + delta >= 0):
            return known[0]
    raise Conflict(
        f"No warehouse has {-delta:,} units on hand to take away.",
        hint="Count them yourself: `tuisync items adjust SKU --to N --reason TEXT`.",
    )
