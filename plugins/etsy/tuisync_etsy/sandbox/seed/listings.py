"""The studio's listings: most simple, a third with options, some of them awkward."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tuisync_etsy.sandbox.domain.listings import (
    FOUR_MONTHS,
    Listing,
    ListingState,
    ListingType,
    OnProperty,
    Product,
)
from tuisync_etsy.sandbox.seed.bench import Bench
from tuisync_etsy.sandbox.seed.catalogue import (
    AWKWARD_TITLES,
    GLAZES,
    MOTIFS,
    TAGS,
    WARES,
    Ware,
)
from tuisync_etsy.sandbox.seed.variations import ProductMaker, Stocking, axes_for

_DAY = 86_400
_ROUND = 60
"""The plan of oddities repeats every so many listings."""

_THREE_AXES = 10
_DIGITAL = 8
_BLANK_SKUS = frozenset({3, 27, 40, 48})
_REPEATED_SKUS = frozenset({16})
_TWINS = {33: 2, 45: 5}
"""Listings that show the thing of an earlier one again: same SKU, same number."""

_STATES: dict[int, ListingState] = {
    11: "inactive", 29: "inactive", 41: "inactive", 53: "inactive",
    17: "draft", 36: "draft", 57: "draft",
    14: "sold_out", 32: "sold_out", 50: "sold_out",
    20: "expired", 44: "expired",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Plan:
    """What one listing shall be like."""

    index: int
    ware: Ware
    title: str
    sku: str
    state: ListingState
    axes: int
    stocking: Stocking
    type: ListingType = "physical"
    twin_of: int | None = None


def make_listings(count: int, bench: Bench) -> list[Listing]:
    """Return so many listings, the oldest first."""
    plans = [_plan(index) for index in range(count)]
    ages = sorted((bench.rng.randint(125, 900) * _DAY for _ in plans), reverse=True)
    listings = [
        _listing(plan, bench.now - age, bench) for plan, age in zip(plans, ages, strict=True)
    ]
    for listing in listings[::2]:
        _picture_options(listing)
    for plan in plans:
        if plan.twin_of is not None:
            _show_again(listings[plan.index], listings[plan.twin_of])
    return listings


def _picture_options(listing: Listing) -> None:
    """Show the listing's picture with every option of its first axis."""
    for product in listing.products:
        for value in product.properties[:1]:
            for image in listing.image_ids[:1]:
                listing.variation_images[value.property_id, value.values[0]] = image


def _show_again(twin: Listing, original: Listing) -> None:
    """Give a twin the number of the listing it repeats: the seller counts one shelf."""
    number = original.products[0].quantity
    twin.products = tuple(replace(product, quantity=number) for product in twin.products)


def _plan(index: int) -> Plan:
    place = index % _ROUND
    twin_of = index - place + _TWINS[place] if place in _TWINS else None
    ware = WARES[(index if twin_of is None else twin_of) % len(WARES)]
    axes = _axes(index)
    digital = place == _DIGITAL
    sku = "" if place in _BLANK_SKUS else _sku(index if twin_of is None else twin_of)
    return Plan(
        index=index,
        ware=ware,
        title=_title(index, ware, digital=digital, twin_of=twin_of),
        sku=sku,
        twin_of=twin_of,
        state=_STATES.get(place, "active"),
        axes=axes,
        stocking=_stocking(index, sku),
        type="download" if digital else "physical",
    )


def _axes(index: int) -> int:
    if index == _THREE_AXES:
        return 3
    return 0 if index % 3 != 1 else 2 if index % 4 == 1 else 1


def _stocking(index: int, sku: str) -> Stocking:
    """Four in ten listings with options share their units; half of those share a SKU too."""
    apart = index % 15 not in {4, 13}
    return Stocking(
        sku=sku,
        apart=apart,
        sku_apart=apart or index % 2 == 0,
        repeat_sku=index % _ROUND in _REPEATED_SKUS,
    )


def _sku(index: int) -> str:
    ware = WARES[index % len(WARES)]
    return f"{ware.code}-{_flavour(index, ware)[:3].upper().strip()}-{index + 101}"


def _flavour(index: int, ware: Ware) -> str:
    names = MOTIFS if ware.craft == "print" else GLAZES
    return names[(index // len(WARES) * 7 + index) % len(names)]


def _title(index: int, ware: Ware, *, digital: bool, twin_of: int | None) -> str:
    if digital:
        return f"Printable {_flavour(index, ware)} Colouring Sheet, Digital Download"
    if twin_of is not None:
        return f"{_flavour(twin_of, ware)} {ware.name}, Ready to Ship"
    place = index % _ROUND
    if place % 4 == 2 and place // 4 < len(AWKWARD_TITLES) and index < _ROUND:  # noqa: PLR2004 - every fourth
        return AWKWARD_TITLES[place // 4]
    if ware.craft == "print":
        title = f"{_flavour(index, ware)} {ware.name}"
    else:
        title = f"{ware.name} in {_flavour(index, ware)}"
    edition = index // (len(WARES) * len(MOTIFS))
    return f"{title}, Edition {edition + 1}" if edition else title


def _listing(plan: Plan, created: int, bench: Bench) -> Listing:
    rng = bench.rng
    products, on_property = _products(plan, bench)
    return Listing(
        listing_id=bench.ids.next("listing"),
        shop_id=bench.shop.shop_id,
        title=plan.title,
        description=_description(plan),
        state=plan.state,
        products=products,
        on_property=on_property,
        created_at=created,
        updated_at=created + rng.randint(1, 15) * _DAY,
        state_at=created,
        ending_at=_ending(created, bench.now, expired=plan.state == "expired"),
        type=plan.type,
        tags=TAGS[plan.ware.craft],
        materials=("clay", "glaze") if plan.ware.craft == "ceramics" else ("paper", "ink"),
        taxonomy_id=1040 if plan.ware.craft == "ceramics" else 119,
        image_ids=() if plan.state == "draft" else (bench.ids.next("image"),),
        views=rng.randint(3, 4000),
        favorers=rng.randint(0, 220),
        auto_renew=plan.index % 2 == 0,
        personalizable=plan.index % 9 == 0,
    )


def _ending(created: int, now: int, *, expired: bool) -> int:
    """Return the next end of a listing fee, or the last one if it has run out."""
    paid = (now - created) // FOUR_MONTHS
    return created + FOUR_MONTHS * (paid if expired else paid + 1)


def _products(plan: Plan, bench: Bench) -> tuple[tuple[Product, ...], OnProperty]:
    maker = ProductMaker(bench)
    price = plan.ware.price + bench.rng.randint(-2, 6) * 50
    if plan.type == "download":
        return (maker.simple(plan.sku, 450, 999, None),), OnProperty()
    profile = bench.shop.profiles[plan.index % 2].readiness_state_id
    if plan.axes:
        axes = axes_for(plan.ware, plan.axes)
        products, on_property = maker.varied(axes, price, plan.stocking, profile)
    else:
        quantity = bench.rng.choice((1, 1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 24))
        products = (maker.simple(plan.sku, price, quantity, profile),)
        on_property = OnProperty()
    if plan.state == "sold_out":
        products = tuple(replace(product, quantity=0) for product in products)
    return products, on_property


def _description(plan: Plan) -> str:
    how = "Thrown and glazed" if plan.ware.craft == "ceramics" else "Drawn and printed"
    return f"{plan.title.strip()}\n\n{how} by hand in our small studio. Ships in plain paper."
