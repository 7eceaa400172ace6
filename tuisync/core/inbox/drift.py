"""Numbers that were changed at a shop which is set to ask: nothing is written there meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from tuisync.core.inbox.rows import Fix, Fold, InboxRow, fold_key
from tuisync.core.linking.naming import variant_title
from tuisync.core.models import Difference, Integration, Link
from tuisync.core.store import schema
from tuisync.core.store.port import Reader


def drift(reader: Reader, now: datetime) -> Iterator[InboxRow]:  # noqa: ARG001  # as every source
    """Yield a row per variant whose difference waits for the user's answer."""
    for integration in reader.all(schema.INTEGRATIONS):
        if integration.status == "inactive" or integration.stock_sync != "active":
            continue
        for link in reader.find(schema.LINKS, "asks", integration.id):
            if link.asks is not None and _is_unexplained(reader, link):
                yield _row(reader, integration, link, link.asks)


def _is_unexplained(reader: Reader, link: Link) -> bool:
    """Tell whether no order can explain it any more: the orders were read after a number fell."""
    missing = link.shortfall
    cursor = reader.get(schema.CURSORS, f"{link.integration}/orders")
    read_from = cursor.read_from if cursor else None
    return missing is None or (read_from is not None and read_from >= missing.at)


def _row(reader: Reader, integration: Integration, link: Link, found: Difference) -> InboxRow:
    key = fold_key("drift", integration.id)
    return InboxRow(
        id=f"drift:{link.id}",
        kind="drift",
        integration=integration.id,
        subject=variant_title(reader, link.id),
        message=_message(found),
        hint=f"`tuisync drift keep {link.id}` sends yours, `take` adjusts your stock to theirs,"
        " `ignore` leaves both.",
        fix=Fix("drift", (link.id,)),
        first_at=link.asks_since,
        last_at=link.asks_since,
        fold=Fold(
            key=key,
            noun="numbers",
            message=f"They were changed at {integration.name}; nothing is sent there before you"
            " have answered.",
            hint=f"`tuisync inbox show {key}` lists them; `tuisync drift keep VARIANT` sends yours,"
            " `take` adjusts your stock to theirs, `ignore` leaves both.",
        ),
    )


def _message(found: Difference) -> str:
    ours = f"yours is {found.ours:,}"
    match found.kind:
        case "reactivated":
            return (
                f"We paused it for want of stock, and it was put up for sale again at the shop with"
                f" {found.shop:,}; {ours}."
            )
        case "both":
            return f"The number was changed on both sides: the shop shows {found.shop:,}, {ours}."
    return f"The number was changed at the shop to {found.shop:,}; {ours}."
