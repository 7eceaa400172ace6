"""The sandbox's command line."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import get_args

from tuisync_etsy.sandbox.domain.shop import Seat
from tuisync_etsy.sandbox.domain.tokens import Rotation
from tuisync_etsy.sandbox.seed.studio import Settings

_MAX_PORT = 65_535
_CODE_LENGTH = 3


@dataclass(frozen=True, slots=True)
class Options:
    """What the process was asked for.

    Attributes:
        pace: Seconds between two orders of the background buyer; 0 for no buyer.
        base_time: The time the shop's clock shows at the start; None for the machine's.
        keep_running: Go on when standard input closes.
    """

    port: int
    pace: float
    base_time: float | None
    keep_running: bool
    settings: Settings


def read_options(arguments: Sequence[str]) -> Options:
    """Return the options; a mistake ends the process with code 2 and a sentence."""
    given = _parser().parse_args(arguments)
    return Options(
        port=given.port,
        pace=given.pace,
        base_time=given.base_time,
        keep_running=given.keep_running,
        settings=Settings(
            listings=given.listings,
            orders=given.orders,
            seed=given.seed,
            currency=given.currency,
            qps=given.qps,
            qpd=given.qpd,
            rotation=given.rotation,
            seat=given.user,
        ),
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tuisync_etsy.sandbox",
        description="An Etsy-like shop on 127.0.0.1. Its first line of output is JSON with its "
        "URL and key. It ends when its standard input closes.",
    )
    add = parser.add_argument
    add("--port", type=_port, default=0, help="port to listen on (default: any free one)")
    add("--listings", type=_count, default=120, metavar="N", help="how many (default: 120)")
    add("--orders", type=_count, default=300, metavar="N", help="how many (default: 300)")
    add("--seed", type=int, default=7, metavar="N", help="same seed, same shop (default: 7)")
    add("--pace", type=_seconds, default=0.0, metavar="SECONDS", help="a buyer orders that often")
    add("--base-time", type=_time, metavar="TIME", help="the shop's time at the start")
    add("--keep-running", action="store_true", help="do not end when standard input closes")
    add("--currency", type=_currency, default="USD", metavar="CODE", help="(default: USD)")
    add("--qps", type=_count, default=10, metavar="N", help="calls a second (default: 10)")
    add("--qpd", type=_count, default=10_000, metavar="N", help="calls a day (default: 10000)")
    add("--rotation", choices=get_args(Rotation), default="strict", help="of refresh tokens")
    add("--user", choices=get_args(Seat), default="owner", help="who signs in")
    return parser


def _port(text: str) -> int:
    port = _count(text)
    if port > _MAX_PORT:
        raise argparse.ArgumentTypeError(f"a port is at most {_MAX_PORT}")
    return port


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise argparse.ArgumentTypeError(f"not a whole number: {text}")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < float("inf"):
        raise argparse.ArgumentTypeError(f"not a number of seconds: {text}")
    return seconds


def _time(text: str) -> float:
    """Return seconds since 1970 from ISO 8601 or from themselves; no zone means UTC."""
    try:
        return float(int(text))
    except ValueError:
        pass
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"not a time: {text}") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _currency(text: str) -> str:
    if len(text) != _CODE_LENGTH or not text.isascii() or not text.isalpha():
        raise argparse.ArgumentTypeError(f"not a currency code: {text}")
    return text.upper()
