"""The one way a rule says no."""

from __future__ import annotations

from collections.abc import Mapping


class Refused(Exception):
    """A request the shop refuses, with the status and text Etsy gives.

    Attributes:
        status: HTTP status of the answer.
        error: Text under the key `error`.
        description: Text under `error_description`, as OAuth errors have it.
        headers: Extra response headers.
    """

    def __init__(
        self,
        status: int,
        error: str,
        description: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(error)
        self.status = status
        self.error = error
        self.description = description
        self.headers = dict(headers or {})

    @property
    def body(self) -> dict[str, str]:
        """The error envelope."""
        if self.description is None:
            return {"error": self.error}
        return {"error": self.error, "error_description": self.description}


def bad_request(error: str) -> Refused:
    """Return a 400 with this text."""
    return Refused(400, error)


def not_found(error: str) -> Refused:
    """Return a 404 with this text."""
    return Refused(404, error)
