"""The settings: the organization, its warehouses, this program, your data, plug-ins."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual import on

from tuisync.core.preferences.write import make_file
from tuisync.core.views.organization import organization_view
from tuisync.screens.dialogs.choose import Choice, Choose
from tuisync.screens.general.changing import ask_organization, ask_preference
from tuisync.screens.general.data import ask_backup, ask_export, ask_restore, show_findings
from tuisync.screens.general.lines import LINE_COLUMNS, Line, lines
from tuisync.screens.general.warehouses import (
    ask_add,
    ask_deactivate,
    ask_primary,
    ask_rename,
    which,
)
from tuisync.screens.place import SubPlace
from tuisync.screens.verbs import verb
from tuisync.widgets.finder import Finder
from tuisync.widgets.folding import Folding
from tuisync.widgets.rows import Rows
from tuisync.widgets.table import Table
from tuisync.widgets.words import Words

if TYPE_CHECKING:
    from textual import events
    from textual.widget import Widget

    from tuisync.core.views.objects import OrganizationView, WarehouseView


_ROOMY = 80
"""Cells from which each line says what it means."""


class Everything(NamedTuple):
    """What the screen shows."""

    organization: OrganizationView
    lines: Rows[Line]


class Settings(SubPlace[Everything]):
    """Everything that can be set which is not one shop's."""

    HELP = (
        "What holds for all of it: your business and its warehouses, how this program looks, and "
        "your data as files. {settings.change} on a line changes it or does it."
    )
    PLACE: ClassVar[str] = "settings"
    WATCHES: ClassVar[frozenset[str]] = frozenset({"organization", "warehouses"})

    def __init__(self) -> None:
        super().__init__()
        self.organization: OrganizationView | None = None
        self.table: Table[Line] = Folding(LINE_COLUMNS, titled=False)

    def body(self) -> Iterable[Widget]:
        """Yield the lines."""
        yield Words("Settings", classes="rule rule--title")
        yield Finder(self.table)
        yield Words("", id="about")

    def on_resize(self, event: events.Resize) -> None:
        """Say what the line under the cursor means where the lines have no room for that."""
        self.query_one("#about").display = event.size.width < _ROOMY

    def load(self) -> Everything:
        """Read the organization, the preferences and the plug-ins."""
        organization = organization_view(self.shell.workspace.store)
        found = lines(
            organization,
            self.shell.preferences,
            self.shell.chores.plugins(),
            _short(self.shell.home.config_file),
        )
        rows = Rows(found, key=lambda line: line.key, text=lambda line: f"{line.name} {line.note}")
        return Everything(organization, rows)

    def show(self, data: Everything) -> None:
        """Fill the table."""
        self.organization = data.organization
        self.table.fill(data.lines)

    def why_not(self, action: str) -> str:
        """Say what the line must be for a verb."""
        kind, _, name = self._at()
        places = {each.name: each for each in self._warehouses()}
        match action:
            case "change" if kind == "plugin":
                return "A plug-in is installed and removed with pip, as any package."
            case "make_primary" if name in places and not places[name].active:
                return f"{name} is not in use."
            case "make_primary" | "deactivate" if name in places and places[name].primary:
                return f"{name} is the primary one."
            case "deactivate" if name in places and not places[name].active:
                return f"{name} is out of use already."
        return ""

    def _at(self) -> tuple[str, str, str]:
        """Return what the line under the cursor is about: `warehouse`, `.`, `Barn`."""
        return (self.table.key or "").partition(".")

    def _warehouses(self) -> list[WarehouseView]:
        return self.organization.warehouses if self.organization else []

    def _warehouse(self) -> str:
        kind, _, name = self._at()
        return name if kind == "warehouse" else ""

    @verb("enter", "Change", "settings: change", "Change the line, or do what it says")
    def action_change(self) -> None:
        """Change the setting under the cursor, or do what the line says."""
        kind, _, name = self._at()
        doing: dict[str, Callable[[], None]] = {
            "organization": lambda: self._ask_organization(name),
            "warehouse": lambda: self._ask_what(name),
            "add": self.action_add,
            "file": self._show_file,
            "backup": self.action_back_up,
            "export": self.action_export,
            "restore": self.action_restore,
            "check": self.action_check,
        }
        doing.get(kind, lambda: ask_preference(self.shell, self.table.key or ""))()

    @verb("n", "Add warehouse", "warehouse: add", "Another place that holds stock")
    def action_add(self) -> None:
        """Ask for a new warehouse."""
        ask_add(self.shell)

    @verb("m", "Rename", "warehouse: rename", "Call a warehouse something else", show=False)
    def action_rename(self) -> None:
        """Ask for another name."""
        which(
            self.shell,
            self._warehouses(),
            self._warehouse(),
            lambda name: ask_rename(self.shell, name),
        )

    @verb("p", "Primary", "warehouse: make primary", "New orders come from it", show=False)
    def action_make_primary(self) -> None:
        """Make a warehouse the primary one."""
        which(
            self.shell,
            [each for each in self._warehouses() if each.active and not each.primary],
            self._warehouse(),
            lambda name: ask_primary(self.shell, name),
        )

    @verb("d", "Retire", "warehouse: deactivate", "Take a warehouse out of use", show=False)
    def action_deactivate(self) -> None:
        """Ask, then take a warehouse out of use."""
        which(
            self.shell,
            [each for each in self._warehouses() if each.active and not each.primary],
            self._warehouse(),
            lambda name: ask_deactivate(self.shell, name),
        )

    @verb("b", "Back up", "data: back up", "Write everything to one file, without sign-ins")
    def action_back_up(self) -> None:
        """Ask for a file and write everything to it."""
        ask_backup(self.shell)

    @verb("x", "Export", "data: export", "Write everything as JSON and CSV for other programs")
    def action_export(self) -> None:
        """Ask for a directory and write everything to it."""
        ask_export(self.shell)

    @verb("o", "Restore", "data: restore", "Put a backup in the place of what is stored")
    def action_restore(self) -> None:
        """Ask for a backup and, once more, whether to put it back."""
        ask_restore(self.shell)

    @verb("c", "Check", "data: check", "Let the doctor look at data, files, plug-ins and engine")
    def action_check(self) -> None:
        """Look at everything and show what was found."""
        self.shell.say("The doctor looks at everything …")
        show_findings(self.shell)

    @verb("i", "Plug-ins", "plugins: list", "Which marketplaces are installed", show=False)
    def action_plugins(self) -> None:
        """Go to the plug-ins."""
        found = next((line.key for line in self.table.rows if line.key.startswith("plugin")), "")
        self.table.go_to(found)

    def _ask_organization(self, name: str) -> None:
        if self.organization and (line := self.table.row):
            ask_organization(self.shell, self.organization, name, line)

    def _show_file(self) -> None:
        """Make the file where it is missing, and say how a key is written into it."""
        path = self.shell.home.config_file

        def say(made: bool) -> None:  # noqa: FBT001  # what was done
            is_there = "is made, all of it comments" if made else "is there"
            self.shell.say(
                f"{_short(path)} {is_there}. A key is given in it under [keys], as "
                '"item.adjust_stock" = "x"; it is read as soon as it is saved.'
            )

        self.shell.act(lambda: make_file(path), say)

    def _ask_what(self, name: str) -> None:
        choices = [
            Choice("rename", "Rename", "", "m"),
            Choice("make_primary", "Make it the primary one", "new orders come from it", "p"),
            Choice("deactivate", "Take it out of use", "asks first", "d"),
        ]

        def chosen(action: str | None) -> None:
            if action is not None:
                self.call_later(self.run_action, action)

        self.app.push_screen(Choose(name, choices), chosen)

    @on(Table.Highlighted)
    def _moved(self) -> None:
        line = self.table.row
        self.query_one("#about", Words).say(line.note if line else "")
        self.refresh_bindings()

    @on(Table.Opened)
    def _opened(self) -> None:
        self.call_later(self.run_action, "change")


def _short(path: Path) -> str:
    """Return a path as one writes it: from the user's own directory, where it is there."""
    home = Path.home()
    return f"~/{path.relative_to(home)}" if path.is_relative_to(home) else str(path)
