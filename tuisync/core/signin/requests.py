"""As much HTTP as a redirect needs: one request's head, read without trust; pure."""

from __future__ import annotations

import re
from http import HTTPStatus
from urllib.parse import urlsplit

from tuisync.core.signin.answers import Answer, from_query

LARGEST_HEAD = 16 * 1024
"""Bytes of a request's head; browsers send a few kilobytes."""

_REQUEST_LINE = re.compile(rb"([A-Z]{1,20}) (/[\x21-\x7e]*) HTTP/1\.[01]")
_HOST = re.compile(rb"(?im)^host:[ \t]*(localhost|127\.0\.0\.1|\[::1\])(:[0-9]{1,5})?[ \t]*\r?$")


def read_request(head: bytes, path: str) -> Answer | HTTPStatus:
    """Return the answer a request brings, or the status to refuse it with.

    Args:
        head: The request up to its empty line.
        path: The redirect's path; no other is answered.
    """
    line, _, headers = head.partition(b"\r\n")
    request = _REQUEST_LINE.fullmatch(line)
    if request is None:
        return HTTPStatus.BAD_REQUEST
    if not _HOST.search(headers):  # a name that points here is not ours: DNS rebinding
        return HTTPStatus.NOT_FOUND
    method, target = request.groups()
    where = urlsplit(target.decode("ascii"))
    if where.netloc or where.path != path:
        return HTTPStatus.NOT_FOUND
    if method != b"GET":
        return HTTPStatus.METHOD_NOT_ALLOWED
    return from_query(where.query) or HTTPStatus.NOT_FOUND
