"""How things stand, for the header: a pure function from views to a few marks."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from tuisync.core.errors import NoOrganization
from tuisync.widgets.header import HeaderState, ShopState
from tuisync.widgets.marks import (
    INTEGRATION,
    NO_STOCK_SYNC,
    NOT_REACHED,
    ON_VACATION,
    SYNCING,
    Mark,
)
from tuisync.widgets.when import lasting

if TYPE_CHECKING:
    from tuisync.core.store.port import Store
    from tuisync.core.views.objects import EngineView, IntegrationView, RunView, StatusView


class Standing(NamedTuple):
    """What the header and the tabs show.

    Attributes:
        header: The header line.
        badges: How many things wait, per place.
        organized: There is an organization.
    """

    header: HeaderState
    badges: dict[str, int]
    organized: bool


def standing(store: Store, now: datetime) -> Standing:
    """Read how things stand; before there is an organization, that there is none."""
    from tuisync.core.store import schema  # noqa: PLC0415  # after the first sight
    from tuisync.core.views.history import run_view  # noqa: PLC0415  # as above
    from tuisync.core.views.status import status_view  # noqa: PLC0415  # as above

    try:
        status = status_view(store, now)
    except NoOrganization:
        return Standing(HeaderState("no organization yet"), {}, organized=False)
    begun = [run_view(store, run) for run in store.find(schema.RUNS, "status", "running")]
    running = [run for run in begun if run.status == "running"]
    queued = [run_view(store, run) for run in store.find(schema.RUNS, "status", "queued")]
    frozen = sum(each.counts.frozen_orders for each in status.integrations)
    counts = [each.counts for each in status.integrations]
    return Standing(
        header=header_state(status, running, queued),
        badges={
            "mapping": sum(each.unconfirmed + each.conflict + each.broken for each in counts),
            "orders": frozen,
            "inbox": status.inbox,
            "outbox": status.outbox,
            "plan": _to_review(store),
        },
        organized=True,
    )


def _to_review(store: Store) -> int:
    """Return how many listings and numbers wait for the user to look at the plan."""
    from tuisync.core.store import schema  # noqa: PLC0415  # after the first sight

    return sum(
        store.count(schema.OUTBOX, "standing", f"{each.id}/held")
        + store.count(schema.LINKS, "asks", each.id)
        for each in store.all(schema.INTEGRATIONS)
        if each.status != "inactive"
    )


def header_state(
    status: StatusView, running: Sequence[RunView], queued: Sequence[RunView] = ()
) -> HeaderState:
    """Return the header line's content; shops that need something come first."""
    busy = {each.integration for each in running}
    shops = [ShopState(each.name, shop_mark(each, busy)) for each in status.integrations]
    shops.sort(key=lambda each: each.mark.tone == "good")
    return HeaderState(
        organization=status.organization.name,
        engine=engine_mark(status.engine),
        shops=tuple(shops),
        progress=" · ".join(progress(each) for each in running[:2]),
        waiting=waiting_words(running, queued),
        needs=status.inbox,
    )


def waiting_words(running: Sequence[RunView], queued: Sequence[RunView]) -> tuple[str, ...]:
    """Return which syncs were asked for and wait, in words: all of it, then less.

    What follows in a batch that has begun does not count: that is seen to go on.
    """
    begun = {run.batch for run in running}
    waits = sorted((r for r in queued if r.waits_for and r.batch not in begun), key=_by_id)
    if not waits:
        return ()
    shops = ", ".join(dict.fromkeys(run.integration for run in waits))
    first = waits[0]
    return (
        f"sync of {shops} waits for {first.waits_for}",
        f"sync waits for {first.waits_for}",
        "sync waits",
    )


def _by_id(run: RunView) -> str:
    return run.id


def shop_mark(integration: IntegrationView, busy: set[str]) -> Mark:
    """Return how a shop is doing."""
    if integration.status == "active" and integration.name in busy:
        return SYNCING
    if integration.status == "active" and integration.missed:
        return NOT_REACHED
    if integration.status == "active" and integration.on_vacation:
        return ON_VACATION
    if integration.status == "active" and integration.stock_sync != "active":
        return NO_STOCK_SYNC
    return INTEGRATION[integration.status]


def engine_mark(engine: EngineView) -> Mark:
    """Return who syncs."""
    if not engine.running:
        return Mark("○", "no engine", "warn")
    if not engine.answering:
        return Mark("!", f"{engine.by} {engine.pid} not answering", "bad")
    if engine.by == "tui":
        word = "engine here" if engine.pid == os.getpid() else "engine in another window"
        return Mark("●", word, "good")
    return Mark("●", f"engine: {engine.by}", "good")


def progress(run: RunView) -> str:
    """Return how far a run has come: `etsy orders 120 of 300, 40 s left`."""
    name = f"{run.integration} {run.module}"
    if run.retry_at is not None:
        return f"{name} waits: {run.reason}"
    counted = f"{run.done:,} of {run.expected:,}" if run.expected else f"{run.done:,}"
    left = f", {lasting(run.seconds_left)} left" if run.seconds_left else ""
    return f"{name} {counted}{left}"
