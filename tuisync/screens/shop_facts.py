"""What the pane says of a shop: what runs there, how it went lately, what waits for the user."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from tuisync.screens.counts import explained
from tuisync.screens.shop_rows import SALES_DAYS, ShopRow
from tuisync.widgets.bars import bars
from tuisync.widgets.facts import Fact, Section, fact, note, section
from tuisync.widgets.keys import key, keyed
from tuisync.widgets.marks import RUN, Tone
from tuisync.widgets.plain import counted, owed_words, plain
from tuisync.widgets.progress import run_line
from tuisync.widgets.when import ago

if TYPE_CHECKING:
    from tuisync.core.models import Trigger
    from tuisync.core.views.objects import IntegrationView, RunView


_MARKS = 20
"""Syncs shown as a mark each."""


def sections(row: ShopRow) -> list[Section]:
    """Return what the pane says of a shop or a marketplace."""
    if row.shop is None:
        return _invitation(row)
    found = [section(row.shop.shop_name, [*_now(row), *_lately(row)])]
    if needs := list(_needs(row.shop)):
        found.append(section("Waiting for you", needs))
    return found


def _invitation(row: ShopRow) -> list[Section]:
    if row.trouble:
        return [section(row.title, [note(row.trouble, "bad")])]
    steps = row.marketplace.setup_steps if row.marketplace else ()
    facts = [note(keyed("Press {shop.set_up} to connect a shop. You will need:"), "strong")]
    facts += [fact(f"{place}.", step) for place, step in enumerate(steps, 1)]
    return [section(row.title, facts)]


def _now(row: ShopRow) -> Iterable[Fact]:
    told = {row.shop.status_reason} - {""} if row.shop else set()
    for reason in told:
        yield note(reason, "bad")
    if not row.runs:
        yield note(keyed("Nothing has been synced yet: {shop.sync_manually} syncs."), "muted")
    for run in row.runs:
        tone: Tone = "busy" if run.status == "running" else "plain"
        when = f"  {ago(run.finished_at, row.now)}" if run.finished_at else ""
        yield fact(run.module.capitalize(), run_line(run) + _only(run) + when, tone)
        if run.reason and run.reason not in told and run.retry_at is None:  # what waits tells it
            yield fact("", plain(run.reason), "warn")
    yield from _waiting(row)
    yield from explained([run.counts for run in row.runs])


def _waiting(row: ShopRow) -> Iterable[Fact]:
    """Say of each sync that was asked for and follows one that is shown, what it waits for."""
    shown = {run.id for run in row.runs}
    batches: dict[str, list[RunView]] = {}
    for run in row.waiting:
        if run.id not in shown:
            batches.setdefault(run.batch, []).append(run)
    for runs in batches.values():
        modules = " and ".join(run.module for run in runs)
        what = f"waiting for {runs[0].waits_for}" if runs[0].waits_for else "next"
        asked = ago(runs[0].queued_at, row.now)
        yield fact("Then", f"… {modules}, asked for {asked}, {what}", "busy")


def _only(run: RunView) -> str:
    """Say of a run that read a part of its module alone which part that was."""
    words: dict[Trigger, str] = {"resync": "records read again", "period": "a period"}
    found = words.get(run.trigger)
    return f"  ({found})" if found else ""


def _lately(row: ShopRow) -> Iterable[Fact]:
    """Return the small charts: sales per day, and how the syncs went."""
    if any(row.sales):
        words = f"{counted(sum(row.sales), 'order')} in {SALES_DAYS} days, {row.sales[-1]} today"
        yield fact("Sales", f"{bars(row.sales)}  {words}")
    ended = [run for run in row.course if run.finished_at]
    if len(ended) > 1:
        well = sum(run.status == "succeeded" for run in ended)
        marks = "".join(RUN[run.status].glyph for run in ended[-_MARKS:])
        tone: Tone = "plain" if well == len(ended) else "warn"
        yield fact("Syncs", f"{marks}  {well} of {len(ended)} went well", tone)


def keys_in_details(verb: str) -> str:
    """Return the two keys that do something in a shop's details."""
    return f"{key('shop.show_details')}, then {key(verb)}"


def _needs(shop: IntegrationView) -> Iterable[Fact]:
    counts = shop.counts
    if shop.status == "needs_reauth":
        yield note(f"Sign in again: {keys_in_details('shop.sign_in_again')}.", "bad")
    if open_ := counts.unconfirmed + counts.conflict:
        goes = f"{key('go.mapping')} goes there"
        yield note(f"{counted(open_, 'variant')} without an item: {goes}.", "warn")
    if counts.frozen_orders:
        text = f"{counted(counts.frozen_orders, 'order')} frozen until the variants are mapped."
        yield note(text, "warn")
    if counts.refused_pushes:
        listings = counts.refused_pushes - counts.refused_shipments
        words = owed_words(listings, counts.refused_shipments)
        yield note(f"{words} refused by the shop: {key('go.inbox')} shows why.", "bad")
    if counts.held_pushes:
        held = counted(counts.held_pushes, "listing")
        yield note(f"{held} held until you saw the plan: {key('go.plan')} shows it.", "warn")
    if owed := counts.owed_pushes - counts.held_pushes:
        words = owed_words(owed - counts.owed_shipments, counts.owed_shipments)
        yield note(f"{words} owed to the shop: {key('go.outbox')} shows it.", "busy")
