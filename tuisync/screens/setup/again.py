"""Signing in again for a shop that is connected already."""

from __future__ import annotations

from collections.abc import Awaitable
from functools import partial
from typing import TYPE_CHECKING, cast

from textual import on

from tuisync.screens.leaving import Leaving
from tuisync.screens.setup.signin import SignInPage
from tuisync.screens.verbs import Verbal, verb
from tuisync.widgets.header import StatusLine
from tuisync.widgets.keybar import KeyBar
from tuisync.widgets.words import Words

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from tuisync.core.models import Integration
    from tuisync.core.session import Prompt
    from tuisync.screens.shell import Shell


class SignInAgain(Verbal, Leaving[None]):
    """Only the account the shop belongs to is accepted; until then nothing changes.

    Args:
        marketplace: The marketplace's name.
        integration: The integration's name.
    """

    HELP = "Signs in again. Kept work goes on as soon as it is done."

    def __init__(self, marketplace: str, integration: str) -> None:
        super().__init__()
        self.marketplace = marketplace
        self.integration = integration

    @property
    def shell(self) -> Shell:
        """The app."""
        return cast("Shell", self.app)

    def compose(self) -> ComposeResult:
        """Lay out the page in its frame."""
        if self.shell.banner:
            yield Words(self.shell.banner, classes="banner")
        yield StatusLine()
        yield self._page()
        yield KeyBar()

    def _page(self) -> SignInPage:
        sign_ins, name = self.shell.sign_ins, self.integration
        described = self.shell.workspace.marketplaces.describe(self.marketplace)

        def sign_in(prompt: Prompt) -> Awaitable[Integration]:
            return sign_ins.reconnect(name, prompt)

        return SignInPage(
            described.title,
            partial(sign_ins.prompt, described),
            sign_in,
            self.shell.workspace.clock,
        )

    def on_mount(self) -> None:
        """Begin."""
        self.shell.dress(self)
        self.query_one(SignInPage).begin()

    @verb("escape", "Cancel", "sign-in: cancel", "Change nothing")
    def action_leave(self) -> None:
        """Leave without signing in."""
        self.workers.cancel_node(self.query_one(SignInPage))
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
