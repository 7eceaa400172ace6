"""The wizard itself: which page comes next, and what is done between them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, cast

from textual import on
from textual.containers import Container

from tuisync.core.errors import TuisyncError
from tuisync.core.models import ENDED, ORGANIZATION_ID, Integration
from tuisync.core.store import schema
from tuisync.core.views.history import run_view
from tuisync.core.views.organization import organization_view
from tuisync.screens.dialogs.confirm import Confirm
from tuisync.screens.setup.firstsync import FirstSyncPage, found_in
from tuisync.screens.setup.needs import needs_page
from tuisync.screens.setup.organization import change, create, organization_page
from tuisync.screens.setup.paged import Paged
from tuisync.screens.setup.pages import FieldsPage, Page, Values
from tuisync.screens.setup.signin import SignInPage
from tuisync.screens.setup.which import WhichPage, which_page
from tuisync.screens.verbs import verb
from tuisync.widgets.header import StatusLine
from tuisync.widgets.keybar import KeyBar
from tuisync.widgets.keys import key, keyed
from tuisync.widgets.steps import Steps
from tuisync.widgets.words import Words

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from tuisync.core.remote import Marketplace
    from tuisync.core.session import Prompt
    from tuisync.screens.services import Sandbox
    from tuisync.screens.shell import Shell

PACE = 0.8
"""Seconds each page stands still while the wizard fills itself in."""

_BUSINESS, _MARKETPLACE, _SIGN_IN, _FIRST_SYNC = range(4)
_STEPS = ("Your business", "The marketplace", "Sign in", "First sync")


class Setup(Paged):
    """From nothing to the first synced shop.

    Args:
        marketplace: The marketplace to connect; asked for when empty and several are installed.
        demo: Lets the wizard fill in its pages itself.
    """

    HELP = (
        "Connects a shop, page by page. Your business is stored when its page goes on; what the "
        "marketplace needs and the shop are stored once you have signed in."
    )

    def __init__(self, marketplace: str = "", *, demo: Sandbox | None = None) -> None:
        super().__init__()
        self.marketplace = demo.marketplace if demo else marketplace
        self.is_given = bool(self.marketplace)
        self.demo = demo
        self.options: dict[str, str] = {}
        self.step = 0
        self.page: Page | None = None
        self.has_set_up = False
        self.integration: Integration | None = None

    @property
    def shell(self) -> Shell:
        """The app."""
        return cast("Shell", self.app)

    def compose(self) -> ComposeResult:
        """Lay out the frame around the pages."""
        if self.shell.banner:
            yield Words(keyed(self.shell.banner), classes="banner")
        yield StatusLine()
        yield Steps(_STEPS)
        yield Container(id="page")
        yield KeyBar()

    def on_mount(self) -> None:
        """Begin with what is missing."""
        self.shell.dress(self)
        if self.shell.workspace.store.get(schema.ORGANIZATION, ORGANIZATION_ID) is None:
            self._turn(_BUSINESS, organization_page())
        else:
            self._choose_marketplace()

    @property
    def was_typed_into(self) -> bool:
        """Something on the page would be lost with it."""
        return any(page.was_typed_into for page in self.query(FieldsPage))

    @verb(
        "escape",
        "Not now",
        "setup: leave",
        "Leave the wizard; the first screen can start it again",
    )
    def action_leave(self) -> None:
        """Leave, what was set up stays; ask first where something typed would be lost."""
        if not self.was_typed_into:
            self._leave()
            return
        text = "What you typed on this page is not kept. What was set up before stays."
        self.app.push_screen(
            Confirm("Leave the setup?", text, yes="Leave", no="Stay"),
            lambda sure: self._leave() if sure else None,
        )

    def why_not(self, action: str) -> str:
        """Say why one cannot turn back."""
        if action != "back":
            return ""
        if self.integration is not None:
            return "The shop is connected; its settings are in its details."
        return "" if self._before else "This is the first page."

    @property
    def _before(self) -> Callable[[], None] | None:
        """What leads to the page before this one; None at the first."""
        if self.step == _SIGN_IN and self._asks:
            return self._ask_options
        if self.step != _BUSINESS and self._chooses and not isinstance(self.page, WhichPage):
            return self._ask_which
        return self._ask_business if self.step != _BUSINESS and self.has_set_up else None

    @verb("ctrl+o", "Back", "setup: back", "To the page before; what it asked can be changed")
    def action_back(self) -> None:
        """Show the page before this one, filled in."""
        if self.page is not None:
            self.workers.cancel_node(self.page)
        self._remember()
        if before := self._before:
            before()

    def _ask_business(self) -> None:
        self._turn(_BUSINESS, organization_page(organization_view(self.shell.workspace.store)))

    def _remember(self) -> None:
        """Keep what the marketplace's page holds: in memory alone, secrets are among it."""
        if self.step == _MARKETPLACE and isinstance(self.page, FieldsPage):
            self.shell.given[self.marketplace] = self.page.values

    def _leave(self) -> None:
        self.workers.cancel_node(self)
        self.dismiss()

    def refuse(self, reason: str) -> None:
        """Say why something cannot be done now."""
        self.shell.say(reason, "warning")

    # -- pages ----------------------------------------------------------------------------

    def _turn(self, step: int, page: Page) -> None:
        self.step = self.query_one(Steps).current = step
        self.page = page
        self.run_worker(self._show(page), group="page", exclusive=True)

    async def _show(self, page: Page) -> None:
        holder = self.query_one("#page", Container)
        await holder.remove_children()
        await holder.mount(page)
        page.begin()
        if self.demo and isinstance(page, FieldsPage):
            self.run_worker(self._play(self.demo, page), group="demo", exclusive=True)

    async def _play(self, demo: Sandbox, page: FieldsPage) -> None:
        """Fill a page in slowly enough to be followed, then go on."""
        await asyncio.sleep(PACE)
        page.fill({"name": "The sandbox", "currency": demo.currency, **demo.options})
        await asyncio.sleep(PACE)
        page.action_go_on()

    @on(Page.Done)
    def _page_done(self, message: Page.Done) -> None:
        message.stop()
        if self.step == _BUSINESS:
            self._set_up(self.query_one(Page), message.values)
        elif isinstance(self.page, WhichPage):
            self._prepare(message.values["marketplace"])
        elif self.step == _MARKETPLACE:
            self.options = self.shell.given[self.marketplace] = message.values
            self._sign_in()
        else:
            self._finish()

    def _set_up(self, page: Page, values: Values) -> None:
        do = change if self.has_set_up else create

        async def make() -> None:
            try:
                await asyncio.to_thread(do, self.shell.workspace, values)
            except TuisyncError as error:
                page.complain(error.message, self.shell.hint(error.hint))
                return
            self.has_set_up = True
            self.shell.stir()
            self._choose_marketplace()

        self.run_worker(make(), exit_on_error=False)

    # -- the marketplace ------------------------------------------------------------------

    @property
    def _chooses(self) -> bool:
        """There is more than one marketplace to choose from, and none was named."""
        return not self.is_given and len(self._names) > 1

    @property
    def _names(self) -> list[str]:
        return list(self.shell.services.host.names())

    def _choose_marketplace(self) -> None:
        if self._chooses:
            self._ask_which()
        elif self.marketplace or self._names:
            self._prepare(self.marketplace or self._names[0])
        else:
            self.refuse("No marketplace is installed: `pip install tuisync-etsy` adds Etsy.")
            self.dismiss()

    def _ask_which(self) -> None:
        page = which_page(self.shell.workspace, self._names, self.marketplace)
        self._turn(_MARKETPLACE, page)

    def _prepare(self, name: str) -> None:
        self.marketplace, self.options = name, {}
        try:
            asks = self._asks
        except TuisyncError as error:
            self._broken(error)
            return
        if asks:
            self._ask_options()
        else:
            self._sign_in()

    def _broken(self, error: TuisyncError) -> None:
        """Say what is wrong with a marketplace; where there are others, one can choose again."""
        if isinstance(self.page, WhichPage):
            self.page.complain(error.message, self.shell.hint(error.hint))
            return
        self.shell.report(error)
        self.dismiss()

    def _ask_options(self) -> None:
        given = self.shell.given.get(self.marketplace, {})
        self._turn(_MARKETPLACE, needs_page(self._described, given))

    @property
    def _asks(self) -> bool:
        """The marketplace needs something before one can sign in."""
        return bool(self._described.options or self._described.setup_steps)

    @property
    def _described(self) -> Marketplace:
        return self.shell.workspace.marketplaces.describe(self.marketplace)

    # -- signing in -----------------------------------------------------------------------

    def _sign_in(self) -> None:
        sign_ins, name, options = self.shell.sign_ins, self.marketplace, self.options

        def sign_in(prompt: Prompt) -> Awaitable[Integration]:
            return sign_ins.connect(name, options, prompt)

        described = self._described
        make_prompt = partial(sign_ins.prompt, described)
        clock = self.shell.workspace.clock
        back = f"{key('setup.back')} goes back to what {described.title} needs."
        page = SignInPage(described.title, make_prompt, sign_in, clock, back if self._asks else "")
        self._turn(_SIGN_IN, page)

    @on(SignInPage.Announced)
    def _announced(self, message: SignInPage.Announced) -> None:
        if self.demo:
            self.shell.carry_out(_consent(self.demo, message.url))

    @on(SignInPage.SignedIn)
    def _signed_in(self, message: SignInPage.SignedIn) -> None:
        message.stop()
        self.integration = message.integration
        self.shell.given.pop(self.marketplace, None)
        self.shell.stir()
        page = FirstSyncPage(message.integration)
        self._turn(_FIRST_SYNC, page)
        self.set_interval(0.2, partial(self._progress, page))

    # -- the first sync -------------------------------------------------------------------

    def _progress(self, page: FirstSyncPage) -> None:
        if not page.is_mounted or self.integration is None:
            return
        store = self.shell.workspace.store
        runs = [
            run_view(store, run)
            for run in store.find(schema.RUNS, "integration", self.integration.id)
        ]
        page.show(runs)
        if runs and all(run.status in ENDED for run in runs):
            page.say_next(found_in(store, self.integration.id))

    def _finish(self) -> None:
        shop = self.integration
        undecided = shop and found_in(self.shell.workspace.store, shop.id).undecided
        self.dismiss()
        self.shell.go("mapping" if undecided else "marketplaces")


async def _consent(demo: Sandbox, url: str) -> None:
    await asyncio.sleep(PACE)
    await demo.consent(url)
