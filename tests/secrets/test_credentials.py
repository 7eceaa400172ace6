from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from manual_time import ManualTime
from tuisync.core.errors import (
    AuthorizationRequired,
    PluginContractError,
    RateLimited,
    TransientError,
)
from tuisync.core.remote import Tokens
from tuisync.core.secrets import Secrets, StoredCredentials
from tuisync.core.secrets.credentials import LEASE_WAIT, held_credentials
from tuisync.testing import ManualClock

ETSY = "etsy:100"
OLD = Tokens(
    access="42.access-old",
    refresh="42.refresh-old",
    expires_at=datetime(2024, 3, 1, 10, 0, tzinfo=UTC),
)
NEW = Tokens(
    access="42.access-new",
    refresh="42.refresh-new",
    expires_at=datetime(2024, 3, 1, 11, 0, tzinfo=UTC),
)


@dataclass
class HeldLease:
    held: set[str]
    name: str

    def beat(self) -> None: ...

    def release(self) -> None:
        self.held.discard(self.name)


@dataclass
class MemoryLeases:
    """Leases as a store gives them, in memory."""

    held: set[str] = field(default_factory=set)

    def lease(self, name: str, holder: str = "") -> HeldLease | None:
        if name in self.held:
            return None
        self.held.add(name)
        return HeldLease(self.held, name)


@dataclass
class Shop:
    """Trades pairs: the refresh token serves once."""

    calls: list[Tokens] = field(default_factory=list)
    meanwhile: Callable[[], object] | None = None
    answer: Tokens | Exception = NEW

    async def exchange(self, tokens: Tokens) -> Tokens:
        self.calls.append(tokens)
        await asyncio.sleep(0)
        if self.meanwhile:
            self.meanwhile()
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture
def secrets(tmp_path: Path) -> Secrets:
    secrets = Secrets(tmp_path / "secrets.json")
    secrets.store_tokens(ETSY, OLD, None)
    return secrets


@pytest.fixture
def leases() -> MemoryLeases:
    return MemoryLeases()


@pytest.fixture
def credentials(secrets: Secrets, leases: MemoryLeases) -> StoredCredentials:
    return StoredCredentials(ETSY, secrets, leases)


async def test_the_current_pair_is_the_stored_one(credentials: StoredCredentials) -> None:
    assert await credentials.current() == OLD
    assert credentials.generation == 1


async def test_without_a_pair_a_sign_in_is_needed(tmp_path: Path, leases: MemoryLeases) -> None:
    empty = StoredCredentials(ETSY, Secrets(tmp_path / "none.json"), leases)

    with pytest.raises(AuthorizationRequired):
        await empty.current()
    with pytest.raises(AuthorizationRequired):
        await empty.refresh(OLD, Shop().exchange)


async def test_a_new_pair_is_stored_before_it_is_returned(
    credentials: StoredCredentials, secrets: Secrets, leases: MemoryLeases
) -> None:
    shop = Shop()

    assert await credentials.refresh(OLD, shop.exchange) == NEW

    assert secrets.tokens(ETSY) == (2, NEW)
    assert shop.calls == [OLD]
    assert leases.held == set()


async def test_twenty_callers_cause_one_exchange(
    secrets: Secrets, leases: MemoryLeases, credentials: StoredCredentials
) -> None:
    shop = Shop()
    others = [StoredCredentials(ETSY, secrets, leases) for _ in range(10)]

    calls = [one.refresh(OLD, shop.exchange) for one in [credentials] * 10 + others]
    pairs = await asyncio.gather(*calls)

    assert pairs == [NEW] * 20
    assert len(shop.calls) == 1


async def test_callers_who_waited_together_share_a_failure(credentials: StoredCredentials) -> None:
    shop = Shop(answer=TransientError("The token endpoint answered 500."))

    outcomes = await asyncio.gather(
        *(credentials.refresh(OLD, shop.exchange) for _ in range(5)), return_exceptions=True
    )

    assert [type(outcome) for outcome in outcomes] == [TransientError] * 5
    assert len(shop.calls) == 1
    assert await credentials.current() == OLD


