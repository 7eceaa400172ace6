"""Signing in through the core; its HTTP client is imported when somebody signs in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING

from tuisync.core import lookup

if TYPE_CHECKING:
    from tuisync.core.models import Integration
    from tuisync.core.remote import Marketplace, Option
    from tuisync.core.services import Services
    from tuisync.core.session import Prompt
    from tuisync.core.views.objects import IntegrationView


class CoreSignIns:
    """Signs in with what the core has.

    Args:
        services: The opened data directory.
        any_port: Take whatever port is free for the redirect: a sandbox takes any, and so two
            demos get along.
    """

    def __init__(self, services: Services, *, any_port: bool = False) -> None:
        self.services = services
        self.any_port = any_port

    def prompt(
        self,
        marketplace: Marketplace,
        announce: Callable[[str], None],
        pasted: AsyncIterator[str],
        notice: Callable[[str], None],
    ) -> Prompt:
        """Return a prompt that listens on loopback and takes pasted redirects."""
        signin = import_module("tuisync.core.signin")
        prompt: Prompt = signin.LoopbackPrompt(
            signin.free_port() if self.any_port else marketplace.redirect_port,
            marketplace.redirect_path,
            announce=announce,
            pasted=pasted,
            notice=notice,
            timeout=import_module("tuisync.screens.setup.signin").SECONDS,
        )
        return prompt

    async def connect(
        self, marketplace: str, options: dict[str, str], prompt: Prompt
    ) -> Integration:
        """Sign in and store the new integration."""
        connecting = await asyncio.to_thread(import_module, "tuisync.core.connecting")
        integration: Integration = await connecting.connect(
            self.services, marketplace, options, prompt
        )
        return integration

    async def reconnect(self, name: str, prompt: Prompt, secrets: Mapping[str, str]) -> Integration:
        """Sign in again as the same account."""
        connecting = await asyncio.to_thread(import_module, "tuisync.core.connecting")
        integration: Integration = await connecting.reconnect(self.services, name, prompt, secrets)
        return integration

    def missing_secrets(self, name: str) -> Sequence[Option]:
        """Return the secret options a sign-in needs and that are not here."""
        connecting = import_module("tuisync.core.connecting")
        shop = lookup.integration(self.services.workspace.store, name)
        described = self.services.host.describe(shop.marketplace)
        missing: Sequence[Option] = connecting.missing_secrets(self.services, shop, described)
        return missing

    async def disconnect(self, name: str) -> IntegrationView:
        """Stop what is under way, then remove the sign-in and the shop's content."""
        disconnecting = await asyncio.to_thread(import_module, "tuisync.core.disconnecting")
        gone: IntegrationView = await disconnecting.disconnect(self.services, name)
        return gone
