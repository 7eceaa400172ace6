"""Drives the sandbox in tests: a world that stands still, and a client that signed in."""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx

from tuisync_etsy.sandbox.domain.clock import SandboxClock
from tuisync_etsy.sandbox.domain.listings import Listing
from tuisync_etsy.sandbox.domain.receipts import Receipt
from tuisync_etsy.sandbox.domain.world import World
from tuisync_etsy.sandbox.seed.studio import Settings, build
from tuisync_etsy.sandbox.web.app import create_app
from tuisync_etsy.sandbox.web.gate import ConnectionDropped

if TYPE_CHECKING:
    from starlette.types import ASGIApp

START = 1_790_000_000.0
"""The time every test's world shows: 2026-09-21, around noon UTC."""

V3 = "/v3/application"
SCOPES = "shops_r listings_r listings_w transactions_r transactions_w"
VERIFIER = "a-verifier-that-is-long-enough-for-the-rules-of-pkce"
REDIRECT = "http://localhost:3003/oauth/redirect"


PATIENCE = 60
"""Seconds after which a client of ours gives up on an answer."""


class TooSlow(Exception):
    """A planned delay is longer than a client waits; what was done is done."""


class SandboxTransport(httpx.AsyncBaseTransport):
    """Calls the sandbox app in this process; a planned drop looks like one on the wire."""

    def __init__(self, app: ASGIApp) -> None:
        self._inner = httpx.ASGITransport(app=app)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Serve one request."""
        try:
            return await self._inner.handle_async_request(request)
        except ConnectionDropped:
            raise httpx.RemoteProtocolError(
                "Server disconnected without sending a response.", request=request
            ) from None
        except TooSlow:
            raise httpx.ReadTimeout("The answer took too long.", request=request) from None


@dataclass(slots=True)
class Sandbox:
    """A sandbox in this process.

    Attributes:
        world: Its state, to look at and to change.
        client: Talks to it without credentials.
        slept: The delays that planned faults asked for; none is waited out.
    """

    world: World
    client: httpx.AsyncClient
    slept: list[float] = field(default_factory=list)
    refresh_token: str = field(default="", repr=False)

    @property
    def shop_path(self) -> str:
        """Path of the owner's shop."""
        return f"{V3}/shops/{self.world.shop.shop_id}"

    @property
    def key(self) -> str:
        """The right `x-api-key`."""
        return f"{self.world.key.keystring}:{self.world.key.shared_secret}"

    def listing(self, fits: Callable[[Listing], bool]) -> Listing:
        """Return the first listing of the shop that fits."""
        return next(filter(fits, self.world.listings_of(self.world.shop.shop_id)))

    def receipt(self, fits: Callable[[Receipt], bool]) -> Receipt:
        """Return the first receipt of the shop that fits."""
        return next(filter(fits, self.world.receipts_of(self.world.shop.shop_id)))

    async def sign_in(self, scope: str = SCOPES) -> httpx.Response:
        """Sign the seated user in; the client carries key and token from now on."""
        code = await self.code(scope=scope)
        answer = await self.client.post("/v3/public/oauth/token", data=self.exchange(code))
        self.client.headers["x-api-key"] = self.key
        self.client.headers["authorization"] = f"Bearer {answer.json()['access_token']}"
        self.refresh_token = answer.json()["refresh_token"]
        return answer

    async def code(self, **changes: str) -> str:
        """Return a fresh authorization code."""
        query = {**self.consent_query(), "consent": "allow", **changes}
        answer = await self.client.get("/oauth/connect", params=query)
        return httpx.URL(answer.headers["location"]).params["code"]

    def consent_query(self) -> dict[str, str]:
        """Return the query of a right authorization request."""
        return {
            "response_type": "code",
            "client_id": self.world.key.keystring,
            "redirect_uri": REDIRECT,
            "scope": SCOPES,
            "state": "s p+c&e",
            "code_challenge": challenge(VERIFIER),
            "code_challenge_method": "S256",
        }

    def exchange(self, code: str) -> dict[str, str]:
        """Return the fields of a right token request."""
        return {
            "grant_type": "authorization_code",
            "client_id": self.world.key.keystring,
            "redirect_uri": REDIRECT,
            "code": code,
            "code_verifier": VERIFIER,
        }

    async def get(self, path: str, **query: Any) -> Any:
        """Return the document at a path below the API, which must answer 200."""
        answer = await self.client.get(V3 + path, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def control(self, name: str, **body: Any) -> Any:
        """Return the answer of a control call, which must succeed."""
        answer = await self.client.post(f"/sandbox/{name}", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()


Wrap = Callable[[httpx.AsyncBaseTransport], httpx.AsyncBaseTransport]


@dataclass(slots=True)
class Watch:
    """What is put around the transport of every sandbox a test makes."""

    wrap: Wrap | None = None


WATCH = Watch()


def make_sandbox(wrap: Wrap | None = None, **settings: Any) -> Sandbox:
    """Return a sandbox whose clock stands still and whose limits do not bite.

    Args:
        wrap: Put around the transport, to record what passes.
        settings: As in `Settings`.
    """
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        if seconds > PATIENCE:
            raise TooSlow

    clock = SandboxClock(source=lambda: START)
    world = build(Settings(**{"qps": 100_000, "qpd": 1_000_000, **settings}), clock)
    wrap = wrap or WATCH.wrap or (lambda transport: transport)
    transport = wrap(SandboxTransport(create_app(world, sleep)))
    client = httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", trust_env=False)
    return Sandbox(world, client, slept)


def challenge(verifier: str) -> str:
    """Return a verifier's S256 challenge."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def writable(inventory: dict[str, Any]) -> dict[str, Any]:
    """Return an inventory as read, in the form in which it is written."""
    products = [
        {
            "sku": product["sku"],
            "property_values": [
                {key: value[key] for key in value if key not in {"scale_name", "value_pairs"}}
                for value in product["property_values"]
            ],
            "offerings": [
                {
                    "price": offering["price"]["amount"] / offering["price"]["divisor"],
                    "quantity": offering["quantity"],
                    "is_enabled": offering["is_enabled"],
                    "readiness_state_id": offering["readiness_state_id"],
                }
                for offering in product["offerings"]
            ],
        }
        for product in inventory["products"]
    ]
    on_property = {key: inventory[key] for key in inventory if key.endswith("_on_property")}
    return {"products": products, **on_property}


@dataclass(slots=True)
class SandboxProcess:
    """A sandbox in a process of its own.

    Attributes:
        info: What its first line said.
    """

    process: subprocess.Popen[bytes]
    info: dict[str, Any]

    @property
    def url(self) -> str:
        """Where it listens."""
        url: str = self.info["url"]
        return url

    def end(self, timeout: float = 5) -> int:
        """Close its input and return its exit code."""
        if self.process.stdin is not None:
            self.process.stdin.close()
        code = self.process.wait(timeout)
        if self.process.stdout is not None:
            self.process.stdout.close()
        if self.process.stderr is not None:
            self.process.stderr.close()
        return code


def start_process(arguments: Sequence[str] = ()) -> SandboxProcess:
    """Start a sandbox process and wait for its first line."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tuisync_etsy.sandbox", "--qps", "100000", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    return SandboxProcess(process, json.loads(process.stdout.readline()))
