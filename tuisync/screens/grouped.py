"""What places share that show their rows one group at a time."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from textual import on

from tuisync.core.inbox.gather import about
from tuisync.screens.alike import ALIKE, NONE_LEFT
from tuisync.screens.following import Following
from tuisync.screens.verbs import Verbal, verb
from tuisync.widgets.finder import Finder
from tuisync.widgets.pills import Pills

if TYPE_CHECKING:
    from tuisync.core.workspace import Workspace
    from tuisync.screens.alike import Alike
    from tuisync.widgets.columns import Column
    from tuisync.widgets.groups import Groups
    from tuisync.widgets.table import Table


class Grouped(Verbal, Following):
    """Left and right show one group of rows at a time. Stands after the place in the bases.

    Attributes:
        group: The group shown.
        groups: All groups, once they have been loaded.
        alike: What a row of the inbox stands for, which is a group of its own then.
        table: Where a group's rows are shown.
    """

    group: str
    groups: Groups[Any] | None = None
    table: Table[Any]
    alike: Alike | None = None
    _at: str = ""

    def show_groups(self, groups: Groups[Any]) -> None:
        """Show these groups, at the one chosen before."""
        self.groups = groups
        if self.group != ALIKE and not groups.found(ALIKE):
            self.alike = None  # all of it is done, and one has gone on
        self.table.elsewhere = self._elsewhere
        self.query_one(Pills).show(groups.pills(), self.group)
        self.fill_group()

    def _elsewhere(self, words: str) -> str:
        """Return in which other groups words are found."""
        return self.groups.found_in(words, but=self.group) if self.groups else ""

    def see(self, group: str, key: str = "") -> None:
        """Show a group, with the cursor on that row once it is there."""
        self.group, self._at = group, key
        if self.groups is not None:
            self.show_groups(self.groups)

    def see_alike(self, alike: Alike) -> None:
        """Show exactly what a row of the inbox stands for, as a group of its own."""
        self.alike, self.group, self.groups = alike, ALIKE, None
        for finder in self.query(Finder):  # none yet, where nobody has been before
            finder.action_close_filter()
        self.reload()

    def named_groups(self, words: Mapping[str, str]) -> Mapping[str, str]:
        """Return the groups' words with those of what a row of the inbox stands for."""
        return words if self.alike is None else {**words, ALIKE: self.alike.words}

    def also(self, workspace: Workspace) -> Mapping[str, Collection[str]]:
        """Return the keys of the rows that a row of the inbox stands for, by their group."""
        if self.alike is None:
            return {}
        return {ALIKE: frozenset(about(workspace.store, workspace.now(), self.alike.row))}

    def nothing_in(self, group: str) -> str:
        """Return what the table says where that group has no rows."""
        del group
        return self.table.empty

    def columns_in(self, group: str) -> Sequence[Column[Any]]:
        """Return what the table shows of that group; nothing where it is the same of all."""
        del group
        return ()

    def prepare_group(self, groups: Groups[Any], group: str) -> None:
        """Do what takes long before a group is shown; may be called from a thread."""
        self.table.prepare(groups.rows(group), self.columns_in(group))

    def fill_group(self) -> None:
        """Fill the table with the chosen group; a large one is made in a thread first."""
        groups, group = self.groups, self.group
        if groups is not None and not self._is_at_hand(groups, group):
            make = partial(self._make_group, groups, group)
            self.run_worker(make, thread=True, group="rows", exclusive=True)
            return
        self.table.empty = NONE_LEFT if group == ALIKE else self.nothing_in(group)
        if groups is not None:
            self.table.fill(groups.rows(group), self.columns_in(group))
        if self._at and self._at in self.table.rows:
            self.table.go_to(self._at)
            self._at = ""

    def _is_at_hand(self, groups: Groups[Any], group: str) -> bool:
        return groups.is_at_hand(group) and self.table.is_prepared(
            groups.rows(group), self.columns_in(group)
        )

    def _make_group(self, groups: Groups[Any], group: str) -> None:
        self.prepare_group(groups, group)
        self.call_later(self.fill_group)

    @verb("left", "", "list: previous group", "Show the previous group of rows", show=False)
    def action_previous_group(self) -> None:
        """Show the group to the left."""
        self.query_one(Pills).step(-1)

    @verb("right", "Next group", "list: next group", "Show another group of rows")
    def action_next_group(self) -> None:
        """Show the group to the right."""
        self.query_one(Pills).step(1)

    @on(Pills.Chosen)
    def _group_chosen(self, message: Pills.Chosen) -> None:
        message.stop()
        self.group = message.key
        self.fill_group()
