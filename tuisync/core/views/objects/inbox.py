"""What needs the user."""

from __future__ import annotations

from datetime import datetime

from tuisync.core.models import InboxClass
from tuisync.core.views.objects.base import View


class FixView(View, frozen=True, kw_only=True):
    """What mends a cause: the action, and the ids to do it with."""

    does: str
    ids: list[str]


class InboxView(View, frozen=True, kw_only=True, rename={"kind": "class"}):
    """One cause that needs the user.

    Attributes:
        kind: Its class; `class` in the JSON.
        integration: The integration's name, or None where it concerns all of them.
        next_at: When it is tried again by itself, or None.
    """

    id: str
    kind: InboxClass
    integration: str | None
    subject: str
    message: str
    hint: str
    count: int
    first_at: datetime | None
    last_at: datetime | None
    next_at: datetime | None
    fix: FixView
