"""Reads listings and their inventories; the calls behind `fetch_items`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import msgspec

from tuisync import RejectedError, RemoteListing, RemoteNotFound, Unreadable
from tuisync_etsy import wire
from tuisync_etsy.api import Answer, EtsyApi
from tuisync_etsy.batches import joined, read_batch
from tuisync_etsy.cursors import LIMIT
from tuisync_etsy.listings import read_listing, to_listing

Record = RemoteListing | Unreadable

_NO_INVENTORY = msgspec.Raw(b"null")
_ROW = msgspec.json.Decoder(wire.InventoryRow, strict=False)
_SHOP = msgspec.json.Decoder(wire.InShop, strict=False)


class Seen(NamedTuple):
    """A listing as far as it could be read, and when by the shop's clock."""

    listing: wire.Listing | Unreadable
    served_at: datetime


class Rows(NamedTuple):
    """A page of listings.

    Attributes:
        total: How many match in all, if Etsy says.
        on_vacation: The shop takes no orders; None when the page does not tell.
    """

    seen: list[Seen]
    total: int | None
    served_at: datetime
    on_vacation: bool | None = None


class Found(NamedTuple):
    """An inventory as it came, and when its numbers were read."""

    listing_id: int
    inventory: msgspec.Raw
    served_at: datetime


@dataclass(frozen=True)
class ListingReader:
    """Reads one shop's listings."""

    api: EtsyApi

    def now(self) -> datetime:
        """Return the time, where no answer told the shop's."""
        return self.api.session.now()

    async def page(self, state: str, offset: int, *, with_shop: bool = False) -> Rows:
        """Read one page of the listings in a state.

        Args:
            state: One of the states Etsy can be asked for.
            offset: Where the page begins.
            with_shop: Have the rows tell about their shop, which costs no call of its own.
                Etsy has taken such includes away before (2026-07), and then does without.
        """
        query = {"state": state, "limit": str(LIMIT), "offset": str(offset)}
        try:
            answer = await self._list(query | ({"includes": "Shop"} if with_shop else {}))
        except RejectedError:
            if not with_shop:
                raise
            answer = await self._list(query)
        seen = _read(answer.value, answer.served_at)
        on_vacation = _on_vacation(answer.value) if with_shop else None
        return Rows(seen, answer.value.count, answer.served_at, on_vacation)

    async def count(self, state: str) -> int:
        """Return how many listings are in a state; 0 where Etsy does not say."""
        answer = await self._list({"state": state, "limit": "1", "offset": "0"})
        return answer.value.count or 0

    async def _list(self, query: dict[str, str]) -> Answer[wire.Page]:
        return await self.api.get(f"{self.api.shop}/listings", wire.Page, query)

    async def by_id(self, ids: Sequence[int]) -> list[Seen]:
        """Read listings by id, at most a page of them; those that are gone are left out."""
        return await read_batch(ids, self._together, self._alone)

    async def records(self, seen: Sequence[Seen]) -> list[tuple[Record, datetime]]:
        """Return the listings as records, each with the time its numbers were read."""
        ids = [each.listing.listing_id for each in seen if isinstance(each.listing, wire.Listing)]
        inventories = {each.listing_id: each for each in await self._inventories(ids)}
        return [_record(each, inventories) for each in seen]

    async def _together(self, ids: Sequence[int]) -> list[Seen]:
        """Read a batch; only a 404 of its own means that a missing listing is gone."""
        answer = await self.api.get("/listings/batch", wire.Page, {"listing_ids": joined(ids)})
        seen = _read(answer.value, answer.served_at)
        known = {_id_of(each.listing) for each in seen}
        for missing in (id_ for id_ in ids if str(id_) not in known):
            seen += await self._alone(missing)
        return seen

    async def _alone(self, id_: int) -> list[Seen]:
        try:
            answer = await self.api.get(f"/listings/{id_}", msgspec.Raw)
        except RemoteNotFound:
            return []
        return [Seen(_named(read_listing(answer.value), id_), answer.served_at)]

    async def _inventories(self, ids: Sequence[int]) -> list[Found]:
        """Read the inventories of at most a page of listings; unknown ones are left out."""
        return await read_batch(ids, self._inventories_together, self._inventory_alone)

    async def _inventories_together(self, ids: Sequence[int]) -> list[Found]:
        answer = await self.api.get(
            "/listings/batch/inventory", wire.Page, {"listing_ids": joined(ids)}
        )
        rows = filter(None, map(_row, answer.value.results))
        return [Found(row.listing_id, row.inventory, answer.served_at) for row in rows]

    async def _inventory_alone(self, id_: int) -> list[Found]:
        try:
            answer = await self.api.get(f"/listings/{id_}/inventory", msgspec.Raw)
        except RejectedError:  # 404 and 422 both stand for a listing without a record
            return []
        return [Found(id_, answer.value, answer.served_at)]


def _on_vacation(page: wire.Page) -> bool | None:
    """Return what the first row that tells says of its shop."""
    for raw in page.results:
        try:
            shop = _SHOP.decode(raw).shop
        except msgspec.DecodeError:
            continue
        if shop is not None and shop.is_vacation is not None:
            return shop.is_vacation
    return None


def _read(page: wire.Page, served_at: datetime) -> list[Seen]:
    return [Seen(read_listing(raw), served_at) for raw in page.results]


def _record(seen: Seen, inventories: dict[int, Found]) -> tuple[Record, datetime]:
    listing = seen.listing
    if isinstance(listing, Unreadable):
        return listing, seen.served_at
    found = inventories.get(listing.listing_id)
    if found is None or bytes(found.inventory) == b"null":
        return to_listing(listing, _NO_INVENTORY), seen.served_at
    return to_listing(listing, found.inventory), found.served_at


def earliest(records: Iterable[tuple[Record, datetime]], otherwise: datetime) -> datetime:
    """Return when the oldest of these numbers was read.

    A page carries one time: with the oldest, a sale between two reads of the page is at worst
    counted twice, which sells too little, never too much.
    """
    return min((served_at for _, served_at in records), default=otherwise)


def _named(listing: wire.Listing | Unreadable, id_: int) -> wire.Listing | Unreadable:
    """Return an answer under the id that was asked for, whatever it says of itself."""
    if isinstance(listing, Unreadable):
        return msgspec.structs.replace(listing, remote_id=str(id_))
    return listing


def _id_of(listing: wire.Listing | Unreadable) -> str:
    if isinstance(listing, Unreadable):
        return listing.remote_id
    return str(listing.listing_id)


def _row(raw: msgspec.Raw) -> wire.InventoryRow | None:
    try:
        return _ROW.decode(raw)
    except msgspec.DecodeError:
        return None
