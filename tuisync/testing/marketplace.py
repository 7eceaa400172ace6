"""A marketplace in memory, as a plug-in: all seven hooks, with shops, users and faults.

    fake = FakeMarketplace(clock=clock)
    mug = fake.shop.list_item("Blue mug", 5, sku="MUG")
    host = PluginHost.of(fake=fake)
    fake.shop.sell(mug.remote_id)

What buyers and the seller do is on `FakeShop`; what shall go wrong is asked for here.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import repeat

from tuisync.core.clock import Clock, system_clock
from tuisync.core.errors import BadKey, NoOwnedShop, OutcomeUnknown, PermanentError
from tuisync.core.hookspecs import hookimpl
from tuisync.core.remote import (
    Account,
    Authorization,
    Capabilities,
    Carrier,
    FetchRequest,
    ItemsPage,
    Marketplace,
    Option,
    OrdersPage,
    ShipmentNotice,
    ShipmentResult,
    StockChange,
    StockResult,
)
from tuisync.core.session import Prompt, Session
from tuisync.testing.faults import Faults
from tuisync.testing.identity import Identity
from tuisync.testing.pushing import check_stock, look_up_shipment, send_shipment, write_stock
from tuisync.testing.shop import FakeShop
from tuisync.testing.walk import walk_listings, walk_orders

CARRIERS = (
    Carrier(code="dhl", title="DHL"),
    Carrier(code="ups", title="UPS"),
    Carrier(code="other", title="Other"),
)

Request = FetchRequest | StockChange | ShipmentNotice | None


@dataclass(frozen=True)
class Call:
    """One call of a hook, as the shop saw it.

    Attributes:
        shop_id: The shop it was for; None for a sign-in.
    """

    hook: str
    request: Request
    shop_id: str | None
    at: datetime


class FakeMarketplace:
    """A marketplace plug-in with one shop to begin with.

    Args:
        name: Its entry-point name.
        clock: The shop's clock.
        currency: Of the first shop.
        capabilities: What it can do; everything, if not given.
        page_size: Records on a page.
        options: What it asks for before a sign-in. An option `api_key` must be `api_key`.

    Attributes:
        shops: Per shop id; `shop` is the first.
        identity: Who signs in and which tokens are good.
        calls: Every hook call, oldest first.
        api_key: The value its option of that name must have.
    """

    def __init__(
        self,
        name: str = "fake",
        *,
        clock: Clock = system_clock,
        currency: str = "USD",
        capabilities: Capabilities | None = None,
        page_size: int = 25,
        options: tuple[Option, ...] = (),
    ) -> None:
        self.name = name
        self.clock = clock
        self.capabilities = capabilities or Capabilities(carriers=CARRIERS)
        self.page_size = page_size
        self.options = options
        self.api_key = "fake-api-key"
        self.identity = Identity(clock, seller="user-1")
        self.calls: list[Call] = []
        self.shops: dict[str, FakeShop] = {}
        self.shop = self.add_shop("100", currency=currency)
        self._faults = Faults()

    def add_shop(
        self, shop_id: str, *, owner: str = "user-1", currency: str = "USD", name: str = ""
    ) -> FakeShop:
        """Open another shop, owned by that user."""
        self.shops[shop_id] = FakeShop(
            shop_id,
            clock=self.clock,
            owner=owner,
            name=name,
            currency=currency,
            zero_stock=self.capabilities.zero_stock,
        )
        return self.shops[shop_id]

    def sign_in(self, user: str | None = None) -> Authorization:
        """Return what a sign-in of that user (or the seller) gives, without any prompt.

        Raises:
            NoOwnedShop: The user owns none.
        """
        user = user or self.identity.seller
        account = self._account(user)
        return Authorization(tokens=self.identity.issue(user), account=account)

    def calls_of(self, hook: str) -> list[Call]:
        """Return the calls of one hook, oldest first."""
        return [call for call in self.calls if call.hook == hook]

    # What shall go wrong

    def raises(
        self, hook: str, error: Exception, *, times: int = 1, after_pages: int | None = None
    ) -> None:
        """Make the next calls of a hook fail: at once, or in place of a later page."""
        queue = (
            self._faults.before[hook]
            if after_pages is None
            else self._faults.at_page[hook, after_pages]
        )
        queue.extend(repeat(error, times))

    def drops_answer(self, hook: str, *, times: int = 1) -> None:
        """Make the next pushes do their work and lose the answer."""
        lost = OutcomeUnknown("The answer was lost.")
        self._faults.after[hook].extend(repeat(lost, times))

    def meanwhile(self, hook: str, action: Callable[[], object]) -> None:
        """Let others act between the next push's read and its write."""
        self._faults.meanwhile[hook].append(action)

    def hangs(self, hook: str) -> None:
        """Make a hook never return."""
        self._faults.hanging.add(hook)

    # The plug-in's side

    @hookimpl
    def marketplace(self) -> Marketplace:
        """Describe the marketplace."""
        return Marketplace(
            id=self.name,
            title=f"{self.name.capitalize()} Market",
            options=self.options,
            capabilities=self.capabilities,
            setup_steps=("Nothing to do.",),
        )

    @hookimpl
    async def authorize(self, session: Session, prompt: Prompt) -> Authorization:
        """Sign the seller in through the prompt."""
        await self._start("authorize", None, None)
        if session.options.get("api_key", self.api_key) != self.api_key:
            raise BadKey("The API key is not known.")
        state = f"state-{len(self.calls)}"
        answer = await prompt.visit(self.identity.consent_url(state, prompt.redirect_uri))
        user, tokens = self.identity.redeem(answer, state)
        return Authorization(tokens=tokens, account=self._account(user))

    @hookimpl
    async def renew(self, session: Session) -> None:
        """Trade the tokens for new ones."""
        shop_id = session.account.shop_id if session.account else None
        await self._start("renew", None, shop_id)
        held = await session.credentials.current()
        await session.credentials.refresh(held, self.identity.exchange)

    @hookimpl
    async def fetch_items(
        self, session: Session, request: FetchRequest
    ) -> AsyncIterator[ItemsPage]:
        """Yield listings."""
        shop = await self._enter("fetch_items", session, request)
        for number, leg in enumerate(walk_listings(shop, request, self.page_size)):
            self._faults.page("fetch_items", number)
            yield ItemsPage(
                records=leg.records,
                served_at=self.clock(),
                cursor=leg.cursor,
                expected=leg.expected,
                gone=leg.gone,
                on_vacation=shop.on_vacation,
            )

    @hookimpl
    async def fetch_orders(
        self, session: Session, request: FetchRequest
    ) -> AsyncIterator[OrdersPage]:
        """Yield orders."""
        shop = await self._enter("fetch_orders", session, request)
        for number, leg in enumerate(walk_orders(shop, request, self.page_size)):
            self._faults.page("fetch_orders", number)
            yield OrdersPage(
                records=leg.records,
                served_at=self.clock(),
                cursor=leg.cursor,
                expected=leg.expected,
                gone=leg.gone,
            )

    @hookimpl
    async def push_stock(self, session: Session, change: StockChange) -> StockResult:
        """Set one listing's numbers."""
        shop = await self._enter("push_stock", session, change)
        check_stock(shop, change, self.capabilities)
        self._faults.between("push_stock")
        result = write_stock(shop, change, self.capabilities)
        self._faults.end("push_stock")
        return result

    @hookimpl
    async def push_shipment(self, session: Session, shipment: ShipmentNotice) -> ShipmentResult:
        """Mark an order as shipped, once."""
        shop = await self._enter("push_shipment", session, shipment)
        result = look_up_shipment(shop, shipment, self.capabilities)
        self._faults.between("push_shipment")
        result = result or send_shipment(shop, shipment)
        self._faults.end("push_shipment")
        return result

    async def _enter(self, hook: str, session: Session, request: Request) -> FakeShop:
        """Log the call, let the asked-for fault happen, and let the right user in."""
        shop_id = session.account.shop_id if session.account else ""
        await self._start(hook, request, shop_id)
        user = await self._user(session)
        shop = self.shops.get(shop_id)
        if shop is None or shop.owner != user:
            raise PermanentError(f"{user} does not own the shop {shop_id!r}.")
        return shop

    async def _start(self, hook: str, request: Request, shop_id: str | None) -> None:
        self.calls.append(Call(hook, request, shop_id, self.clock()))
        await self._faults.start(hook)

    async def _user(self, session: Session) -> str:
        tokens = await session.credentials.current()
        user = self.identity.user_of(tokens)
        if user is None:
            fresh = await session.credentials.refresh(tokens, self.identity.exchange)
            user = self.identity.user_of(fresh)
        return user or "nobody"

    def _account(self, user: str) -> Account:
        for shop in self.shops.values():
            if shop.owner == user:
                return Account(
                    account_id=user,
                    shop_id=shop.shop_id,
                    shop_name=shop.name,
                    currency=shop.currency,
                )
        raise NoOwnedShop(f"{user} owns no shop here.")
