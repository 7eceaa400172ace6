"""What the screens need from the outside, and nothing more."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from pathlib import Path

    from tuisync.core.models import Integration
    from tuisync.core.remote import Marketplace, Option
    from tuisync.core.session import Prompt
    from tuisync.core.views.objects import IntegrationView
    from tuisync.core.workspace import Workspace
    from tuisync.screens.chores import Chores


class Installed(Protocol):
    """The installed marketplaces."""

    def names(self) -> Sequence[str]:
        """Return the names of those that can be set up."""
        ...


class Files(Protocol):
    """Where this data directory keeps its files."""

    @property
    def config_file(self) -> Path:
        """The user's preferences."""
        ...

    @property
    def logs(self) -> Path:
        """The directory for logs."""
        ...


class AppServices(Protocol):
    """One opened data directory with everything the app works with."""

    @property
    def workspace(self) -> Workspace:
        """The store, the clock and the marketplaces' descriptions."""
        ...

    @property
    def host(self) -> Installed:
        """The plug-in host."""
        ...

    @property
    def home(self) -> Files:
        """The data directory's files."""
        ...


class Engine(Protocol):
    """The part that syncs, in a thread of its own."""

    def start(self) -> None:
        """Begin: take the lease, or stand by while somebody else holds it."""
        ...

    def stop(self, timeout: float) -> None:
        """Finish the page at hand and give the lease back."""
        ...


class Sandbox(Protocol):
    """An invented shop the wizard can connect by itself."""

    @property
    def marketplace(self) -> str:
        """The marketplace's name."""
        ...

    @property
    def options(self) -> Mapping[str, str]:
        """What to connect with."""
        ...

    @property
    def currency(self) -> str:
        """What it sells in."""
        ...

    @property
    def kept(self) -> bool:
        """Its home stays when the app has ended."""
        ...

    async def consent(self, url: str) -> None:
        """Allow access on its consent page, as a seller with a browser would."""
        ...

    async def buy(self) -> None:
        """Let a buyer buy something.

        Raises:
            PluginError: The sandbox has no buyers, or did not answer.
        """
        ...


class SignIns(Protocol):
    """How one signs in; replaced in tests."""

    def prompt(
        self,
        marketplace: Marketplace,
        announce: Callable[[str], None],
        pasted: AsyncIterator[str],
        notice: Callable[[str], None],
    ) -> Prompt:
        """Return a prompt that listens for the redirect, or takes it pasted.

        Args:
            marketplace: Tells port and path.
            announce: Called with the address to open in a browser.
            pasted: What the user pastes, line by line.
            notice: Called with what the user should know meanwhile.
        """
        ...

    async def connect(
        self, marketplace: str, options: dict[str, str], prompt: Prompt
    ) -> Integration:
        """Sign in and store the new integration; its first sync is queued.

        Raises:
            TuisyncError: It did not come to that; nothing is stored.
        """
        ...

    async def reconnect(self, name: str, prompt: Prompt, secrets: Mapping[str, str]) -> Integration:
        """Sign in again as the same account.

        Args:
            name: The integration's name.
            prompt: How the sign-in reaches the user.
            secrets: What `missing_secrets` named, as the user gave it.

        Raises:
            TuisyncError: It did not come to that; nothing was changed.
        """
        ...

    def missing_secrets(self, name: str) -> Sequence[Option]:
        """Return the secret options a sign-in needs and that are not here, as after a restore.

        Raises:
            UnknownIntegration: There is none of that name.
        """
        ...

    async def disconnect(self, name: str) -> IntegrationView:
        """Stop what is under way, then remove the sign-in and the shop's content.

        Raises:
            EngineBusy: What is under way did not end; nothing was changed.
        """
        ...


class Opened(NamedTuple):
    """An opened data directory and what works on it.

    Attributes:
        services: The store, the plug-ins and the files.
        sign_ins: How one signs in at a marketplace.
        chores: What is done with the data as a whole.
        engine: Runs syncs while the app is open; None when somebody else does.
    """

    services: AppServices
    sign_ins: SignIns
    chores: Chores
    engine: Engine | None = None


Opening = Callable[[], Opened]
"""Opens the data directory; takes a while, and runs in a thread."""
