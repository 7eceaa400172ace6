"""Answers as the web layer hands them on."""

from __future__ import annotations

from typing import Any

import msgspec
from starlette.responses import Response

from tuisync_etsy.sandbox.domain.errors import Refused

JSON = "application/json"


def reply(document: Any, status: int = 200) -> Response:
    """Return a JSON answer."""
    return Response(msgspec.json.encode(document), status, media_type=JSON)


def refusal(refused: Refused) -> Response:
    """Return the answer to a refused request."""
    answer = reply(refused.body, refused.status)
    answer.headers.update(refused.headers)
    return answer
