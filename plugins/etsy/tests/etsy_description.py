"""Etsy's OpenAPI description, made strict, with the places where the live API differs.

The description is Etsy's and no part of this project: a test reads it from the file that
`TUISYNC_ETSY_OAS` names, and is skipped without one.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

VARIABLE = "TUISYNC_ETSY_OAS"
TOKEN_PATH = "/v3/public/oauth/token"  # a path of the API

Node = dict[str, Any]

_COMBINED = ("oneOf", "anyOf", "allOf", "$ref")
_ONLY_NULL: Node = {"nullable": True, "enum": [None]}
_METHODS = frozenset({"get", "put", "post", "patch", "delete"})


@dataclass(frozen=True, slots=True)
class Deviation:
    """A place where the description is known to be wrong.

    Attributes:
        source: Where that is known from.
        reason: What the API does instead.
        amend: Changes the description accordingly.
    """

    name: str
    source: str
    reason: str
    amend: Callable[[Node], None]


def description_file() -> Path | None:
    """Return the file the environment names, if there is one."""
    name = os.environ.get(VARIABLE)
    return Path(name) if name and Path(name).is_file() else None


def load(path: Path, *, require_all: bool = False) -> Node:
    """Return the description, strict and with every known deviation applied.

    Args:
        path: The file as Etsy publishes it.
        require_all: Every documented property of a response must be there, which only a
            sandbox has to promise.
    """
    description: Node = strict(json.loads(path.read_text()), require_all=require_all)
    for deviation in DEVIATIONS:
        deviation.amend(description)
    return description


def strict(description: Node, *, require_all: bool = False) -> Node:
    """Return the description so that a validator checks all of it.

    As published, validators skip what they cannot compile and let unknown properties pass.
    """
    made: Node = _sound(deepcopy(description))
    _close(made)
    # The validator knows no OAuth 2 scheme, but it can look for the bearer token.
    made["components"]["securitySchemes"]["oauth2"] = {"type": "http", "scheme": "bearer"}
    if require_all:
        for schema in made["components"]["schemas"].values():
            _require(schema)
    return made


def _sound(node: Any) -> Any:
    """Rewrite what is not valid OpenAPI 3.0, keeping its meaning."""
    if isinstance(node, list):
        return [_sound(each) for each in node]
    if not isinstance(node, dict):
        return node
    node = {key: _sound(each) for key, each in node.items()}
    if node.get("nullable") is True and "type" not in node:
        node = _or_null(node)
    if isinstance(node.get("items"), list):
        kinds = node["items"]
        node["items"] = kinds[0] if len(kinds) == 1 else {"anyOf": kinds}
    if "default" in node and node["default"] is None and not node.get("nullable"):
        del node["default"]
    return node


def _or_null(node: Node) -> Node:
    """A combination of schemas cannot be nullable itself; one of its choices can."""
    combined = {key: node.pop(key) for key in _COMBINED if key in node}
    if not combined:
        return node
    del node["nullable"]
    choices = combined["oneOf"] if list(combined) == ["oneOf"] else [combined]
    return {**node, "anyOf": [*choices, dict(_ONLY_NULL)]}


def _close(node: Any) -> None:
    """Make properties that no schema names an error."""
    if isinstance(node, list):
        for each in node:
            _close(each)
    if not isinstance(node, dict):
        return
    if _has_properties(node):
        node.setdefault("additionalProperties", False)
    for each in node.values():
        _close(each)


def _require(node: Any) -> None:
    """Make every property of an object mandatory."""
    if isinstance(node, list):
        for each in node:
            _require(each)
    if not isinstance(node, dict):
        return
    if _has_properties(node):
        node["required"] = sorted(node["properties"])
    for each in node.values():
        _require(each)


def _has_properties(node: Node) -> bool:
    """Tell whether a schema describes an object by its properties."""
    properties = node.get("properties")
    return node.get("type") == "object" and isinstance(properties, dict) and bool(properties)


def _operations(description: Node) -> list[Node]:
    return [
        operation
        for path in description["paths"].values()
        for method, operation in path.items()
        if method in _METHODS
    ]


def _join_arrays(description: Node) -> None:
    for operation in _operations(description):
        for parameter in operation.get("parameters", []):
            if parameter["in"] == "query" and parameter["schema"].get("type") == "array":
                parameter["style"] = "form"
                parameter["explode"] = False


def _capitalise_status(description: Node) -> None:
    status = description["components"]["schemas"]["ShopReceipt"]["properties"]["status"]
    status["enum"] = [*status["enum"], *(word.capitalize() for word in status["enum"])]


def _declare_refusals(description: Node) -> None:
    error = {
        "description": "Refused",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ErrorSchema"}}},
    }
    for operation in _operations(description):
        for status in ("401", "403", "429"):
            operation["responses"].setdefault(status, error)


def _describe_oauth_errors(description: Node) -> None:
    schema = description["components"]["schemas"]["ErrorSchema"]
    schema["properties"]["error_description"] = {"type": "string"}
    schema["required"] = ["error"]


def _add_value_pairs(description: Node) -> None:
    schema = description["components"]["schemas"]["ListingPropertyValue"]
    schema["properties"]["value_pairs"] = {
        "type": "object",
        "additionalProperties": {"type": "string"},
    }


def _let_user_have_no_shop(description: Node) -> None:
    schema = description["components"]["schemas"]["Self"]
    if "required" in schema:
        schema["required"] = ["user_id"]


def _add_token_endpoint(description: Node) -> None:
    text = {"type": "string", "minLength": 1}
    names = ("client_id", "grant_type", "code", "code_verifier", "redirect_uri", "refresh_token")
    fields = {
        "type": "object",
        "properties": dict.fromkeys(names, text),
        "required": ["client_id", "grant_type"],
        "additionalProperties": False,
    }
    pair = {
        "type": "object",
        "properties": {
            "access_token": {"type": "string", "pattern": r"^\d+\."},
            "token_type": {"type": "string", "enum": ["Bearer"]},
            "expires_in": {"type": "integer", "minimum": 1},
            "refresh_token": {"type": "string", "pattern": r"^\d+\."},
        },
        "required": ["access_token", "token_type", "expires_in", "refresh_token"],
        "additionalProperties": False,
    }
    error = {"$ref": "#/components/schemas/ErrorSchema"}
    form, plain = "application/x-www-form-urlencoded", "application/json"
    description["paths"][TOKEN_PATH] = {
        "post": {
            "operationId": "token",
            "security": [],
            "requestBody": {
                "required": True,
                "content": {form: {"schema": fields}, plain: {"schema": fields}},
            },
            "responses": {
                status: {"description": status, "content": {plain: {"schema": schema}}}
                for status, schema in {"200": pair, "400": error, "401": error}.items()
            },
        }
    }


DEVIATIONS = (
    Deviation(
        "comma-joined arrays",
        "developers.etsy.com, request standards",
        "Query arrays are one parameter with commas; the description implies repetition.",
        _join_arrays,
    ),
    Deviation(
        "capitalised status",
        "etsy/open-api #806",
        "A receipt's status is `Completed`; the description has lower case only.",
        _capitalise_status,
    ),
    Deviation(
        "undeclared refusals",
        "etsy/open-api #198, #519, discussion #1529",
        "Every call may answer 401, 403 (key, scope) or 429; no operation declares 429.",
        _declare_refusals,
    ),
    Deviation(
        "OAuth error description",
        "etsy/open-api #519, #345",
        "Errors about tokens have `error_description` beside `error`.",
        _describe_oauth_errors,
    ),
    Deviation(
        "value pairs",
        "etsy/open-api, release of 2022-06-21",
        "A property value may carry `value_pairs` beside its ids and texts.",
        _add_value_pairs,
    ),
    Deviation(
        "user without a shop",
        "etsy/open-api #526",
        "A user who has no shop has no `shop_id`.",
        _let_user_have_no_shop,
    ),
    Deviation(
        "token endpoint",
        "developers.etsy.com, authentication; RFC 6749 section 4.1.3 and 6",
        "The token endpoint is no path of the description.",
        _add_token_endpoint,
    ),
)
"""Every deviation the checks allow; anything else is a violation."""
