"""Spreadsheets: a file is compared first, its changes and errors are looked at, then it counts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal, NamedTuple

from textual import on

from tuisync.core.archive.export import export_list
from tuisync.core.sheets.items import import_items
from tuisync.core.sheets.links import import_links
from tuisync.core.views.objects import SheetFileView, SheetView
from tuisync.screens.dialogs.fields import Field
from tuisync.screens.dialogs.form import Form, Values
from tuisync.screens.place import SubPlace
from tuisync.screens.verbs import verb
from tuisync.widgets.columns import Cell, Column
from tuisync.widgets.facts import Fact, Facts, fact, section
from tuisync.widgets.finder import Finder
from tuisync.widgets.rows import Rows
from tuisync.widgets.table import Table
from tuisync.widgets.words import Words

if TYPE_CHECKING:
    from textual.widget import Widget

    from tuisync.screens.shell import Shell

Kind = Literal["items", "links"]

_IMPORTS: dict[Kind, Callable[..., SheetView]] = {"items": import_items, "links": import_links}
_COLUMNS: dict[Kind, str] = {
    "items": "sku, name, group, attributes, price, warehouse, on_hand, reason",
    "links": "variant, item, state",
}


class _Row(NamedTuple):
    """A change, or an error where `old` and `new` are nothing and `wrong` says what."""

    number: int
    line: int
    subject: str
    what: str
    old: str = ""
    new: str = ""
    wrong: str = ""


COLUMNS: tuple[Column[_Row], ...] = (
    Column("line", "Line", lambda r: Cell(f"{r.line:,}", "muted"), 5, align="right"),
    Column("subject", "Of", lambda r: Cell(r.subject or "-", "strong"), 12, flex=1, widest=30),
    Column("what", "What", lambda r: Cell(r.what or "-"), 10, flex=1, widest=24),
    Column("old", "From", lambda r: Cell(r.old or "-", "muted"), 8, flex=1, widest=30, rank=1),
    Column(
        "new",
        "To",
        lambda r: Cell(f"✗ {r.wrong}", "bad") if r.wrong else Cell(r.new or "-", "good"),
        width=20,
        flex=3,
    ),
)


def ask_import(shell: Shell, kind: Kind) -> None:
    """Ask for a file, compare it, and show what it would change."""
    fields = [Field("file", "File", help="A CSV file, as ~/stock.csv.")]

    def submit(values: Values) -> tuple[Path, SheetView]:
        path = Path(values["file"]).expanduser()
        return path, _IMPORTS[kind](shell.workspace, path)

    form: Form[tuple[Path, SheetView]] = Form(
        f"Import {kind}",
        fields,
        submit,
        about=f"Columns: {_COLUMNS[kind]}.\nNothing is written before you have seen it.",
        verb="Compare",
    )
    shell.push_screen(form, lambda done: _compared(shell, kind, done))


def _compared(shell: Shell, kind: Kind, done: tuple[Path, SheetView] | None) -> None:
    if done is not None:
        shell.push_screen(Comparison(kind, *done))


def ask_export(shell: Shell, kind: Kind) -> None:
    """Ask for a new file and write the list to it."""
    fields = [Field("file", "New file", help=f"As ~/{kind}.csv; it must not be there yet.")]

    def submit(values: Values) -> SheetFileView:
        return export_list(shell.workspace, kind, Path(values["file"]).expanduser())

    form: Form[SheetFileView] = Form(f"Export {kind}", fields, submit, verb="Write")
    shell.push_screen(form, lambda done: _written(shell, done))


def _written(shell: Shell, view: SheetFileView | None) -> None:
    if view is not None:
        shell.say(f"{view.rows:,} rows are in {view.file}.")


class Comparison(SubPlace[SheetView]):
    """What a file would change, and what of it cannot be taken.

    Args:
        kind: What it is a list of.
        path: The file.
        view: The comparison that was made of it.
    """

    HELP = (
        "What the file would change, and what cannot be taken, with its line. Nothing is written "
        "yet: {import.apply} writes it, {screen.back} leaves everything as it is."
    )
    PLACE: ClassVar[str] = "items"

    def __init__(self, kind: Kind, path: Path, view: SheetView) -> None:
        super().__init__()
        self.kind: Kind = kind
        self.path = path
        self.view: SheetView | None = view
        self.table: Table[_Row] = Table(COLUMNS, empty="It says what is stored already.")

    def body(self) -> Iterable[Widget]:
        """Yield the sums, the rows, and the row under the cursor in full."""
        yield Words("", classes="rule", id="summary")
        yield Finder(self.table)
        yield Facts(classes="pane--foot")

    def load(self) -> SheetView:
        """Compare anew, except the first time."""
        view, self.view = self.view, None
        return view or _IMPORTS[self.kind](self.shell.workspace, self.path)

    def show(self, data: SheetView) -> None:
        """Show errors first, then what changes."""
        self.view = data
        self.query_one("#summary", Words).say(_summary(self.path.name, data))
        rows = Rows(_rows(data), key=lambda r: str(r.number), text=_searched)
        self.table.fill(rows)

    def why_not(self, action: str) -> str:
        """Say what there must be to write."""
        if action == "apply" and (self.view is None or not self.view.changes):
            return "There is nothing to write."
        return ""

    @verb("A", "Apply", "import: apply", "Write what the file changes")
    def action_apply(self) -> None:
        """Write it, away from the event loop, and leave."""
        write = partial(_IMPORTS[self.kind], self.shell.workspace, self.path, apply=True)
        self.shell.carry_out(asyncio.to_thread(write), self._applied)

    @on(Table.Highlighted)
    def _explain(self) -> None:
        row = self.table.row
        self.query_one(Facts).show([section("", _about(row))] if row else [])

    def _applied(self, view: SheetView) -> None:
        left = f"; {_left_out(view):,} left out" if view.errors else ""
        self.shell.say(f"{view.created:,} created, {view.updated:,} updated{left}.")
        self.dismiss()


def _rows(view: SheetView) -> list[_Row]:
    wrong = [_Row(0, e.line, "", e.column, wrong=e.message) for e in view.errors]
    changes = [_Row(0, c.line, c.subject, c.what, c.old or "", c.new or "") for c in view.changes]
    return [row._replace(number=n) for n, row in enumerate([*wrong, *changes])]


def _about(row: _Row) -> list[Fact]:
    if row.wrong:
        where = f"line {row.line:,}" + (f", column {row.what}" if row.what else "")
        return [fact("Left out", where, "bad"), fact("Why", row.wrong, "warn")]
    return [
        fact("Line", f"{row.line:,}: {row.what} of {row.subject}", "strong"),
        fact("From", row.old or "nothing", "muted"),
        fact("To", row.new or "nothing", "good"),
    ]


def _searched(row: _Row) -> str:
    return f"{row.line} {row.subject} {row.what} {row.old} {row.new} {row.wrong}"


def _left_out(view: SheetView) -> int:
    """Return how many rows cannot be taken."""
    return len({each.line for each in view.errors})


def _summary(name: str, view: SheetView) -> str:
    parts = [
        f"{count:,} {word}"
        for count, word in (
            (view.created, "new"),
            (view.updated, "changed"),
            (view.unchanged, "as before"),
            (_left_out(view), "left out"),
        )
        if count
    ]
    return f"{name}: {', '.join(parts) or 'no rows'}. Nothing is written yet."
