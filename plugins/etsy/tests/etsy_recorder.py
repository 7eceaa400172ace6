"""Checks exchanges with Etsy, or with the sandbox, against the description."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
from openapi_core import Config, OpenAPI
from openapi_core.testing import MockRequest, MockResponse
from werkzeug.datastructures import ImmutableMultiDict

PLANNED = "x-sandbox-planned"
"""Header of an answer that a test planned to be wrong."""

MISTAKEN = {"mistaken": True}
"""Extensions of a request that a test gets wrong on purpose."""

_NOT_DESCRIBED = ("/oauth/connect", "/sandbox")
_SERVER_FAULT = 500


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer.

    Attributes:
        violations: What the description does not allow about it.
    """

    method: str
    path: str
    status: int
    violations: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.method} {self.path} -> {self.status}: {'; '.join(self.violations)}"


class Checker:
    """Validates single exchanges."""

    def __init__(self, description: dict[str, Any]) -> None:
        # The published description itself breaks the specification in places that do not
        # matter here, so it is not validated as a whole.
        self._api = OpenAPI.from_dict(description, config=Config(spec_validator_cls=None))
        self._host = description["servers"][0]["url"]
        self._parameters = {
            (re.sub(r"\\{\w+\\}", r"[^/]+", re.escape(path)), method): {
                each["name"] for each in operation.get("parameters", []) if each["in"] == "query"
            }
            for path, operations in description["paths"].items()
            for method, operation in operations.items()
            if isinstance(operation, dict)
        }

    def violations(
        self, request: httpx.Request, response: httpx.Response, *, spoilt: bool = False
    ) -> tuple[str, ...]:
        """Return what an exchange does wrong.

        The request is not looked at when it is marked as `MISTAKEN`, nor the HTML page of
        an edge server (etsy/open-api #220), nor an answer that was spoilt on purpose.
        """
        asked, answered = self._asked(request), _answered(response)
        found: list[str] = []
        if not request.extensions.get("mistaken"):
            found += _texts("request", self._api.iter_request_errors(asked))
            found += self._unknown_parameters(request)
        html = answered.content_type == "text/html" and response.status_code >= _SERVER_FAULT
        if not html and not spoilt:
            found += _texts("response", self._api.iter_response_errors(asked, answered))
        return tuple(found)

    def _unknown_parameters(self, request: httpx.Request) -> Iterator[str]:
        """Yield query parameters that no matching path has; OpenAPI itself lets them pass."""
        known = [
            names
            for (path, method), names in self._parameters.items()
            if method == request.method.lower() and re.fullmatch(path, request.url.path)
        ]
        for name in request.url.params:
            if known and not any(name in names for names in known):
                yield f"request: unknown query parameter {name}"

    def _asked(self, request: httpx.Request) -> MockRequest:
        content_type = request.headers.get("content-type", "application/json").split(";")[0]
        return MockRequest(
            self._host,
            request.method.lower(),
            request.url.path,
            args=ImmutableMultiDict(request.url.params.multi_items()),
            headers={name.lower(): value for name, value in request.headers.items()},
            data=request.content or None,
            content_type=content_type,
        )


@dataclass(slots=True)
class Recorder:
    """Keeps what was exchanged.

    Attributes:
        odd: What is exchanged is not described on purpose: a test of what nobody knows.
        lenient: Answers that a test planned to be wrong may be.
    """

    checker: Checker
    exchanges: list[Exchange] = field(default_factory=list)
    odd: bool = False
    lenient: bool = False

    def record(self, request: httpx.Request, response: httpx.Response) -> None:
        """Check an exchange and keep it, if the description covers its path."""
        path = request.url.path
        if not self.odd and not path.startswith(_NOT_DESCRIBED):
            spoilt = self.lenient and PLANNED in response.headers
            violations = self.checker.violations(request, response, spoilt=spoilt)
            target = request.url.raw_path.decode()
            self.exchanges.append(
                Exchange(request.method, target, response.status_code, violations)
            )

    @property
    def violations(self) -> list[str]:
        """Every exchange that broke a rule, in words."""
        return [str(each) for each in self.exchanges if each.violations]

    @property
    def seen(self) -> set[tuple[str, int]]:
        """Methods and statuses that were exchanged."""
        return {(each.method, each.status) for each in self.exchanges}


class RecordingTransport(httpx.AsyncBaseTransport):
    """A transport that has every exchange checked on its way."""

    def __init__(self, inner: httpx.AsyncBaseTransport, recorder: Recorder) -> None:
        self._inner = inner
        self._recorder = recorder

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Pass the request on, and record it with its answer."""
        await request.aread()
        response = await self._inner.handle_async_request(request)
        await response.aread()
        self._recorder.record(request, response)
        return response

    async def aclose(self) -> None:
        """Close the transport underneath."""
        await self._inner.aclose()


def _answered(response: httpx.Response) -> MockResponse:
    content_type = response.headers.get("content-type", "application/json").split(";")[0]
    return MockResponse(
        response.content,
        status_code=response.status_code,
        headers=dict(response.headers),
        content_type=content_type,
    )


def _texts(side: str, errors: Iterable[Exception]) -> Iterator[str]:
    for error in errors:
        details = [*_details(error), *_details(error.__cause__)]
        text = "; ".join(details) or f"{type(error).__name__}: {error.__cause__ or error}"
        yield f"{side}: {text[:400]}"


def _details(error: BaseException | None) -> Iterator[str]:
    """Yield the innermost reasons, which name the property at fault."""
    for schema_error in getattr(error, "schema_errors", None) or ():
        for each in schema_error.context or (schema_error,):
            where = "/".join(map(str, each.absolute_path))
            yield f"{where}: {each.message[:160]}"
