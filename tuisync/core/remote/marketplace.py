"""What a plug-in says of itself and of its marketplace, without any call."""

from __future__ import annotations

import msgspec

from tuisync.core.models import Money

API_VERSION = (1, 0)
"""Version of the plug-in API: the first number changes when plug-ins must."""


class Option(msgspec.Struct, frozen=True, kw_only=True):
    """A setting a marketplace needs before it can sign in.

    Declared once; the command line (`--set KEY=VALUE`), the wizard and the docs render it.

    Attributes:
        key: Its name, lower case with underscores.
        title: What the form calls it.
        help: One sentence: where the user finds it.
        secret: Asked for without echo, kept with the secrets, never shown.
        required: The sign-in cannot start without it.
        default: Used when the user gives none.
    """

    key: str
    title: str
    help: str = ""
    secret: bool = False
    required: bool = True
    default: str = ""


class Carrier(msgspec.Struct, frozen=True, kw_only=True):
    """A carrier the marketplace knows: the code it wants and the name people use."""

    code: str
    title: str


class RateHeaders(msgspec.Struct, frozen=True, kw_only=True):
    """Names of the response headers that tell the budget; empty where there is none.

    Attributes:
        assumed_per_second: Calls per second until a response said otherwise.
    """

    limit_per_second: str = ""
    remaining_this_second: str = ""
    limit_per_day: str = ""
    remaining_today: str = ""
    assumed_per_second: float = 5.0


class Capabilities(msgspec.Struct, frozen=True, kw_only=True):
    """What the marketplace can do; the core decides by these, never by its name.

    Attributes:
        partial_shipments: An order may be sent in several parcels (S02).
        tracking_required: A shipment needs carrier and tracking number.
        tracking_pair: Carrier and tracking number go together: both, or neither.
        max_quantity: Highest number a variant may show, or None.
        zero_stock: A listing may show zero; else it is paused and reactivated.
        renewal_fee: What the marketplace charges for putting a sold-out listing up again, or
            None where that is free; plans name it.
        paid_comment: The comment put on a paid order (S37, S38).
        carriers: Known carriers; `other` is accepted where listed.
    """

    partial_shipments: bool = True
    tracking_required: bool = False
    tracking_pair: bool = False
    max_quantity: int | None = None
    zero_stock: bool = True
    renewal_fee: Money | None = None
    paid_comment: str = "Paid"
    carriers: tuple[Carrier, ...] = ()
    rate: RateHeaders = RateHeaders()


class Marketplace(msgspec.Struct, frozen=True, kw_only=True):
    """A plug-in's description of itself; made without any call.

    Attributes:
        id: Equal to the plug-in's entry-point name.
        title: What people call it.
        api_version: The `API_VERSION` it was written for.
        options: What it needs before it can sign in.
        redirect_port: Loopback port of its sign-in redirect.
        redirect_path: Path of its sign-in redirect.
        sandbox: Module that `python -m` runs as a sandbox shop, or None.
        setup_steps: What the user does at the marketplace first, a sentence a step.
        notice: A legal notice to show with it, or empty.
    """

    id: str
    title: str
    api_version: tuple[int, int] = API_VERSION
    options: tuple[Option, ...] = ()
    capabilities: Capabilities = Capabilities()
    redirect_port: int = 3003
    redirect_path: str = "/oauth/redirect"
    sandbox: str | None = None
    setup_steps: tuple[str, ...] = ()
    notice: str = ""
