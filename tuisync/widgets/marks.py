"""Every state as glyph + word + tone, in one place: colour is never the only sign."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

if TYPE_CHECKING:
    from tuisync.core.models import (
        Gate,
        InboxClass,
        IntegrationStatus,
        LinkState,
        ListingState,
        OrderStatus,
        OutboxState,
        Outcome,
        Payment,
        RunStatus,
        ShipmentPush,
        Switch,
    )
    from tuisync.core.planned import Standing

Tone = Literal["plain", "strong", "muted", "good", "warn", "bad", "busy", "accent"]
TONES: tuple[Tone, ...] = get_args(Tone)


class Mark(NamedTuple):
    """How a state looks.

    Attributes:
        glyph: One cell wide, in every font a terminal is likely to have.
        word: What it is called.
        tone: The part of the theme it takes its colour from.
    """

    glyph: str
    word: str
    tone: Tone

    def __str__(self) -> str:
        return f"{self.glyph} {self.word}"


INTEGRATION: dict[IntegrationStatus, Mark] = {
    "active": Mark("●", "active", "good"),
    "inactive": Mark("○", "inactive", "muted"),
    "needs_reauth": Mark("!", "sign in", "bad"),
}
ON_VACATION = Mark("~", "on vacation", "warn")
NOT_REACHED = Mark("✗", "not reached", "bad")
NO_STOCK_SYNC = Mark("◐", "no stock sync", "warn")
NOT_CONNECTED = Mark("+", "not set up", "muted")
SYNCING = Mark("↻", "syncing", "busy")
SYNC_WAITS = Mark("…", "sync waits", "busy")

STANDING: dict[Standing, Mark] = {
    "held": Mark("■", "held for you", "warn"),
    "free": Mark("↑", "goes by itself", "muted"),
    "waiting": Mark("…", "waits", "busy"),
    "sending": Mark("↻", "sending", "busy"),
    "sent": Mark("✓", "sent", "good"),
    "refused": Mark("✗", "refused", "bad"),
    "moved": Mark("!", "moved", "warn"),
    "ignored": Mark("-", "ignored", "muted"),
}
ASKS = Mark("?", "asks you", "warn")

SWITCH: dict[Switch, Mark] = {
    "active": Mark("●", "active", "good"),
    "inactive": Mark("○", "inactive", "muted"),
}

RUN: dict[RunStatus, Mark] = {
    "queued": Mark("…", "waiting", "muted"),
    "running": Mark("↻", "running", "busy"),
    "succeeded": Mark("✓", "done", "good"),
    "partial": Mark("!", "some failed", "warn"),
    "failed": Mark("✗", "failed", "bad"),
    "interrupted": Mark("■", "interrupted", "warn"),
    "skipped": Mark("-", "skipped", "muted"),
}

UNDONE = Mark("↶", "undone", "muted")
"""A run whose links and imports were taken back."""

STOPPED = Mark("■", "stopped", "warn")
"""A run its user cancelled."""

OUTCOME: dict[Outcome, Mark] = {
    "created": Mark("+", "created", "good"),
    "updated": Mark("✓", "updated", "good"),
    "unchanged": Mark("=", "unchanged", "muted"),
    "frozen": Mark("*", "frozen", "warn"),
    "failed": Mark("✗", "failed", "bad"),
    "skipped": Mark("-", "skipped", "muted"),
}

LINK: dict[LinkState, Mark] = {
    "linked": Mark("●", "linked", "good"),
    "unconfirmed": Mark("?", "unconfirmed", "warn"),
    "conflict": Mark("!", "conflict", "bad"),
    "ignored": Mark("-", "ignored", "muted"),
    "broken": Mark("✗", "broken", "bad"),
}

GONE = Mark("✗", "gone", "bad")
"""A link whose listing, or variation, the shop has no more."""

LISTING: dict[ListingState, Mark] = {
    "active": Mark("●", "for sale", "good"),
    "inactive": Mark("○", "paused", "muted"),
    "sold_out": Mark("0", "sold out", "warn"),
    "draft": Mark("-", "draft", "muted"),
    "expired": Mark("-", "expired", "muted"),
    "removed": Mark("✗", "gone from the shop", "bad"),
}

ORDER: dict[OrderStatus, Mark] = {
    "confirmed": Mark("●", "confirmed", "accent"),
    "fulfilled": Mark("✓", "fulfilled", "good"),
    "void": Mark("-", "void", "muted"),
}

UNTOLD = Mark("✗", "refused", "bad")
"""An order that has left, and whose shop refused to be told so."""

RETURNED = Mark("↺", "returned", "muted")
"""An order all of which came back."""

GATE: dict[Gate, Mark] = {
    "ready": Mark(" ", "ready", "plain"),
    "frozen": Mark("*", "frozen", "warn"),
    "needs_decision": Mark("?", "decide", "bad"),
}

PAYMENT: dict[Payment, Mark] = {
    "unpaid": Mark("○", "unpaid", "warn"),
    "paid": Mark("✓", "paid", "good"),
    "partially_refunded": Mark("~", "partly refunded", "warn"),
    "refunded": Mark("-", "refunded", "muted"),
}

SHIPMENT: dict[ShipmentPush, Mark] = {
    "none": Mark("·", "not pushed", "muted"),
    "owed": Mark("↑", "to be sent", "busy"),
    "sent": Mark("✓", "shop told", "good"),
    "failed": Mark("✗", "refused", "bad"),
    "unknown": Mark("?", "unclear", "warn"),
    "manual": Mark("!", "finish at the shop", "warn"),
}

OUTBOX: dict[OutboxState, Mark] = {
    "held": Mark("■", "held for you", "warn"),
    "queued": Mark("↑", "waiting", "busy"),
    "in_flight": Mark("↻", "sending", "busy"),
    "retry_wait": Mark("…", "will retry", "warn"),
    "unknown": Mark("?", "unclear", "warn"),
    "applied": Mark("✓", "sent", "good"),
    "superseded": Mark("-", "overtaken", "muted"),
    "rejected": Mark("✗", "refused", "bad"),
    "dead": Mark("✗", "gave up", "bad"),
    "paused": Mark("■", "shop inactive", "muted"),
}

INBOX: dict[InboxClass, Mark] = {
    "auth": Mark("!", "sign in", "bad"),
    "oversell": Mark("✗", "oversold", "bad"),
    "decision": Mark("?", "decide", "bad"),
    "bug": Mark("✗", "fault", "bad"),
    "rejected": Mark("✗", "refused", "bad"),
    "transient": Mark("…", "no answer", "warn"),
    "stale": Mark("!", "not synced", "warn"),
    "drift": Mark("~", "differs", "warn"),
    "mapping": Mark("?", "no item", "warn"),
    "review": Mark("■", "to review", "warn"),
}
