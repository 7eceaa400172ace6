"""The root of the tree of errors: one sentence for the user, and what to do next."""

from __future__ import annotations

from typing import ClassVar


class TuisyncError(Exception):
    """Something a user is told about: one sentence, and what to do next.

    Args:
        message: What happened, in one sentence.
        hint: What to do next, or empty.
        code: Overrides the class's stable error code (see the command line's JSON).
    """

    code: ClassVar[str] = "error"
    title: ClassVar[str] = "Something went wrong"
    default_hint: ClassVar[str] = ""

    def __init__(self, message: str, *, hint: str | None = None, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = self.default_hint if hint is None else hint
        self.error_code = code or self.code
