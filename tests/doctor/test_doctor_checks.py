"""The doctor finds each fault, names it, and finds none where there is none."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from terminal import Terminal
from tuisync.core.doctor import ledger, machine, shops
from tuisync.core.doctor.examine import examine
from tuisync.core.home import Home
from tuisync.core.models import OutboxEntry
from tuisync.core.plugins.host import PluginHost
from tuisync.core.store import schema
from tuisync.core.store.memory import MemoryStore
from tuisync.core.store.port import Reader, Transaction
from tuisync.core.views.objects import CheckView
from tuisync.core.views.status import ENGINE


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    """Somebody with stock, an open order and a push that is owed."""
    found = Terminal(tmp_path / "home")
    mug = found.stocked()
    found.shop.sell(mug, 2)
    found.ok("sync", "--no-push")
    found.ok("items", "adjust", "MUG", "--by", "-1", "--reason", "broken")
    return found


def copied(terminal: Terminal) -> MemoryStore:
    """Return a copy of the data that may be spoilt."""
    services, copy = terminal.open(), MemoryStore()
    with copy.transaction() as tx:
        for collection in schema.COLLECTIONS:
            for document in services.workspace.store.all(collection):
                tx.put(collection, document)
    services.close()
    return copy


class Fault(NamedTuple):
    """A way to spoil the data, who finds it, and a word of what they say."""

    check: Callable[[Reader], CheckView]
    spoil: Callable[[Transaction], None]
    word: str


def lose_a_unit(tx: Transaction) -> None:
    balance = next(tx.all(schema.BALANCES))
    tx.put(schema.BALANCES, balance.but(on_hand=balance.on_hand - 1))


def lose_a_balance(tx: Transaction) -> None:
    tx.delete(schema.BALANCES, next(tx.all(schema.BALANCES)).id)


def promise_a_unit(tx: Transaction) -> None:
    commitment = next(tx.all(schema.COMMITMENTS))
    tx.put(schema.COMMITMENTS, commitment.but(quantity=commitment.quantity + 1))


def cancel_only_the_order(tx: Transaction) -> None:
    tx.put(schema.ORDERS, next(tx.all(schema.ORDERS)).but(cancelled=True))


def ship_only_the_order(tx: Transaction) -> None:
    tx.put(schema.ORDERS, next(tx.all(schema.ORDERS)).but(fulfilment="shipped"))


def lose_the_order(tx: Transaction) -> None:
    tx.delete(schema.ORDERS, next(tx.all(schema.ORDERS)).id)


def lose_the_lines(tx: Transaction) -> None:
    tx.put(schema.ORDERS, next(tx.all(schema.ORDERS)).but(lines=()))


def rename_a_line(tx: Transaction) -> None:
    order = next(tx.all(schema.ORDERS))
    commitment = next(tx.all(schema.COMMITMENTS))
    tx.put(schema.COMMITMENTS, commitment.but(line="another"))
    assert order.lines[0].id != "another"


def owe_twice(tx: Transaction) -> None:
    entry: OutboxEntry = next(tx.all(schema.OUTBOX)).but(state="queued")
    tx.put(schema.OUTBOX, entry)
    tx.put(schema.OUTBOX, entry.but(id="another"))


def retire_what_is_sold(tx: Transaction) -> None:
    item = next(tx.all(schema.ITEMS))
    tx.put(schema.ITEMS, item.but(retired_at=datetime(2024, 3, 1, tzinfo=UTC)))


def retire_what_is_linked(tx: Transaction) -> None:
    retire_what_is_sold(tx)
    for balance in list(tx.all(schema.BALANCES)):
        tx.put(schema.BALANCES, balance.but(on_hand=0, committed=0))


FAULTS = [
    Fault(ledger.on_hand, lose_a_unit, "MUG: 8 kept, 9 moved"),
    Fault(ledger.on_hand, lose_a_balance, "MUG: 0 kept, 9 moved"),
    Fault(ledger.committed, promise_a_unit, "MUG: 2 kept, 3 open"),
    Fault(ledger.commitments, cancel_only_the_order, "is void and reserves"),
    Fault(ledger.commitments, ship_only_the_order, "is fulfilled and reserves"),
    Fault(ledger.commitments, lose_the_order, "is not there"),
    Fault(ledger.order_lines, lose_the_lines, "has no lines"),
    Fault(ledger.order_lines, rename_a_line, "lacks a line"),
    Fault(ledger.outbox, owe_twice, "is owed 2 pushes"),
    Fault(ledger.retired, retire_what_is_sold, "MUG is retired and has stock; MUG is retired and"),
    Fault(ledger.retired, retire_what_is_linked, "MUG is retired and is linked"),
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.spoil.__name__)
def test_a_fault_is_found_and_named(terminal: Terminal, fault: Fault) -> None:
    store = copied(terminal)
    assert fault.check(store).ok

    with store.transaction() as tx:
        fault.spoil(tx)

    found = fault.check(store)
    assert not found.ok
    assert fault.word in found.message


def test_all_is_well_in_a_home_that_is_used(terminal: Terminal) -> None:
    services = terminal.open()

    found = examine(services)

    assert [each for each in found if not each.ok] == []
    assert len({each.check for each in found}) == len(found) == 13
    services.close()


def test_a_file_that_others_can_read_is_found(terminal: Terminal) -> None:
    home = Home.at(terminal.home)
    assert machine.permissions(home).ok

    for path in (home.secrets_file, next(home.data.glob("journal-*")), terminal.home):
        before = path.stat().st_mode
        path.chmod(0o755)
        found = machine.permissions(home)
        assert not found.ok
        assert str(path) in found.message
        path.chmod(before)
    assert machine.permissions(home).ok


def test_a_disk_that_fills_up_is_found(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    services = terminal.open()
    assert machine.space(services.home, services.workspace.store).ok

    monkeypatch.setattr(machine, "LEAST_FREE", 1 << 60)

    found = machine.space(services.home, services.workspace.store)
    assert not found.ok
    assert "MB should be" in found.message
    services.close()


def test_a_journal_that_nobody_tidies_up_is_found(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    services = terminal.open()
    assert machine.journal(services.home, services.workspace.store).ok

    monkeypatch.setattr(machine, "LONGEST_JOURNAL", 1)

    found = machine.journal(services.home, services.workspace.store)
    assert not found.ok
    assert "tidied up" in found.message
    services.close()


def test_a_plug_in_that_is_gone_or_broken_is_found(terminal: Terminal) -> None:
    store = copied(terminal)
    assert shops.plugins(terminal.host, store).ok

    gone = shops.plugins(PluginHost.of(), store)
    assert (gone.ok, gone.message) == (False, "fake needs the plug-in `fake`")
    broken = shops.plugins(PluginHost.of(fake=terminal.fake, odd=object()), store)
    assert not broken.ok
    assert broken.message.startswith("odd: ")


def test_a_sign_in_that_is_gone_is_found_and_none_is_shown(terminal: Terminal) -> None:
    services = terminal.open()
    store = services.workspace.store
    held = services.secrets.tokens("fake:100")
    assert held is not None
    fine = shops.sign_ins(services.secrets, store)
    assert fine.ok
    assert held[1].access not in fine.message

    services.secrets.forget("fake:100")

    found = shops.sign_ins(services.secrets, store)
    assert not found.ok
    assert "tuisync reconnect fake" in found.message
    with store.transaction() as tx:
        [integration] = tx.all(schema.INTEGRATIONS)
        tx.put(schema.INTEGRATIONS, integration.but(status="needs_reauth"))
    assert shops.sign_ins(services.secrets, store).ok, "it is known to need one"
    services.close()


def test_damaged_secrets_are_found_and_not_shown(terminal: Terminal) -> None:
    services = terminal.open()
    services.home.secrets_file.write_text('{"version": 1, "integrations": {"planted-secret"')

    found = shops.sign_ins(services.secrets, services.workspace.store)

    assert not found.ok
    assert "planted-secret" not in found.message
    services.close()


def test_an_engine_that_does_not_answer_is_found() -> None:
    at = datetime(2024, 3, 1, 9, tzinfo=UTC)
    store = MemoryStore(clock=lambda: at)
    assert shops.engine(store, at).message == "None is running just now."
    store.lease(ENGINE, "daemon")

    assert shops.engine(store, at).ok
    found = shops.engine(store, at.replace(minute=1))
    assert not found.ok
    assert "does not answer" in found.message
