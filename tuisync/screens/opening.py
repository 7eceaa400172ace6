"""Opening a data directory for the app, with what works on it."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

from tuisync.screens.services import Opened

if TYPE_CHECKING:
    from tuisync.core.services import Services
    from tuisync.screens.services import Engine


class Opener:
    """Opens a data directory when it is called, in a thread of the app's.

    Args:
        open_services: Opens it.
        any_port: Take whatever port is free for a sign-in, as a sandbox allows.

    Attributes:
        services: What was opened, if it was.
    """

    def __init__(self, open_services: Callable[[], Services], *, any_port: bool = False) -> None:
        self._open_services = open_services
        self._any_port = any_port
        self.services: Services | None = None

    def __call__(self) -> Opened:
        """Open it, and import what the first place is made of.

        Raises:
            TuisyncError: It cannot be opened.
        """
        services = self.services = self._open_services()
        import_module("tuisync.screens.marketplaces")
        sign_ins = import_module("tuisync.screens.signing").CoreSignIns
        chores = import_module("tuisync.screens.chores").CoreChores
        return Opened(
            services,
            sign_ins(services, any_port=self._any_port),
            chores(services),
            OwnEngine(services),
        )

    def again(self) -> Opener:
        """Close it and return what opens it anew, with the same plug-ins."""
        services = self.services
        if services is None:
            return self
        services.close()
        return Opener(lambda: _reopened(services))

    def close(self) -> None:
        """Let go of it."""
        if self.services is not None:
            self.services.close()


class OwnEngine:
    """The app's engine; it brings in the HTTP client when it starts, after the first sight.

    Args:
        services: The opened data directory.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
        self._thread: Engine | None = None

    def start(self) -> None:
        """Begin: take the lease, or stand by while somebody else holds it."""
        if self._thread is None:
            from tuisync.core.background import EngineThread  # noqa: PLC0415  # as above

            services = self._services
            self._thread = EngineThread(services.workspace, services.shops, holder="tui")
        self._thread.start()

    def stop(self, timeout: float) -> None:
        """Finish the page at hand and give the lease back."""
        if self._thread is not None:
            self._thread.stop(timeout)


def _reopened(services: Services) -> Services:
    from tuisync.core.services import open_services  # noqa: PLC0415  # rarely needed

    return open_services(services.home, host=services.host)
