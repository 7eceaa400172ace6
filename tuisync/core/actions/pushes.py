"""What a user does with a push: send it again now, or give it up."""

from __future__ import annotations

import msgspec

from tuisync.core import lookup
from tuisync.core.actions.syncs import check_active
from tuisync.core.errors import Conflict, NotFound
from tuisync.core.inbox.failures import Failures
from tuisync.core.models import REFUSED, OutboxEntry, ShipmentPush
from tuisync.core.outbox import given_up
from tuisync.core.store import schema
from tuisync.core.store.port import Reader, Transaction
from tuisync.core.views.objects import OutboxView
from tuisync.core.views.outbox import outbox_view
from tuisync.core.workspace import Workspace

_DROPPED = "You gave it up."


def retry_push(workspace: Workspace, entry: str) -> OutboxView:
    """Let a push that was refused, given up or put off be sent again at once.

    One whose answer was lost is looked for at the shop first, as always.

    Raises:
        NotFound: There is no such push.
        Conflict: Nothing is owed any more, it is being sent, or it waits for the plan.
        Inactive: The shop is switched off or needs a sign-in.
    """
    with workspace.store.transaction() as tx:
        found = _entry(tx, entry)
        _check_retried(found)
        check_active(lookup.integration(tx, found.integration))
        again = found.but(
            state="unknown" if found.state == "unknown" else "queued",
            attempts=0,
            next_attempt_at=None,
            updated_at=workspace.now(),
        )
        if found.state in REFUSED:
            _mark_parcel(tx, found, "owed", "")
        tx.put(schema.OUTBOX, again)
        return outbox_view(tx, again)


def drop_push(workspace: Workspace, entry: str) -> OutboxView:
    """Give a push up: the shop is not told.

    A number is owed again when it changes; a shipment is not. One whose answer was lost may
    have arrived all the same.

    Raises:
        NotFound: There is no such push.
        Conflict: Nothing is owed any more, or it is being sent.
    """
    with workspace.store.transaction() as tx:
        found = _entry(tx, entry)
        if found.state in {"applied", "superseded"}:
            raise _not_owed(found)
        if found.state == "in_flight":
            raise _on_its_way()
        dropped = given_up(found, _DROPPED, workspace.now())
        tx.put(schema.OUTBOX, dropped)
        _mark_parcel(tx, found, "none", _DROPPED)
        Failures(tx, workspace.now()).over(found.id)
        return outbox_view(tx, dropped)


def _entry(reader: Reader, id_: str) -> OutboxEntry:
    found = reader.get(schema.OUTBOX, id_)
    if found is None:
        raise NotFound(f"No push has the id `{id_}`.", hint="See `tuisync outbox`.")
    return found


def _check_retried(entry: OutboxEntry) -> None:
    match entry.state:
        case "applied" | "superseded":
            raise _not_owed(entry)
        case "in_flight":
            raise _on_its_way()
        case "held":
            raise Conflict(
                "It waits for you to look at the plan.",
                hint="`tuisync plan` shows it, `tuisync apply` sends it.",
            )


def _not_owed(entry: OutboxEntry) -> Conflict:
    done = "was sent" if entry.state == "applied" else "is not owed any more"
    return Conflict(f"That push {done}.", hint="`tuisync plan` shows what would change.")


def _on_its_way() -> Conflict:
    return Conflict("It is being sent just now.", hint="Look again in a moment.")


def _mark_parcel(tx: Transaction, entry: OutboxEntry, push: ShipmentPush, reason: str) -> None:
    """Say on the order's shipment, if the push is of one, whether the shop is to be told."""
    order = tx.get(schema.ORDERS, entry.target) if entry.kind == "shipment" else None
    if order is None:
        return
    shipments = tuple(
        msgspec.structs.replace(each, push=push, reason=reason)
        if each.id == entry.shipment
        else each
        for each in order.shipments
    )
    tx.put(schema.ORDERS, order.but(shipments=shipments))