async def test_a_pair_another_process_stored_is_taken_without_an_exchange(
    credentials: StoredCredentials, secrets: Secrets
) -> None:
    shop = Shop()
    secrets.store_tokens(ETSY, NEW, None)

    assert await credentials.refresh(OLD, shop.exchange) == NEW
    assert shop.calls == []


async def test_a_refresh_elsewhere_is_waited_for(secrets: Secrets, leases: MemoryLeases) -> None:
    shop = Shop()
    theirs = leases.lease(f"credentials:{ETSY}")
    naps = 0

    async def sleep(seconds: float) -> None:
        nonlocal naps
        naps += 1
        if naps == 3:
            secrets.store_tokens(ETSY, NEW, None)

    waiting = StoredCredentials(ETSY, secrets, leases, sleep=sleep)

    assert theirs is not None
    assert await waiting.refresh(OLD, shop.exchange) == NEW
    assert shop.calls == []


async def test_a_lease_that_is_never_free_is_a_reason_to_try_later(
    secrets: Secrets, leases: MemoryLeases
) -> None:
    time = ManualTime()
    leases.lease(f"credentials:{ETSY}")
    waiting = StoredCredentials(ETSY, secrets, leases, sleep=time.sleep)

    with pytest.raises(TransientError):
        await waiting.refresh(OLD, Shop().exchange)

    assert LEASE_WAIT <= time.now < LEASE_WAIT + 1


async def test_a_dead_pair_needs_a_sign_in(
    credentials: StoredCredentials, secrets: Secrets, leases: MemoryLeases
) -> None:
    shop = Shop(answer=AuthorizationRequired("The refresh token is revoked."))

    with pytest.raises(AuthorizationRequired):
        await credentials.refresh(OLD, shop.exchange)

    assert secrets.generation(ETSY) == credentials.generation == 1
    assert leases.held == set()


async def test_a_sign_in_during_a_refused_refresh_counts(
    credentials: StoredCredentials, secrets: Secrets
) -> None:
    def reconnect() -> None:
        secrets.store_tokens(ETSY, NEW, None)

    shop = Shop(answer=AuthorizationRequired("Revoked."), meanwhile=reconnect)

    assert await credentials.refresh(OLD, shop.exchange) == NEW


async def test_a_sign_in_during_a_refresh_is_not_overwritten(
    credentials: StoredCredentials, secrets: Secrets
) -> None:
    signed_in = Tokens(access="7.access", refresh="7.refresh-x", expires_at=NEW.expires_at)
    shop = Shop(meanwhile=lambda: secrets.store_tokens(ETSY, signed_in, None))

    assert await credentials.refresh(OLD, shop.exchange) == signed_in
    assert secrets.tokens(ETSY) == (2, signed_in)


async def test_a_disconnect_during_a_refresh_stays_a_disconnect(
    credentials: StoredCredentials, secrets: Secrets
) -> None:
    shop = Shop(meanwhile=lambda: secrets.forget(ETSY))

    with pytest.raises(AuthorizationRequired):
        await credentials.refresh(OLD, shop.exchange)

    assert secrets.tokens(ETSY) is None


async def test_a_cancelled_caller_does_not_lose_the_new_pair(
    credentials: StoredCredentials, secrets: Secrets
) -> None:
    asked, answer = asyncio.Event(), asyncio.Event()

    async def exchange(tokens: Tokens) -> Tokens:
        asked.set()
        await answer.wait()
        return NEW

    caller = asyncio.create_task(credentials.refresh(OLD, exchange))
    await asked.wait()
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    answer.set()
    await credentials.settle()

    assert secrets.tokens(ETSY) == (2, NEW)


