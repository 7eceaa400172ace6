"""Everything at a glance."""

from __future__ import annotations

from datetime import datetime

from tuisync.core.views.objects.base import View
from tuisync.core.views.objects.integrations import IntegrationView
from tuisync.core.views.objects.organization import OrganizationView


class EngineView(View, frozen=True, kw_only=True):
    """The engine: who runs it, and whether it answers."""

    running: bool
    by: str | None
    pid: int | None
    since: datetime | None
    answering: bool | None


class StoreView(View, frozen=True, kw_only=True):
    """How much the store holds."""

    orders: int
    items: int
    bytes: int


class StatusView(View, frozen=True, kw_only=True):
    """Everything at a glance."""

    organization: OrganizationView
    engine: EngineView
    integrations: list[IntegrationView]
    inbox: int
    outbox: int
    next_due_at: datetime | None
    store: StoreView
