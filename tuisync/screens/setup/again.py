"""Signing in again for a shop that is connected already."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from functools import partial
from typing import TYPE_CHECKING, cast

from textual import on
from textual.containers import Container

from tuisync.screens.dialogs.fields import Field
from tuisync.screens.setup.paged import Paged
from tuisync.screens.setup.pages import FieldsPage, Page, Values
from tuisync.screens.setup.signin import SignInPage
from tuisync.screens.verbs import verb
from tuisync.widgets.header import StatusLine
from tuisync.widgets.keybar import KeyBar
from tuisync.widgets.keys import keyed
from tuisync.widgets.words import Words

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from tuisync.core.models import Integration
    from tuisync.core.remote import Option
    from tuisync.core.session import Prompt
    from tuisync.screens.shell import Shell


class SignInAgain(Paged):
    """Only the account the shop belongs to is accepted; until then nothing changes.

    Args:
        marketplace: The marketplace's name.
        integration: The integration's name.
    """

    HELP = (
        "Signs in again. Kept work goes on as soon as it is done. Where the secret of your key is "
        "not here, as after a restore, it is asked for first."
    )

    def __init__(self, marketplace: str, integration: str) -> None:
        super().__init__()
        self.marketplace = marketplace
        self.integration = integration
        self.secrets: Values = {}

    @property
    def shell(self) -> Shell:
        """The app."""
        return cast("Shell", self.app)

    def compose(self) -> ComposeResult:
        """Lay out the page in its frame."""
        if self.shell.banner:
            yield Words(keyed(self.shell.banner), classes="banner")
        yield StatusLine()
        missing = self.shell.sign_ins.missing_secrets(self.integration)
        yield Container(self._secrets_page(missing) if missing else self._page(), id="page")
        yield KeyBar()

    def _secrets_page(self, missing: Sequence[Option]) -> FieldsPage:
        described = self.shell.workspace.marketplaces.describe(self.marketplace)
        return FieldsPage(
            f"The key to {described.title}",
            "A backup holds no secrets, so this one is not here. It is stored again once it has "
            "signed in.",
            [
                Field(each.key, each.title, help=each.help, required=True, secret=True)
                for each in missing
            ],
        )

    def _page(self) -> SignInPage:
        sign_ins, name, secrets = self.shell.sign_ins, self.integration, self.secrets
        described = self.shell.workspace.marketplaces.describe(self.marketplace)

        def sign_in(prompt: Prompt) -> Awaitable[Integration]:
            return sign_ins.reconnect(name, prompt, secrets)

        return SignInPage(
            described.title,
            partial(sign_ins.prompt, described),
            sign_in,
            self.shell.workspace.clock,
        )

    def on_mount(self) -> None:
        """Begin."""
        self.shell.dress(self)
        self.query_one(Page).begin()

    @on(Page.Done)
    async def _given(self, message: Page.Done) -> None:
        """Go on to the sign-in with the secrets."""
        message.stop()
        self.secrets = message.values
        await self.query_one(FieldsPage).remove()
        page = self._page()
        await self.query_one("#page", Container).mount(page)
        page.begin()

    @verb("escape", "Cancel", "sign-in: cancel", "Change nothing")
    def action_leave(self) -> None:
        """Leave without signing in."""
        self.workers.cancel_node(self.query_one(Page))
        self.dismiss()

    def refuse(self, reason: str) -> None:
        """Say why something cannot be done now."""
        self.shell.say(reason, "warning")

    @on(SignInPage.SignedIn)
    def _signed_in(self, message: SignInPage.SignedIn) -> None:
        message.stop()
        self.shell.say(f"{message.integration.name} is signed in again.")
        self.dismiss()
        self.shell.stir()