@pytest.mark.parametrize(
    "nonsense",
    [
        None,
        "token",
        Tokens(access="", refresh="r", expires_at=NEW.expires_at),
        Tokens(access="a\r\nx-evil: 1", refresh="r", expires_at=NEW.expires_at),
        Tokens(access="a", refresh=None, expires_at=NEW.expires_at),  # type: ignore[arg-type]  # what a careless plug-in does
        Tokens(access="a", refresh="r", expires_at=datetime(2024, 3, 1)),  # noqa: DTZ001  # as above
    ],
)
async def test_an_exchange_that_returns_nonsense_changes_nothing(
    nonsense: Tokens, credentials: StoredCredentials, secrets: Secrets, leases: MemoryLeases
) -> None:
    with pytest.raises(PluginContractError):
        await credentials.refresh(OLD, Shop(answer=nonsense).exchange)

    assert secrets.tokens(ETSY) == (1, OLD)
    assert leases.held == set()


async def test_no_room_means_no_exchange(
    credentials: StoredCredentials, secrets: Secrets, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = Shop()

    def full(integration_id: str) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(secrets, "reserve", full)

    with pytest.raises(OSError, match="disk full"):
        await credentials.refresh(OLD, shop.exchange)

    assert shop.calls == []


def test_the_repr_shows_no_token(credentials: StoredCredentials) -> None:
    assert repr(credentials) == "StoredCredentials('etsy:100')"


async def test_p11_after_a_failure_a_pair_is_asked_for_once_a_minute(
    secrets: Secrets, leases: MemoryLeases
) -> None:
    clock = ManualClock()
    shop = Shop(answer=TransientError("The token endpoint answered 500."))
    failures = 0

    for _ in range(10 * 60):
        # Another process each time, or the same one after a restart.
        caller = StoredCredentials(ETSY, secrets, leases, clock=clock)
        with pytest.raises(TransientError):
            await caller.refresh(OLD, shop.exchange)
        failures += 1
        clock.advance(seconds=1)

    assert (failures, len(shop.calls)) == (600, 10)


async def test_p11_who_comes_too_early_is_told_how_long_to_wait(
    secrets: Secrets, leases: MemoryLeases
) -> None:
    clock = ManualClock()
    credentials = StoredCredentials(ETSY, secrets, leases, clock=clock)
    with pytest.raises(TransientError):
        await credentials.refresh(OLD, Shop(answer=TransientError("500")).exchange)
    clock.advance(seconds=20)

    with pytest.raises(RateLimited) as told:
        await credentials.refresh(OLD, Shop().exchange)

    assert told.value.retry_after == 40
    assert leases.held == set()


async def test_p11_a_clock_that_is_set_back_does_not_keep_it_from_asking(
    secrets: Secrets, leases: MemoryLeases
) -> None:
    clock = ManualClock()
    secrets.note_asked(ETSY, clock() + timedelta(days=2))

    assert (
        await StoredCredentials(ETSY, secrets, leases, clock=clock).refresh(OLD, Shop().exchange)
        == NEW
    )
    assert secrets.asked_at(ETSY) is None


async def test_p11_a_sign_in_ends_the_wait(secrets: Secrets, leases: MemoryLeases) -> None:
    clock = ManualClock()
    credentials = StoredCredentials(ETSY, secrets, leases, clock=clock)
    with pytest.raises(AuthorizationRequired):
        await credentials.refresh(OLD, Shop(answer=AuthorizationRequired("Dead.")).exchange)
    secrets.store_tokens(ETSY, NEW, None)
    newest = msgspec.structs.replace(NEW, access="42.newest", refresh="42.newest")

    assert await credentials.refresh(NEW, Shop(answer=newest).exchange) == newest


async def test_a_renewal_that_hangs_is_not_waited_for_without_end(leases: MemoryLeases) -> None:
    time = ManualTime()
    leases.lease(f"credentials:{ETSY}")

    async with held_credentials(ETSY, leases, sleep=time.sleep):
        assert 30 <= time.now < 31

    assert leases.held == {f"credentials:{ETSY}"}
    leases.held.clear()
    async with held_credentials(ETSY, leases, sleep=time.sleep):
        assert leases.held == {f"credentials:{ETSY}"}
    assert leases.held == set()
