"""Access that the seller takes back at the shop, and signing in again, by command line."""

from __future__ import annotations

import socket
from dataclasses import dataclass, field

import pytest

from terminal import Ended, Seller, Terminal


@dataclass
class AtTheBrowser:
    """Someone at a terminal who signs in with a browser beside it."""

    terminal: Terminal
    port: int
    sellers: list[Seller] = field(default_factory=list)

    def run(self, *line: str) -> Ended:
        """Run a command that signs in; somebody allows access."""
        seller = Seller(self.terminal.fake.identity.consent)
        self.sellers.append(seller)
        self.terminal.on_say = seller
        try:
            return self.terminal(
                *line, "--no-browser", "--port", str(self.port), "--timeout", "20", "--json"
            )
        finally:
            self.terminal.on_say = lambda _: None
            for thread in seller.threads:
                thread.join(5)

    @property
    def secrets(self) -> bytes:
        """What is stored of sign-ins."""
        return (self.terminal.home / "secrets.json").read_bytes()


@pytest.fixture
def desk(terminal: Terminal) -> AtTheBrowser:
    """A shop with ten mugs, signed in to and in step."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    desk = AtTheBrowser(terminal, port)
    terminal.shop.list_item("Mug", 10, sku="MUG")
    terminal.ok("init", "--currency", "USD", "--first-push", "auto")
    assert desk.run("connect", "fake").code == 0
    terminal.ok("items", "create-from", "--all-unconfirmed")
    terminal.clock.advance(minutes=1)
    return desk


def mug(terminal: Terminal) -> str:
    """Return the listing's id."""
    return next(iter(terminal.shop.listings))


def test_s41_revoked_access_keeps_the_work_and_signing_in_again_drains_it(
    desk: AtTheBrowser,
) -> None:
    terminal = desk.terminal
    order = terminal.shop.sell(mug(terminal), 2)
    terminal.ok("sync")
    terminal.ok("items", "adjust", "MUG", "--by", "-3", "--reason", "broken")
    terminal.ok("ship", order.number, "--carrier", "dhl", "--tracking", "JD0146")
    terminal.fake.identity.revoke("user-1")

    refused = terminal.fails(3, "push")

    assert refused["code"] == "needs_reauth"
    assert "reconnect fake" in refused["hint"]
    shop = terminal.json("integration", "show", "fake")
    assert (shop["status"], shop["next_sync_at"]) == ("needs_reauth", None)
    kept = {each["id"]: each["state"] for each in terminal.json("outbox")}
    assert sorted(kept.values()) == ["paused", "paused"]
    assert [row["class"] for row in terminal.json("inbox")] == ["auth"]
    terminal.fake.calls.clear()
    for _ in range(3):
        terminal.clock.advance(hours=4)
        terminal("daemon", "--once")
    assert terminal.fake.calls == [], "nobody knocks at a closed door"
    assert {each["id"]: each["state"] for each in terminal.json("outbox")} == kept

    back = desk.run("reconnect", "fake")

    assert back.json["status"] == "active"
    terminal.ok("push")
    assert terminal.shop.quantity(mug(terminal)) == 5
    assert terminal.shop.emails == [order.remote_id]
    assert {each["state"] for each in terminal.json("outbox")} == {"applied"}
    terminal.ok("sync")
    assert terminal.json("inbox") == []


def test_s43_what_was_sold_and_listed_meanwhile_comes_in_once(desk: AtTheBrowser) -> None:
    terminal = desk.terminal
    terminal.fake.identity.revoke("user-1")
    terminal.fails(3, "sync")
    order = terminal.shop.sell(mug(terminal), 2)
    vase = terminal.shop.list_item("Vase", 3).remote_id
    terminal.clock.advance(hours=30)
    assert desk.run("reconnect", "fake").code == 0

    terminal.ok("daemon", "--once")
    terminal.clock.advance(hours=4)
    terminal.ok("daemon", "--once")

    assert [each["remote_id"] for each in terminal.json("orders")] == [order.remote_id]
    assert vase in {each["listing_id"] for each in terminal.json("links")}
    item = terminal.json("items", "show", "MUG")
    assert (item["on_hand"], item["committed"], item["available"]) == (10, 2, 8)
    made = [run["counts"]["created"] for run in terminal.json("history", "--module", "orders")]
    assert sum(made) == 1


def test_s42_another_account_changes_nothing_and_needs_a_new_attempt(desk: AtTheBrowser) -> None:
    terminal = desk.terminal
    terminal.fake.identity.revoke("user-1")
    terminal.fails(3, "sync")
    before = {line: terminal.json(line) for line in ("links", "integrations", "items", "outbox")}
    secrets = desk.secrets
    terminal.fake.add_shop("200", owner="user-2", name="Another shop")
    terminal.fake.identity.seller = "user-2"
    calls = len(terminal.fake.calls_of("authorize"))

    refused = desk.run("reconnect", "fake")

    assert (refused.code, refused.error["code"]) == (3, "wrong_account")
    for name in ("Another shop", "Shop 100"):
        assert name in refused.error["message"]
    assert desk.secrets == secrets
    assert {line: terminal.json(line) for line in before} == before
    assert len(terminal.fake.calls_of("authorize")) == calls + 1, "the attempt has ended"

    terminal.fake.identity.seller = "user-1"
    assert desk.run("reconnect", "fake").json["status"] == "active"
    states = [seller.urls[0] for seller in desk.sellers]
    assert len(set(states)) == len(states), "each attempt has a state of its own"


def test_s06_an_answer_of_an_earlier_attempt_does_not_serve_again(desk: AtTheBrowser) -> None:
    terminal = desk.terminal
    first = desk.sellers[0]
    used = terminal.fake.identity.consent(first.urls[0])
    seller = Seller(lambda _: used)
    terminal.on_say = seller
    secrets = desk.secrets

    error = terminal.fails(
        3, "reconnect", "fake", "--no-browser", "--port", str(desk.port), "--timeout", "20"
    )
    terminal.on_say = lambda _: None

    assert error["code"] == "wrong_state"
    assert desk.secrets == secrets
    assert desk.run("reconnect", "fake").code == 0, "and it can be started again at once"
