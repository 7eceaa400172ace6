"""The pictures of a listing's options: read before a write, compared and put back after it.

Inventory writes have unlinked them (etsy/open-api #200, called fixed in 2022, and reported
again in #384), so a listing that has any is looked at again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from tuisync import AuthorizationRequired, MarketplaceError, PermanentError, RejectedError
from tuisync_etsy import wire
from tuisync_etsy.api import EtsyApi
from tuisync_etsy.values import text

Option = tuple[int, str]
"""A property and the option's text: a write gives new ids to values."""

Pictures = Mapping[Option, int]

_UNCHECKED = "Whether Etsy kept the pictures of this listing's options could not be checked."


@dataclass(frozen=True)
class OptionPictures:
    """One listing's pictures of options."""

    api: EtsyApi
    listing: int

    async def read(self) -> wire.VariationImages:
        """Return them as Etsy shows them; none where it does not let us see any."""
        try:
            return (await self.api.get(self._path, wire.VariationImages)).value
        except (RejectedError, PermanentError):
            return wire.VariationImages()

    async def mend(self, before: Pictures, inventory: wire.Inventory) -> tuple[str, ...]:
        """Put back what a write has unlinked, and say so.

        The numbers are written by then, so that no fault here makes the push fail.

        Args:
            before: What was there before the write.
            inventory: As the write left it.

        Raises:
            AuthorizationRequired: The access ended meanwhile.
        """
        if not before:
            return ()
        try:
            answer = await self.api.get(self._path, wire.VariationImages)
        except AuthorizationRequired:
            raise
        except MarketplaceError:
            return (_UNCHECKED,)
        lost = dict(before.items() - pictures(answer.value, inventory).items())
        return (await self._restored(before, lost, inventory),) if lost else ()

    async def _restored(self, before: Pictures, lost: Pictures, inventory: wire.Inventory) -> str:
        names = ", ".join(option for _, option in sorted(lost))
        try:
            answer = await self.api.post(self._path, body(before, inventory), wire.VariationImages)
        except AuthorizationRequired:
            raise
        except MarketplaceError as error:
            return (
                f"Etsy dropped the pictures of these options with the write: {names}. They could "
                f"not be put back ({error.message}); choose them again on Etsy."
            )
        if pictures(answer.value, inventory) != dict(before):
            return f"Etsy dropped pictures of options; choose them again on Etsy: {names}."
        return f"Etsy dropped the pictures of these options with the write: {names}. They are back."

    @property
    def _path(self) -> str:
        return f"{self.api.shop}/listings/{self.listing}/variation-images"


def pictures(found: wire.VariationImages, inventory: wire.Inventory) -> Pictures:
    """Return pictures by option; the inventory of the same moment tells the options' texts."""
    names = {id_: option for option, id_ in _ids(inventory).items()}
    made: dict[Option, int] = {}
    for each in found.results or ():
        known = text(each.value) or names.get((each.property_id, each.value_id), (0, ""))[1]
        made[each.property_id, known or f"#{each.value_id}"] = each.image_id
    return made


def body(wanted: Pictures, inventory: wire.Inventory) -> bytes:
    """Return the JSON that gives options their pictures again; options that are gone have none."""
    ids = _ids(inventory)
    rows = [
        {"property_id": option[0], "value_id": ids[option][1], "image_id": image}
        for option, image in wanted.items()
        if option in ids
    ]
    return msgspec.json.encode({"variation_images": rows})


def _ids(inventory: wire.Inventory) -> dict[Option, tuple[int, int]]:
    """Return the property and value id of each option."""
    return {
        (value.property_id, text(word) or ""): (value.property_id, id_)
        for product in inventory.products or ()
        if not product.is_deleted
        for value in product.property_values or ()
        for id_, word in zip(value.value_ids or (), value.values or (), strict=False)
    }
