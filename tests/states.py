"""Every screen, and the states of a business it must be readable in.

A new screen is one line in `SCREENS`, a new state one function in `STATES`: the pictures of
`test_matrix.py` and the hostile texts of `test_hostile_text.py` go through both.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path

from pottery import ETSY, FAIR, NOW, PotteryServices, pottery, services
from tuisync.core.actions.organization import init_organization
from tuisync.core.models import Counts, SyncRun
from tuisync.core.store import schema
from tuisync.core.views.status import ENGINE

SCREENS: Mapping[str, str] = {
    "marketplaces": "1",
    "details": "1 enter",
    "mapping": "2",
    "items": "3",
    "item": "3 enter",
    "why": "3 w",
    "adjust": "3 a",
    "orders": "4",
    "order": "4 enter",
    "ship": "4 s",
    "ship_many": "4 space space space s",
    "inbox": "5",
    "outbox": "6",
    "history": "7",
    "records": "7 enter",
    "contacts": "8",
    "plan": "9",
    "settings": "comma",
    "messages": "exclamation_mark",
    "help": "3 question_mark",
    "setup": "1 n",
    "sign_in": "1 enter r",
    "sync": "7 s",
}
"""Per screen, the keys that lead to it from anywhere."""


def empty(tmp_path: Path) -> PotteryServices:
    """Return a business of its first minute: an organization, and nothing else."""
    made = services(tmp_path)
    init_organization(
        made.workspace, currency="USD", name="Wren & Thistle", timezone="America/New_York"
    )
    return made


def normal(tmp_path: Path) -> PotteryServices:
    """Return a business on any day, with an engine at work."""
    made = pottery(tmp_path)
    assert made.workspace.store.lease(ENGINE, "daemon")
    return made


def busy(tmp_path: Path) -> PotteryServices:
    """Return a business in the middle of a long sync, with pushes on their way."""
    made = normal(tmp_path)
    with made.workspace.store.transaction() as tx:
        for module, done, expected in (("items", 1_240, 3_000), ("orders", 17, None)):
            run = SyncRun(
                id=f"run-busy-{module}",
                batch="busy",
                integration=ETSY,
                module="items" if module == "items" else "orders",
                trigger="manual",
                queued_at=NOW - timedelta(minutes=4),
                started_at=NOW - timedelta(minutes=3),
                status="running",
                counts=Counts(unchanged=done),
                expected=expected,
                seconds_left=240 if expected else None,
            )
            tx.put(schema.RUNS, run)
        for entry in list(tx.all(schema.OUTBOX)):
            tx.put(schema.OUTBOX, entry.but(state="in_flight"))
    return made


def failing(tmp_path: Path) -> PotteryServices:
    """Return a business where every shop took its access back and nothing gets through."""
    made = pottery(tmp_path)
    with made.workspace.store.transaction() as tx:
        for id_ in (ETSY, FAIR):
            shop = tx.get(schema.INTEGRATIONS, id_)
            assert shop is not None
            tx.put(
                schema.INTEGRATIONS,
                shop.but(status="needs_reauth", status_reason="The shop took back our access."),
            )
        for entry in list(tx.all(schema.OUTBOX)):
            tx.put(
                schema.OUTBOX,
                entry.but(state="dead", attempts=8, reason="The shop did not answer, 8 times."),
            )
        for run in list(tx.all(schema.RUNS)):
            tx.put(schema.RUNS, run.but(status="failed", reason="The shop took back our access."))
    return made


STATES: Mapping[str, Callable[[Path], PotteryServices]] = {
    "empty": empty,
    "normal": normal,
    "busy": busy,
    "failing": failing,
}
