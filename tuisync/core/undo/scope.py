"""What an undo takes back: read from the runs, their records, and what was kept of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from tuisync.core.models import Contact, Cursor, Link, Listing, SyncRun, record_id
from tuisync.core.store import schema
from tuisync.core.store.port import Reader


@dataclass
class Scope:
    """What some runs made and changed.

    Attributes:
        runs: The runs, oldest first.
        orders: Ids of orders they made.
        listings: Ids of listings they made.
        links: Links they made on listings that were known, as they were before, by id.
        known: Those listings as they were before, by id.
        contacts: Contacts they wrote to, as they were before, by id.
        cursors: How far was read before them, by id.
    """

    runs: Sequence[SyncRun]
    orders: list[str] = field(default_factory=list)
    listings: list[str] = field(default_factory=list)
    links: dict[str, Link] = field(default_factory=dict)
    known: dict[str, Listing] = field(default_factory=dict)
    contacts: dict[str, Contact] = field(default_factory=dict)
    cursors: dict[str, Cursor] = field(default_factory=dict)

    @property
    def began(self) -> datetime:
        """When the first of them was asked for."""
        return min(run.queued_at for run in self.runs)

    @property
    def ended(self) -> datetime:
        """When the last of them had ended."""
        return max(run.finished_at or run.queued_at for run in self.runs)

    @property
    def empty(self) -> bool:
        """They made nothing that could be taken back."""
        return not (self.orders or self.listings or self.links)


def scope_of(reader: Reader, runs: Iterable[SyncRun]) -> Scope:
    """Return what these runs made and changed; what is not there any more is left out."""
    ordered = sorted(runs, key=lambda run: run.id)
    scope = Scope(ordered)
    again = {module: made_later(reader, ordered, module) for module in ("items", "orders")}
    for run in ordered:
        _add_made(reader, scope, run, again[run.module])
        for former in reader.find(schema.FORMERS, "run", run.id):
            # The oldest image of each is the one to go back to.
            for link in former.links:
                scope.links.setdefault(link.id, link)
            for listing in former.listings:
                scope.known.setdefault(listing.id, listing)
            for contact in former.contacts:
                scope.contacts.setdefault(contact.id, contact)
            for cursor in former.cursors:
                scope.cursors.setdefault(cursor.id, cursor)
    return scope


def made_by(reader: Reader, run: SyncRun) -> list[str]:
    """Return the ids of the orders or listings a run made."""
    return [
        record_id(run.integration, record.remote_id)
        for page in reader.find(schema.RECORDS, "run", run.id)
        for record in page.records
        if record.made
    ]


def made_later(reader: Reader, runs: Sequence[SyncRun], module: str) -> set[str]:
    """Return the ids of what runs of the same shops made after these, and what was not undone."""
    own = {run.id for run in runs}
    first = min(own, default="")
    later = (
        run
        for shop in {run.integration for run in runs}
        for run in reader.find(schema.RUNS, "integration", shop)
        if run.id > first and run.id not in own and run.module == module and not run.undone_at
    )
    return {id_ for run in later for id_ in made_by(reader, run)}


def links_of(reader: Reader, scope: Scope) -> list[Link]:
    """Return the links the runs made, as they are now."""
    own = [link for id_ in scope.listings for link in reader.find(schema.LINKS, "listing", id_)]
    known = [reader.get(schema.LINKS, id_) for id_ in scope.links]
    return own + [link for link in known if link is not None]


def _add_made(reader: Reader, scope: Scope, run: SyncRun, again: set[str]) -> None:
    """Add what a run made, unless it was gone meanwhile and another run made it anew."""
    ids = [id_ for id_ in dict.fromkeys(made_by(reader, run)) if id_ not in again]
    if run.module == "orders":
        scope.orders += [id_ for id_ in ids if reader.get(schema.ORDERS, id_) is not None]
    else:
        scope.listings += [id_ for id_ in ids if reader.get(schema.LISTINGS, id_) is not None]
