"""Plans, as users see them."""

from __future__ import annotations

from tuisync.core.models import Plan, PlannedChange
from tuisync.core.store.port import Reader
from tuisync.core.views.integrations import integration_name
from tuisync.core.views.objects import ChangeView, PlanView


def plan_view(reader: Reader, plan: Plan) -> PlanView:
    """Return a plan."""
    changes = [change_view(reader, each) for each in plan.changes]
    return PlanView(id=plan.id, made_at=plan.made_at, changes=changes)


def change_view(reader: Reader, change: PlannedChange, reason: str | None = None) -> ChangeView:
    """Return one change, with another reason than the plan's if given."""
    return ChangeView(
        integration=integration_name(reader, change.integration),
        kind=change.kind,
        target=change.target,
        variant=change.variant,
        title=change.title,
        sku=change.sku,
        old=change.old,
        new=change.new,
        reason=change.reason if reason is None else reason,
        held=change.held,
        drift=change.drift,
        fee=change.fee,
        parcel=change.parcel or None,
    )
