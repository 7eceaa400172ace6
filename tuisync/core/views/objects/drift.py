"""A shop's number that is not ours."""

from __future__ import annotations

from tuisync.core.models import DriftKind
from tuisync.core.views.objects.base import View


class DriftView(View, frozen=True, kw_only=True):
    """One listing variant whose shop shows another number than it should.

    Attributes:
        confirmed: The number at which both sides were level last, less what was sold since.
        waits: Nothing is written there before the user has answered.
        ignored: The user chose to leave it as it is, until one of the numbers changes.
    """

    integration: str
    variant: str
    sku: str | None
    kind: DriftKind
    ours: int
    confirmed: int | None
    shop: int
    title: str
    waits: bool
    ignored: bool = False
