"""The page that signs in: the address to open, the time left, a line to paste into."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, cast

from textual import on
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Input

from tuisync.core.errors import TuisyncError
from tuisync.core.session import Prompt
from tuisync.screens.setup.pages import Page
from tuisync.widgets.line import Line
from tuisync.widgets.plain import plain
from tuisync.widgets.words import Words

if TYPE_CHECKING:
    from textual.widget import Widget

    from tuisync.core.clock import Clock
    from tuisync.core.models import Integration
    from tuisync.screens.shell import Shell

SECONDS = 300
"""How long one has to finish a sign-in (S06)."""

MakePrompt = Callable[[Callable[[str], None], AsyncIterator[str], Callable[[str], None]], Prompt]


class SignInPage(Page):
    """Signs in at a marketplace.

    Args:
        title: The marketplace's name for people.
        prompt: Makes the prompt from an announcer and a source of pasted text.
        sign_in: Does it with that prompt.
        clock: Tells the time left.
        back: How one corrects what the sign-in is done with, as a sentence.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+y", "copy", "Copy address", id="signin.copy", tooltip="Copy the address"),
        Binding("ctrl+r", "again", "Start again", id="signin.again", tooltip="Start again"),
        Binding("enter", "go_on", "Use pasted", id="signin.paste", tooltip="Use what was pasted"),
    ]

    button = ""

    class SignedIn(Message):
        """There is an integration."""

        def __init__(self, integration: Integration) -> None:
            super().__init__()
            self.integration = integration

    class Announced(Message):
        """The address to open is known."""

        def __init__(self, url: str) -> None:
            super().__init__()
            self.url = url

    def __init__(
        self,
        title: str,
        prompt: MakePrompt,
        sign_in: Callable[[Prompt], Awaitable[Integration]],
        clock: Clock,
        back: str = "",
    ) -> None:
        super().__init__(f"Sign in at {title}")
        self.back = back
        self.title = title
        self.make_prompt = prompt
        self.sign_in = sign_in
        self.clock = clock
        self.url = ""
        self._began: datetime | None = None
        self._is_checking = False
        self._pasted: asyncio.Queue[str] = asyncio.Queue()

    def body(self) -> Iterable[Widget]:
        """Yield the address, the line to paste into and the time left."""
        yield Words(
            f"Open this address in a browser, on this machine or any other, sign in at "
            f"{self.title} and allow access:",
            classes="page--text",
        )
        yield Words("asking for the address …", classes="page--url")
        yield Words(
            "The browser comes back here by itself. If it is on another machine it ends on a "
            "page that does not load: copy the address of that page and paste it here.",
            classes="page--text",
        )
        yield Line(placeholder="http://localhost:…?code=…")
        yield Words("", classes="page--left")

    def on_mount(self) -> None:
        """Begin to sign in."""
        self.set_interval(1, self._tick)
        self.action_again()

    def begin(self) -> None:
        """Start at the line to paste into."""
        self.query_one(Input).focus()

    def action_again(self) -> None:
        """Start a new attempt; an earlier one ends."""
        self.complain("")
        self.url = ""
        self.query_one(".page--url", Words).say("asking for the address …")
        self._began, self._is_checking = self.clock(), False
        self._pasted = asyncio.Queue()
        self.run_worker(self._sign_in(), group="signin", exclusive=True, exit_on_error=False)
        self._tick()

    async def _sign_in(self) -> None:
        def announce(url: str) -> None:
            self.post_message(self.Announced(url))

        try:
            prompt = self.make_prompt(announce, _lines(self._pasted), self._not_taken)
            integration = await self.sign_in(prompt)
        except TuisyncError as error:
            self._failed(error.message, error.hint)
            return
        self._began = None
        self.post_message(self.SignedIn(integration))

    def _not_taken(self, reason: str) -> None:
        """Say why what was pasted is no answer; another one is waited for."""
        self._is_checking = False
        self._tick()
        self.complain(reason)

    def _failed(self, message: str, hint: str) -> None:
        self._began = None
        self.query_one(".page--left", Words).say("")
        if not self.url:
            self.query_one(".page--url", Words).say("there is no address: see below")
        again = "enter starts again, with a new address to open."
        self.complain(message, " ".join(part for part in (hint, again, self.back) if part))

    @on(Announced)
    def _announced(self, message: Announced) -> None:
        self.url = message.url
        self.query_one(".page--url", Words).say(plain(message.url, limit=8_000))

    def action_copy(self) -> None:
        """Copy the address, through the terminal where it can."""
        if self.url:
            self.app.copy_to_clipboard(self.url)
            self.notify("Address copied, if your terminal allows it.", markup=False)
        else:
            self._warn("There is no address to copy yet.")

    def _warn(self, text: str) -> None:
        cast("Shell", self.app).say(text, "warning")

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_go_on()

    def action_go_on(self) -> None:
        """Hand over what was pasted; when the attempt has ended, start another one."""
        line = self.query_one(Input)
        if self._began is None:
            line.value = ""
            self.action_again()
        elif not line.value.strip():
            self._warn("Nothing is pasted yet.")
        elif not self.url:
            self._warn(f"There is no address of {self.title} yet that this could answer.")
        else:
            self.complain("")
            self._is_checking = True
            self._tick()
            self._pasted.put_nowait("".join(line.value.split()))  # a terminal breaks long ones
            line.value = ""

    def _tick(self) -> None:
        if self._began is None:
            return
        left = max(0, SECONDS - int((self.clock() - self._began).total_seconds()))
        waits_for = "Checking what you pasted" if self._is_checking else "Waiting for you"
        text = f"{waits_for}: {left // 60}:{left % 60:02d} left."
        self.query_one(".page--left", Words).say(text)


async def _lines(pasted: asyncio.Queue[str]) -> AsyncIterator[str]:
    while True:
        yield await pasted.get()
