"""Products of a listing: one, or every combination of one to three options."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product as combinations

from tuisync_etsy.sandbox.domain.listings import OnProperty, Product, PropertyValue
from tuisync_etsy.sandbox.seed.bench import Bench
from tuisync_etsy.sandbox.seed.catalogue import COLOURS, FRAMES, MATERIALS, Ware

CUSTOM_1, CUSTOM_2 = 513, 514
PRIMARY_COLOUR, MATERIAL, SIZE = 200, 507, 100
_INCHES_SCALE = 301
_FRAMED = frozenset({"LINO", "RISO", "BOT"})


@dataclass(frozen=True, slots=True)
class Axis:
    """One option of a listing with its values."""

    property_id: int
    name: str
    values: tuple[str, ...]
    scale_id: int | None = None
    scale_name: str | None = None


def axes_for(ware: Ware, count: int) -> tuple[Axis, ...]:
    """Return so many options for a kind of thing."""
    size = Axis(CUSTOM_1, "Size", ware.sizes)
    if count == 3:  # noqa: PLR2004 - three axes
        return (
            Axis(SIZE, "Size", ("6", "8"), _INCHES_SCALE, "Inches"),
            Axis(PRIMARY_COLOUR, "Primary color", COLOURS[:2]),
            Axis(MATERIAL, "Material", MATERIALS),
        )
    if ware.code in _FRAMED:
        return (size, Axis(CUSTOM_2, "Frame", FRAMES))[:count]
    return (size, Axis(PRIMARY_COLOUR, "Primary color", COLOURS))[:count]


@dataclass(frozen=True, slots=True)
class Stocking:
    """How a listing counts its units and names its products.

    Attributes:
        sku: Start of the SKUs; empty for none.
        apart: Each product has a quantity of its own.
        sku_apart: Each product has a SKU of its own.
        repeat_sku: The last two products have the same SKU by mistake.
    """

    sku: str
    apart: bool = True
    sku_apart: bool = True
    repeat_sku: bool = False


class ProductMaker:
    """Makes products of one shop."""

    def __init__(self, bench: Bench) -> None:
        self._shop = bench.shop
        self._ids = bench.ids
        self._rng = bench.rng

    def simple(self, sku: str, price: int, quantity: int, profile: int | None) -> Product:
        """Return the only product of a listing without options."""
        return Product(
            product_id=self._ids.next("product"),
            offering_id=self._ids.next("offering"),
            sku=sku,
            price=price,
            quantity=quantity,
            is_enabled=True,
            readiness_state_id=profile,
        )

    def varied(
        self, axes: tuple[Axis, ...], price: int, stocking: Stocking, profile: int | None
    ) -> tuple[tuple[Product, ...], OnProperty]:
        """Return every combination of the options, dearer along the first one."""
        shared = self._rng.randint(3, 25)
        products = []
        for row in combinations(*(range(len(axis.values)) for axis in axes)):
            quantity = self._rng.choice((0, 1, 2, 3, 4, 6, 8, 12, 20)) if stocking.apart else shared
            products.append(
                Product(
                    product_id=self._ids.next("product"),
                    offering_id=self._ids.next("offering"),
                    sku=_sku(stocking, axes, row),
                    price=price + price * row[0] // 4,
                    quantity=quantity,
                    is_enabled=True,
                    readiness_state_id=profile,
                    properties=self._properties(axes, row),
                )
            )
        return _repaired(products, stocking), _on_property(axes, stocking)

    def _properties(
        self, axes: tuple[Axis, ...], row: tuple[int, ...]
    ) -> tuple[PropertyValue, ...]:
        return tuple(
            PropertyValue(
                property_id=axis.property_id,
                property_name=axis.name,
                value_ids=(self._value_id(axis.property_id, axis.values[place]),),
                values=(axis.values[place],),
                scale_id=axis.scale_id,
                scale_name=axis.scale_name,
            )
            for axis, place in zip(axes, row, strict=True)
        )

    def _value_id(self, property_id: int, text: str) -> int:
        known = self._shop.value_ids
        if (property_id, text) not in known:
            known[property_id, text] = self._ids.next("value")
        return known[property_id, text]


def _sku(stocking: Stocking, axes: tuple[Axis, ...], row: tuple[int, ...]) -> str:
    if not stocking.sku or not stocking.sku_apart:
        return stocking.sku
    parts = [_short(axis.values[place]) for axis, place in zip(axes, row, strict=True)]
    return "-".join((stocking.sku, *parts))


def _short(value: str) -> str:
    words = value.upper().replace("X", "").split()
    return words[0][:4] if len(words) == 1 else "".join(word[:2] for word in words)


def _repaired(products: list[Product], stocking: Stocking) -> tuple[Product, ...]:
    """Leave no listing without any unit, and put the planned mistake in."""
    if not any(product.quantity for product in products):
        products[0] = replace(products[0], quantity=2)
    if stocking.repeat_sku:
        products[-1] = replace(products[-1], sku=products[-2].sku)
    return tuple(products)


def _on_property(axes: tuple[Axis, ...], stocking: Stocking) -> OnProperty:
    every = tuple(axis.property_id for axis in axes)
    return OnProperty(
        price=every[:1],
        quantity=every if stocking.apart else (),
        sku=every if stocking.sku and stocking.sku_apart else (),
    )
