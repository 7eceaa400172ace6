"""Reading the answer to a sign-in out of a query or of what somebody pasted; pure."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl

Answer = dict[str, str]

_MOST_FIELDS = 20
_LONGEST = 8192
_BARE_CODE = re.compile(r"(?=.*[0-9])[A-Za-z0-9._~/+=-]{12,2048}")
"""A code is long and random; a shorter word is a slip, and would use the sign-in up."""


def from_query(query: str) -> Answer | None:
    """Return a redirect's parameters, or None if it is no answer.

    An answer has a `code` or an `error`, and no parameter twice.
    """
    try:
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        return None
    answer = dict(pairs)
    if len(answer) != len(pairs) or not (answer.get("code") or answer.get("error")):
        return None
    return answer


def from_pasted(line: str) -> Answer | None:
    """Return the answer in a pasted line: the redirect's address, its query, or a bare code.

    None if it is neither; the address of the consent page, for one.
    """
    line = line.strip().strip("'\"<>")
    if len(line) > _LONGEST:
        return None
    _, mark, query = line.partition("?")
    answer = from_query((query if mark else line).partition("#")[0])
    if answer is None and not mark and _BARE_CODE.fullmatch(line):
        return {"code": line}
    return answer
