"""What the user decided lately about links, so that it can be taken back."""

from __future__ import annotations

from datetime import datetime

import msgspec

from tuisync.core.models.base import Document


class Touched(msgspec.Struct, frozen=True):
    """A document that a decision wrote to.

    Attributes:
        collection: The collection's name.
        id: The document's id.
        before: Its JSON before; None when there was none.
        after: Its JSON afterwards; None when there is none.
    """

    collection: str
    id: str
    before: str | None
    after: str | None


class Choice(Document, frozen=True, kw_only=True):
    """One decision with all that it wrote.

    Attributes:
        at: When it was made.
        words: What was decided, in words.
        touched: Documents, in the order they were first written.
        movements: Ids of what it added to the ledger.
    """

    at: datetime
    words: str
    touched: tuple[Touched, ...] = ()
    movements: tuple[str, ...] = ()
