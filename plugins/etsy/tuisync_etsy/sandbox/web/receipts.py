"""Paths about receipts and their shipments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tuisync_etsy.sandbox.domain.errors import Refused, bad_request, not_found
from tuisync_etsy.sandbox.domain.receipts import Receipt, ReceiptQuery, select
from tuisync_etsy.sandbox.domain.shipping import Notice, ship
from tuisync_etsy.sandbox.domain.shop import Shop
from tuisync_etsy.sandbox.web import params
from tuisync_etsy.sandbox.web.access import own_shop, world_of
from tuisync_etsy.sandbox.web.receipt_shapes import receipt_shape
from tuisync_etsy.sandbox.web.replies import reply
from tuisync_etsy.sandbox.web.shapes import page_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

_SORTS = ("created", "updated", "receipt_id")


async def of_shop(request: Request) -> Response:
    """Answer `GET shops/{shop_id}/receipts`: filtered, sorted, page by page."""
    shop = own_shop(request, "transactions_r")
    world = world_of(request)
    query = _query(request)
    limit, offset = params.page(request.query_params)
    found = select(
        world.receipts_of(shop.shop_id),
        query,
        show_cancelled=world.quirks.cancelled_listed,
        in_order=not world.quirks.unsorted_receipts,
    )
    rows = [receipt_shape(each, shop, world.quirks) for each in found[offset : offset + limit]]
    if not world.quirks.product_data_in_lists:
        for row in rows:
            row["transactions"] = [{**line, "product_data": []} for line in row["transactions"]]
    return reply(page_of(len(found), rows))


async def one(request: Request) -> Response:
    """Answer `GET shops/{shop_id}/receipts/{receipt_id}`."""
    shop = own_shop(request, "transactions_r")
    return reply(receipt_shape(_find(request, shop), shop, world_of(request).quirks))


async def tracking(request: Request) -> Response:
    """Answer `POST shops/{shop_id}/receipts/{receipt_id}/tracking`.

    Each success e-mails the buyer and adds a parcel. Bytes that the content type does not
    name as JSON are read as form fields: the receipt is then shipped without tracking, and
    the buyer is told all the same (etsy/open-api #157).
    """
    shop = own_shop(request, "transactions_w")
    world = world_of(request)
    receipt = _find(request, shop)
    if world.quirks.tracking_refused:
        raise Refused(403, "Unauthorized")
    notice = _notice(await params.body(request))
    if world.quirks.tracking_dropped:
        notice = Notice()
    ship(receipt, shop, notice, world.ids, world.clock.now())
    world.emails[receipt.receipt_id] += 1
    return reply(receipt_shape(receipt, shop, world.quirks))


def _query(request: Request) -> ReceiptQuery:
    query = request.query_params
    return ReceiptQuery(
        min_created=params.timestamp(query, "min_created"),
        max_created=params.timestamp(query, "max_created"),
        min_last_modified=params.timestamp(query, "min_last_modified"),
        max_last_modified=params.timestamp(query, "max_last_modified"),
        was_paid=params.flag(query, "was_paid"),
        was_shipped=params.flag(query, "was_shipped"),
        was_delivered=params.flag(query, "was_delivered"),
        was_canceled=params.flag(query, "was_canceled"),
        sort_on=params.choice(query, "sort_on", _SORTS, "created"),
        descending=params.descending(query),
    )


def _notice(fields: Any) -> Notice:
    if fields is None:
        fields = {}
    if not isinstance(fields, dict):
        raise bad_request("Request body must be an object.")
    code, carrier = fields.get("tracking_code"), fields.get("carrier_name")
    for name, value in (("tracking_code", code), ("carrier_name", carrier)):
        if value is not None and not isinstance(value, str):
            raise bad_request(f"Expected string value for '{name}'.")
    return Notice(tracking_code=(code or "").strip(), carrier_name=(carrier or "").strip())


def _find(request: Request, shop: Shop) -> Receipt:
    receipt_id = request.path_params["receipt_id"]
    receipt = world_of(request).receipts.get(receipt_id)
    if receipt is None or receipt.shop_id != shop.shop_id:
        raise not_found(
            f"Could not find a Shop Receipt with receipt_id = {receipt_id} "
            f"associated with shop_id = {shop.shop_id}."
        )
    return receipt
