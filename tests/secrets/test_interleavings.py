"""A reconnect beside a refreshing daemon, in every order their steps can fall.

Both sides run the real code over one secrets file and one store, each in a thread of its own.
Before every step that others could see (a read, a write, the lease, the call to the shop) a
thread stops and waits for its turn, so that an order of steps can be replayed exactly.
"""

from __future__ import annotations

import asyncio
import random
import threading
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, cast

from tuisync.core.actions.organization import init_organization
from tuisync.core.connecting import add_integration, reconnect
from tuisync.core.errors import AuthorizationRequired, TransientError
from tuisync.core.models import Integration
from tuisync.core.plugins.connections import Connections
from tuisync.core.plugins.host import PluginHost
from tuisync.core.remote import Tokens
from tuisync.core.secrets import Secrets, StoredCredentials
from tuisync.core.services import Services
from tuisync.core.store import schema
from tuisync.core.store.memory import MemoryLease, MemoryStore
from tuisync.core.store.port import Transaction
from tuisync.core.sync.lines import fall_asleep
from tuisync.core.workspace import Workspace
from tuisync.testing import FakeMarketplace, FakePrompt, FakeSession, ManualClock

ETSY = "fake:100"
INTERLEAVINGS = 200
_PATIENCE = 20.0
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


class Turns:
    """Lets one of two threads go on at a time, in an order drawn from a seed."""

    def __init__(self, seed: int) -> None:
        self.order: list[str] = []
        self._random = random.Random(seed)  # noqa: S311  # an order to replay, no secret
        self._waiting: set[str] = set()
        self._alive = {"daemon", "user"}
        self._turn: str | None = None
        self._changed = threading.Condition()

    def step(self) -> None:
        """Wait for this thread's turn."""
        me = threading.current_thread().name
        with self._changed:
            if me not in self._alive:
                return
            self._waiting.add(me)
            self._pass_on()
            if not self._changed.wait_for(lambda: self._turn == me, _PATIENCE):
                raise TimeoutError(f"{me} never got its turn after {self.order}")
            self._turn = None
            self._waiting.discard(me)
            self.order.append(me)

    def leave(self) -> None:
        """Take this thread out of the order."""
        with self._changed:
            self._alive.discard(threading.current_thread().name)
            self._pass_on()

    def _pass_on(self) -> None:
        if self._turn is None and self._waiting == self._alive and self._alive:
            self._turn = self._random.choice(sorted(self._waiting))
            self._changed.notify_all()


class SteppedSecrets(Secrets):
    """The secrets file, a step at a time."""

    def __init__(self, path: Path, turns: Turns) -> None:
        super().__init__(path)
        self.turns = turns

    def tokens(self, integration_id: str) -> tuple[int, Tokens] | None:
        self.turns.step()
        return super().tokens(integration_id)

    def reserve(self, integration_id: str) -> None:
        self.turns.step()
        super().reserve(integration_id)

    def note_asked(self, integration_id: str, now: datetime) -> None:
        self.turns.step()
        super().note_asked(integration_id, now)

    def store_tokens(
        self, integration_id: str, tokens: Tokens, expected_generation: int | None
    ) -> int | None:
        self.turns.step()
        return super().store_tokens(integration_id, tokens, expected_generation)


class SteppedStore(MemoryStore):
    """A store, a step at a time.

    Attributes:
        stuck: The user never gets the lease, as if a daemon hung while it held it.
    """

    turns: Turns | None = None
    stuck = False

    def lease(self, name: str, holder: str = "") -> MemoryLease | None:
        if self.stuck and threading.current_thread().name == "user":
            return None
        self._step()
        return super().lease(name, holder)

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        self._step()
        with super().transaction() as tx:
            yield tx

    def _step(self) -> None:
        if self.turns is not None:
            self.turns.step()


class Shop:
    """The token endpoint: each refresh token serves once, and a new consent ends the others."""

    def __init__(self, turns: Turns, *, consent_ends_others: bool) -> None:
        self.turns = turns
        self.good = {"first"}
        self.number = 0
        self.strict = consent_ends_others
        self.lock = threading.Lock()

    def consent(self) -> Tokens:
        """Sign in anew."""
        with self.lock:
            if self.strict:
                self.good.clear()
            self.good.add("consent")
        return pair("consent")

    async def exchange(self, held: Tokens) -> Tokens:
        """Trade a pair for a new one."""
        self.turns.step()
        with self.lock:
            if held.refresh not in self.good:
                raise AuthorizationRequired("refresh_token is revoked")
            self.good.discard(held.refresh)
            self.number += 1
            fresh = f"{held.refresh}+{self.number}"
            self.good.add(fresh)
        self.turns.step()  # between receiving and storing
        return pair(fresh)


