"""Somebody visits the shop: finds a product and buys it, or the seller edits one."""

from __future__ import annotations

from dataclasses import replace

from tuisync_etsy.sandbox.domain import market
from tuisync_etsy.sandbox.domain.errors import Refused, bad_request, not_found
from tuisync_etsy.sandbox.domain.listings import FOUR_MONTHS, Listing, OnProperty, Product
from tuisync_etsy.sandbox.domain.market import Wish
from tuisync_etsy.sandbox.domain.receipts import Receipt
from tuisync_etsy.sandbox.domain.world import World

_DOMESTIC, _ABROAD = 495, 1450


def find_product(
    world: World, listing_id: int | None, sku: str | None, options: dict[str, str]
) -> tuple[Listing, int]:
    """Return a listing and the place of a product in it, rather one that is for sale.

    Raises:
        Refused: Nothing fits.
    """
    fitting = [
        (listing, index)
        for listing in world.listings_of(world.shop.shop_id)
        if listing_id in (None, listing.listing_id)
        for index, product in enumerate(listing.products)
        if sku in (None, product.sku) and options.items() <= _options(product).items()
    ]
    if not fitting:
        raise not_found("No listing of the shop fits.")
    return min(fitting, key=lambda found: found[0].state != "active")


def random_product(world: World, quantity: int = 1) -> tuple[Listing, int]:
    """Return a product that is for sale in this quantity.

    Raises:
        Refused: There is none.
    """
    fitting = [
        (listing, index)
        for listing in world.listings_of(world.shop.shop_id)
        if listing.state == "active"
        for index, product in enumerate(listing.products)
        if product.is_enabled and product.quantity >= quantity
    ]
    if not fitting:
        raise not_found("Nothing is for sale in that quantity.")
    return world.rng.choice(fitting)


def sell(
    world: World, wishes: list[Wish], *, buyer_id: int | None = None, pays_in: int | None = 0
) -> Receipt:
    """Let a buyer buy.

    Args:
        world: The sandbox.
        wishes: What, and how many of it.
        buyer_id: Who; a random buyer if None.
        pays_in: Seconds until the payment goes through; 0 at once, None never by itself.

    Raises:
        Refused: Too few are left, nobody has that id, or the shop is on vacation.
    """
    if world.shop.on_vacation:
        raise Refused(409, "The shop is on vacation and takes no orders.")
    known = {buyer.user_id: buyer for buyer in world.buyers}
    if buyer_id is not None and buyer_id not in known:
        raise not_found(f"Nobody has the user id {buyer_id}.")
    buyer = world.rng.choice(world.buyers) if buyer_id is None else known[buyer_id]
    now = world.clock.now()
    touch = world.quirks.sale_moves_listing
    receipt = market.buy(wishes, buyer, world.ids, now, touch=touch)
    if not all(line.is_digital for line in receipt.lines):
        domestic = buyer.address.country_iso == world.shop.country
        receipt.shipping = _DOMESTIC if domestic else _ABROAD
    world.receipts[receipt.receipt_id] = receipt
    world.shop.sold += sum(line.quantity for line in receipt.lines)
    if pays_in == 0:
        market.pay(receipt, now)
    elif pays_in is not None:
        receipt.pays_at = now + pays_in
    return receipt


def add_listing(
    world: World, *, title: str, sku: str, quantity: int, price: int, state: str
) -> Listing:
    """Put a simple listing into the owner's shop."""
    now, ids = world.clock.now(), world.ids
    if state not in {"active", "inactive", "draft"}:
        raise bad_request(f"A new listing cannot be {state}.")
    product = Product(
        product_id=ids.next("product"),
        offering_id=ids.next("offering"),
        sku=sku,
        price=price,
        quantity=quantity,
        is_enabled=True,
        readiness_state_id=world.shop.profiles[0].readiness_state_id,
    )
    listing = Listing(
        listing_id=ids.next("listing"),
        shop_id=world.shop.shop_id,
        title=title,
        description=title,
        state="draft" if state == "draft" else "inactive" if state == "inactive" else "active",
        products=(product,),
        on_property=OnProperty(),
        created_at=now,
        updated_at=now,
        state_at=now,
        ending_at=now + FOUR_MONTHS,
        image_ids=(ids.next("image"),),
    )
    world.listings[listing.listing_id] = listing
    return listing


def rename_option(listing: Listing, old: str, new: str) -> None:
    """Change an option's text wherever a listing has it.

    Raises:
        Refused: It has no such option.
    """
    if not any(old in value.values for each in listing.products for value in each.properties):
        raise not_found(f"The listing has no option {old}.")
    listing.products = tuple(
        replace(
            product,
            properties=tuple(
                replace(value, values=tuple(new if text == old else text for text in value.values))
                for value in product.properties
            ),
        )
        for product in listing.products
    )


def _options(product: Product) -> dict[str, str]:
    return {value.property_name: value.values[0] for value in product.properties}
