"""A thin typed client: one method per verb, our error tree, and the shop's clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

import httpx
import msgspec

from tuisync import AuthorizationRequired, OutcomeUnknown, Tokens, TransientError
from tuisync_etsy.faults import Refusal, about_token, error_for, read_refusal
from tuisync_etsy.hosts import Hosts, hosts_of
from tuisync_etsy.tokens import current, renewed

if TYPE_CHECKING:
    from tuisync import Session

T = TypeVar("T")

_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class Answer(NamedTuple, Generic[T]):
    """What Etsy said, and when by its own clock (its `Date` header)."""

    value: T
    served_at: datetime


class _Call(NamedTuple):
    method: str
    path: str
    params: Mapping[str, str] | None = None
    json: bytes | None = None
    form: Mapping[str, str] | None = None

    @property
    def write(self) -> bool:
        return self.method != "GET"


@dataclass(frozen=True)
class EtsyApi:
    """Etsy's API as one seller sees it.

    Attributes:
        signing_in: The tokens of a sign-in that nobody has stored yet; they are not renewed.
    """

    session: Session = field(repr=False)
    hosts: Hosts
    key: str = field(repr=False)
    signing_in: Tokens | None = field(default=None, repr=False)

    @property
    def shop(self) -> str:
        """The path of the signed-in seller's own shop; no other is ever asked for.

        Raises:
            AuthorizationRequired: Nobody is signed in.
        """
        if self.session.account is None:
            raise AuthorizationRequired("Nobody is signed in to Etsy.")
        return f"/shops/{self.session.account.shop_id}"

    async def get(
        self, path: str, shape: type[T], params: Mapping[str, str] | None = None
    ) -> Answer[T]:
        """Read something as `shape`.

        Raises:
            MarketplaceError: As `faults.error_for` chose; `TransientError` for an answer
                that is cut short or does not fit.
        """
        return await self._ask(_Call("GET", path, params), shape)

    async def ping(self, shape: type[T]) -> Answer[T]:
        """Ask whether Etsy knows the key; needs no seller."""
        call = _Call("GET", "/openapi-ping")
        return self._decode(call, await self._send(call, None), shape)

    async def put(
        self, path: str, body: bytes, shape: type[T], params: Mapping[str, str] | None = None
    ) -> Answer[T]:
        """Replace something by a JSON body; raises `OutcomeUnknown` for a lost answer."""
        return await self._ask(_Call("PUT", path, params, json=body), shape)

    async def patch(self, path: str, form: Mapping[str, str], shape: type[T]) -> Answer[T]:
        """Change some fields; raises `OutcomeUnknown` for a lost answer."""
        return await self._ask(_Call("PATCH", path, form=form), shape)

    async def post(self, path: str, body: bytes, shape: type[T]) -> Answer[T]:
        """Add something by a JSON body; raises `OutcomeUnknown` for a lost answer."""
        return await self._ask(_Call("POST", path, json=body), shape)

    async def _ask(self, call: _Call, shape: type[T]) -> Answer[T]:
        """Send with a token; if it is refused, renew it once and send once more.

        A call refused for its token was not carried out, so writes may be repeated too.
        """
        tokens = self.signing_in or await current(self.session)
        response = await self._send(call, tokens)
        if self.signing_in is None and about_token(_refusal(response)):
            response = await self._send(call, await renewed(self.session, tokens))
            if about_token(_refusal(response)):
                raise AuthorizationRequired("Etsy does not accept our access any more.")
        return self._decode(call, response, shape)

    async def _send(self, call: _Call, tokens: Tokens | None) -> httpx.Response:
        headers = {"x-api-key": self.key}
        if tokens is not None:
            headers["authorization"] = f"Bearer {tokens.access}"
        if call.json is not None:
            headers["content-type"] = "application/json"
        try:
            return await self.session.http.request(
                call.method,
                self.hosts.api + call.path,
                params=call.params,
                content=call.json,
                data=None if call.form is None else dict(call.form),
                headers=headers,
            )
        except _NEVER_SENT as error:
            raise TransientError("Etsy cannot be reached.") from error
        except httpx.TransportError as error:
            if call.write:
                raise OutcomeUnknown("Sent to Etsy, and the answer was lost.") from error
            raise TransientError("Etsy did not answer in time.") from error

    def _decode(self, call: _Call, response: httpx.Response, shape: type[T]) -> Answer[T]:
        if not response.is_success:
            after = response.headers.get("retry-after")
            raise error_for(_refusal(response), write=call.write, retry_after=after)
        try:
            value = _decoder(shape).decode(response.content)
        except msgspec.DecodeError as error:
            if call.write:
                raise OutcomeUnknown("Etsy took it, but its answer cannot be read.") from error
            raise TransientError("Etsy's answer cannot be read.") from error
        return Answer(value, self._served_at(response))

    def _served_at(self, response: httpx.Response) -> datetime:
        try:
            return parsedate_to_datetime(response.headers["date"]).astimezone(UTC)
        except (KeyError, ValueError):
            return self.session.now()


def connect(session: Session, signing_in: Tokens | None = None) -> EtsyApi:
    """Return the API for a session; its key is `keystring:shared_secret` on every call."""
    secret = session.options.get("shared_secret", "").strip()
    keystring = session.options.get("keystring", "").strip()
    return EtsyApi(session, hosts_of(session.options), f"{keystring}:{secret}", signing_in)


def _refusal(response: httpx.Response) -> Refusal:
    body = b"" if response.is_success else response.content
    return read_refusal(response.status_code, body)


def _decoder(shape: type[T]) -> msgspec.json.Decoder[T]:
    """Return a decoder that takes numbers from strings, as Etsy sends some."""
    return msgspec.json.Decoder(shape, strict=False)
