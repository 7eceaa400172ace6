"""Listings of every shape Etsy allows, made by chance: 1 to 70 products, 0 to 3 axes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import product as combinations
from math import prod
from random import Random
from typing import TYPE_CHECKING, TypeVar

from tuisync_etsy.sandbox.domain.listings import (
    Listing,
    OnProperty,
    Product,
    PropertyValue,
    pool_key,
)

if TYPE_CHECKING:
    from tuisync_etsy.sandbox.domain.world import World

T = TypeVar("T")

MOST = 70
_PROPERTIES = {513: "Custom One", 514: "Custom Two", 200: "Primary colour", 100: "Size"}
_NOT_CUSTOM = (200, 100)
_WORDS = ("S", "M", "Ü&L", "12 x 9 cm", "Rød", "It's red", 'The "big" one', "50%", "a+b", "a,b=c")


@dataclass
class Maker:
    """Makes listings of a world's shop."""

    world: World
    rng: Random
    made: list[Listing] = field(default_factory=list)

    def listing(self) -> Listing:
        """Return a new listing that is for sale, and put it into the shop."""
        world, now, ids = self.world, self.world.clock.now(), self.world.ids
        axes = self._axes()
        on = self._on_property(tuple(axes))
        images = tuple(ids.next("image") for _ in range(self.rng.randint(1, 5)))
        made = Listing(
            listing_id=ids.next("listing"),
            shop_id=world.shop.shop_id,
            title=f"Listing {len(self.made)}",
            description="",
            state="active",
            products=self._products(axes, on),
            on_property=on,
            created_at=now,
            updated_at=now,
            state_at=now,
            ending_at=now + 1,
            image_ids=images,
        )
        if axes and self.rng.random() < 0.6:
            property_id, words = next(iter(axes.items()))
            some = self.rng.sample(words, self.rng.randint(1, len(words)))
            made.variation_images = {(property_id, w): self.rng.choice(images) for w in some}
        world.listings[made.listing_id] = made
        self.made.append(made)
        return made

    def _axes(self) -> dict[int, list[str]]:
        """Return the values of each axis; together at most 70 combinations."""
        count = self.rng.choice((0, 1, 1, 2, 2, 3))
        chosen = self.rng.sample(sorted(_PROPERTIES), count)
        if count == 3 and chosen[-1] not in _NOT_CUSTOM:
            chosen = [513, 514, self.rng.choice(_NOT_CUSTOM)]
        most = {0: 1, 1: MOST, 2: 8, 3: 4}[count]
        axes: dict[int, list[str]] = {}
        for property_id in chosen:
            size = self.rng.randint(1, most)
            axes[property_id] = [_word(number) for number in range(size)]
            self.rng.shuffle(axes[property_id])
        assert prod(map(len, axes.values())) <= MOST
        return axes

    def _on_property(self, axes: tuple[int, ...]) -> OnProperty:
        return OnProperty(
            price=self._some(axes),
            quantity=self._some(axes),
            sku=self._some(axes),
            readiness=self._some(axes),
        )

    def _some(self, axes: tuple[int, ...]) -> tuple[int, ...]:
        """Return none, one or all of the axes; Etsy takes no two of three."""
        choices: list[tuple[int, ...]] = [(), axes, *((each,) for each in axes)]
        return self.rng.choice(choices)

    def _products(self, axes: dict[int, list[str]], on: OnProperty) -> tuple[Product, ...]:
        rng, ids = self.rng, self.world.ids
        profiles = [each.readiness_state_id for each in self.world.shop.profiles]
        price = self._by(on.price, lambda: rng.randint(20, 500_000))
        quantity = self._by(on.quantity, lambda: rng.choice((0, 1, 2, 7, 40, 999)))
        sku = self._by(on.sku, lambda: rng.choice(("", "", "12345", f"SKU-{rng.randint(1, 99)}")))
        profile = self._by(on.readiness, lambda: rng.choice(profiles))
        made = []
        for words in combinations(*axes.values()):
            values = tuple(map(self._value, axes, words))
            bare = Product(ids.next("product"), ids.next("offering"), "", 1, 0, True, None, values)  # noqa: FBT003
            made.append(
                replace(
                    bare,
                    sku=sku(bare),
                    price=price(bare),
                    quantity=quantity(bare),
                    readiness_state_id=profile(bare),
                    is_enabled=rng.random() < 0.9,
                )
            )
        return self._sellable(made, on)

    def _sellable(self, products: Sequence[Product], on: OnProperty) -> tuple[Product, ...]:
        """Make sure that something of it can be bought."""
        if any(each.quantity and each.is_enabled for each in products):
            return tuple(products)
        pool = pool_key(products[0], on.quantity)
        lifted = [
            replace(each, quantity=3) if pool_key(each, on.quantity) == pool else each
            for each in products
        ]
        return (replace(lifted[0], is_enabled=True), *lifted[1:])

    def _by(self, axes: tuple[int, ...], make: Callable[[], T]) -> Callable[[Product], T]:
        """Return a field's value per product: one for all that agree on these axes."""
        known: dict[tuple[tuple[str, ...], ...], T] = {}

        def value(product: Product) -> T:
            key = pool_key(product, axes)
            if key not in known:
                known[key] = make()
            return known[key]

        return value

    def _value(self, property_id: int, word: str) -> PropertyValue:
        ids = self.world.shop.value_ids
        if (property_id, word) not in ids:
            ids[property_id, word] = self.world.ids.next("value")
        scaled = property_id == 100
        return PropertyValue(
            property_id=property_id,
            property_name=_PROPERTIES[property_id],
            value_ids=(ids[property_id, word],),
            values=(word,),
            scale_id=42 if scaled else None,
            scale_name="EU" if scaled else None,
        )


def _word(number: int) -> str:
    """Return an option's text: some with signs that need care, all of them different."""
    times, place = divmod(number, len(_WORDS))
    return _WORDS[place] if not times else f"{_WORDS[place]} {times}"
