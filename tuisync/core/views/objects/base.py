"""What every object of the command line's JSON is built on."""

from __future__ import annotations

import msgspec


class View(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Something the user sees; every field is always present in its JSON.

    A view holds none that holds it again, so the collector of cycles need not look at it:
    a list of 10,000 items took it 60 ms. What comes in such numbers holds tuples, which the
    collector drops, instead of lists.
    """