def pair(refresh: str) -> Tokens:
    """Return a pair by its refresh token."""
    return Tokens(access=f"a-{refresh}", refresh=refresh, expires_at=NOW + timedelta(hours=1))


class World:
    """One integration, a daemon that refreshes its tokens and a user who signs in again."""

    def __init__(self, path: Path, seed: int) -> None:
        self.turns = Turns(seed)
        self.store = SteppedStore()
        self.store.stuck = seed % 4 > 1
        fake = FakeMarketplace(clock=ManualClock())
        host = PluginHost.of(fake=fake)
        self.workspace = Workspace(self.store, host, fake.clock)
        init_organization(self.workspace, currency="USD")
        account = fake.sign_in().account
        self.integration: Integration = add_integration(
            self.workspace, "fake", account, {}, sync=False
        )
        Secrets(path).store_tokens(ETSY, pair("first"), None)
        self.secrets = SteppedSecrets(path, self.turns)
        self.host = host
        self.shop = Shop(self.turns, consent_ends_others=bool(seed % 2))
        self.prompt = FakePrompt(fake.identity)
        self.fake = fake
        self.shops = Connections(host, self.secrets, self.store)

    async def daemon(self) -> None:
        """Find the access token refused, refresh, and again; fall asleep if that is refused."""
        for _ in range(3):
            credentials = StoredCredentials(ETSY, self.secrets, self.store, sleep=self._nap)
            try:
                await credentials.refresh(await credentials.current(), self.shop.exchange)
            except AuthorizationRequired as error:
                error.generation = credentials.generation
                self.turns.step()
                fall_asleep(self.shops, self.workspace, self.integration, error)
            except TransientError:
                continue

    async def user(self) -> None:
        """Sign in again, as `tuisync reconnect` does, after a while at the consent page."""
        for _ in range(6):
            self.turns.step()
        issued = self.fake.identity.issue
        self.fake.identity.issue = lambda user: self._consented(issued(user))  # type: ignore[method-assign]  # our tokens
        await reconnect(cast("Services", _Desk(self)), "fake", self.prompt, sleep=self._nap)

    def _consented(self, _of_the_fake: Tokens) -> Tokens:
        return self.shop.consent()

    async def _nap(self, _seconds: float) -> None:
        if not self.store.stuck:
            self.turns.step()

    def run(self) -> None:
        """Let both work until they are done."""
        faults: list[BaseException] = []

        def thread(work: Callable[[], Awaitable[None]]) -> None:
            try:
                asyncio.run(self._inline(work))
            except BaseException as fault:  # noqa: BLE001  # told by the test's own thread
                faults.append(fault)
            finally:
                self.turns.leave()

        self.store.turns = self.turns
        threads = [
            threading.Thread(target=thread, args=(work,), name=name)
            for name, work in (("daemon", self.daemon), ("user", self.user))
        ]
        for each in threads:
            each.start()
        for each in threads:
            each.join(_PATIENCE)
        if faults:
            raise faults[0]

    @staticmethod
    async def _inline(work: Callable[[], Awaitable[None]]) -> None:
        """Run with `to_thread` doing its work at once, in this thread, where the steps are."""
        asyncio.get_running_loop().set_default_executor(_Inline(1))
        await work()


class _Inline(ThreadPoolExecutor):
    """Does its work at once, in the thread that asks."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001  # the future's
            future.set_exception(error)
        return future


class _Desk:
    """The services a sign-in needs."""

    def __init__(self, world: World) -> None:
        self.workspace = world.workspace
        self.secrets = world.secrets
        self.host = world.host
        self.shops = world.shops

    def sign_in_session(self, marketplace: object, options: object) -> object:
        del marketplace, options
        return nullcontext(FakeSession())


def test_e11_in_200_orders_of_steps_the_newer_pair_stays(tmp_path: Path) -> None:
    seen: set[tuple[str, ...]] = set()
    for seed in count():
        path = tmp_path / f"secrets-{seed}.json"
        world = World(path, seed)

        world.run()

        order = world.turns.order
        stored = Secrets(path).tokens(ETSY)
        assert stored is not None
        assert stored[1].refresh.startswith("consent"), order
        assert stored[1].refresh in world.shop.good, order
        shop = world.store.get(schema.INTEGRATIONS, ETSY)
        assert shop is not None
        assert shop.status == "active", order
        assert world.store.holder(f"credentials:{ETSY}") is None
        seen.add(tuple(order))
        if len(seen) == INTERLEAVINGS:
            return
