"""The dialogs of what is done with the data as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING

from tuisync.screens.dialogs.base import Reading
from tuisync.screens.dialogs.confirm import Confirm
from tuisync.screens.dialogs.fields import Field
from tuisync.screens.dialogs.form import Form, Values
from tuisync.widgets.facts import Facts, fact, section

if TYPE_CHECKING:
    from textual.widget import Widget

    from tuisync.core.views.objects import BackupView, CheckView, ExportView
    from tuisync.screens.shell import Shell

RESTORE = (
    "{found}.\n\n"
    "tuisync leaves the screen, puts it in the place of what is stored, and comes back. The data "
    "of now is kept beside it. Every shop needs a sign-in again, and no number is sent before "
    "you saw it in the plan. It is refused while a daemon works."
)


class Findings(Reading):
    """What the doctor found.

    Args:
        checks: One line each.
    """

    def __init__(self, checks: Sequence[CheckView]) -> None:
        bad = sum(not each.ok for each in checks)
        super().__init__(f"{bad} of {len(checks)} need a look" if bad else "Everything is well")
        self.checks = sorted(checks, key=lambda each: each.ok)

    def body(self) -> Iterable[Widget]:
        """Yield the list."""
        yield Facts(classes="dialog--scroll")

    def on_mount(self) -> None:
        """Fill it, what is wrong first."""
        facts = [
            fact(f"✓ {each.check}", each.message)
            if each.ok
            else fact(f"✗ {each.check}", each.message, "bad")
            for each in self.checks
        ]
        self.query_one(Facts).show([section("", facts)])
        self.query_one(Facts).focus()


def ask_backup(shell: Shell) -> None:
    """Ask for a file, then write everything to it."""
    name = f"tuisync-{shell.workspace.now().astimezone(shell.zone):%Y-%m-%d}.json"
    fields = [
        Field("file", "File", str(free_path(Path.home() / name)), help="It must not be there yet.")
    ]

    def submit(values: Values) -> BackupView:
        return shell.chores.back_up(_path(values["file"]))

    def told(view: BackupView | None) -> None:
        if view is not None:
            shell.say(f"{view.documents:,} rows are in {view.file}.", title="Backed up")

    about = "Everything but what signs in to your shops. The engine may go on working."
    form: Form[BackupView] = Form("Back up", fields, submit, about=about, verb="Back up")
    shell.push_screen(form, told)


def ask_export(shell: Shell) -> None:
    """Ask for a directory, then write everything for other programs."""
    name = f"tuisync-export-{shell.workspace.now().astimezone(shell.zone):%Y-%m-%d}"
    fields = [
        Field("directory", "Directory", str(free_path(Path.home() / name)), help="New or empty.")
    ]

    def submit(values: Values) -> ExportView:
        return shell.chores.export(_path(values["directory"]))

    def told(view: ExportView | None) -> None:
        if view is not None:
            shell.say(f"{len(view.files)} files are in {view.directory}.", title="Exported")

    about = "JSON that TinyDB opens, and CSV files for a spreadsheet."
    form: Form[ExportView] = Form("Export", fields, submit, about=about, verb="Export")
    shell.push_screen(form, told)


def ask_restore(shell: Shell) -> None:
    """Ask for a backup, look whether it is whole, say what will happen, then do it."""
    fields = [Field("file", "Backup", help="A file that `back up` wrote.")]

    def submit(values: Values) -> tuple[Path, str]:
        path = _path(values["file"])
        return path, shell.chores.examine(path)

    def found(answer: tuple[Path, str] | None) -> None:
        if answer is not None:
            path, words = answer
            question = Confirm(
                f"Restore {path.name}?", RESTORE.format(found=words), yes="Restore it"
            )
            shell.push_screen(question, lambda yes: shell.restore(path) if yes else None)

    form: Form[tuple[Path, str]] = Form("Restore", fields, submit, verb="Look at it")
    shell.push_screen(form, found)


def show_findings(shell: Shell) -> None:
    """Let the doctor look at everything, then show what was found."""
    shell.act(shell.chores.check, lambda checks: _shown(shell, checks))


def _shown(shell: Shell, checks: Sequence[CheckView]) -> None:
    shell.push_screen(Findings(checks))


def free_path(path: Path) -> Path:
    """Return the path, or where something is there already, the first that is free: `NAME-2`."""
    others = (path.with_stem(f"{path.stem}-{number}") for number in count(2))
    return next(each for each in chain([path], others) if not each.exists())


def _path(text: str) -> Path:
    return Path(text).expanduser().absolute()
