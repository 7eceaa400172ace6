"""Reading the body of a control call."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import msgspec

from tuisync_etsy.sandbox.domain.errors import bad_request

if TYPE_CHECKING:
    from starlette.requests import Request

T = TypeVar("T")


async def read(request: Request, kind: type[T]) -> T:
    """Return the JSON body as one of the inputs.

    Raises:
        Refused: 400, with what is wrong about it.
    """
    try:
        return msgspec.json.decode(await request.body() or b"{}", type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise bad_request(str(error)) from None
