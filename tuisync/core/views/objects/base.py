"""What every object of the command line's JSON is built on."""

from __future__ import annotations

import msgspec


class View(msgspec.Struct, frozen=True, kw_only=True):
    """Something the user sees; every field is always present in its JSON."""
