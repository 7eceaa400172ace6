"""Following the journals, one after the other, as far as they go."""

from __future__ import annotations

from collections.abc import Callable

from tuisync.core.store.tiny import lines
from tuisync.core.store.tiny.journal import Journal, Unclear
from tuisync.core.store.tiny.snapshot import SCHEMA, too_new


class Trail:
    """Where this process is in the journals.

    Args:
        journal: The first one.
    """

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self.earlier = 0

    def check(self, link: str, version: int) -> None:
        """Make sure that the journal goes on from where we are.

        Raises:
            Unclear: It does not.
            SchemaTooNew: A newer tuisync wrote it.
        """
        _check(self.journal, link, version)

    def follow(self, apply: Callable[[lines.Commit], None], *, settled: bool) -> None:
        """Take in what was committed since.

        Args:
            apply: Takes in one commit.
            settled: The lock is held: nobody is writing.

        Raises:
            Unclear: It does not simply go on; read everything anew.
            FileNotFoundError: So many compactions went by that a journal between is gone.
            SchemaTooNew: A newer tuisync wrote the next journal.
            OSError: A journal cannot be read.
        """
        while True:
            for commit in self.journal.news(settled=settled):
                apply(commit)
            if self.journal.next is None:
                return
            self._step(self.journal.next)

    def turn(self) -> None:
        """Go on in a new journal; the lock is held and all news are read.

        Raises:
            StoreError: It could not be made; the old one goes on, see `Journal.append`.
            OSError: The same.
        """
        old = self.journal
        new = Journal.create(old.path.parent, old.generation + 1, old.schema, old.version)
        try:
            old.lead_to(new)
        except BaseException:
            new.close()
            raise
        self._replace(new)

    def close(self) -> None:
        """Let go of the file."""
        self.journal.close()

    def _step(self, following: lines.Next) -> None:
        successor = Journal.open(self.journal.path.parent, following.journal)
        try:
            _check(successor, following.link, self.journal.version)
        except BaseException:
            successor.close()
            raise
        self._replace(successor)

    def _replace(self, successor: Journal) -> None:
        self.earlier += self.journal.end
        self.journal.close()
        self.journal = successor


def _check(journal: Journal, link: str, version: int) -> None:
    if journal.schema > SCHEMA:
        raise too_new(journal.path, journal.schema)
    if (journal.link, journal.version, journal.schema) != (link, version, SCHEMA):
        raise Unclear(journal.path, "line 1: it does not go on from what leads to it")
