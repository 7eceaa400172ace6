"""An export: everything as plain files for other programs.

`tuisync.json` is a database of TinyDB as it comes: per collection a table, in it integer ids
of TinyDB's own; ours is each row's field `id`. Beside it is a CSV file per list of the screens.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import msgspec

from tuisync.core.archive.files import new_directory, new_file
from tuisync.core.archive.lists import LISTS, Row
from tuisync.core.store.port import Reader
from tuisync.core.store.schema import COLLECTIONS
from tuisync.core.text import spreadsheet_safe
from tuisync.core.views.objects import ExportView
from tuisync.core.workspace import Workspace

DATABASE = "tuisync.json"


def export_to(workspace: Workspace, directory: Path) -> ExportView:
    """Write everything that is stored at this moment to a new or empty directory.

    Raises:
        Conflict: There is something in the directory.
        UsageError: It cannot be written.
    """
    moment = workspace.store.moment()
    new_directory(directory)
    with new_file(directory / DATABASE) as file:
        file.writelines(_database(moment))
    for name, (heads, rows) in LISTS.items():
        with new_file(directory / f"{name}.csv") as file:
            file.writelines(_csv([heads, *rows(moment)]))
    return ExportView(
        directory=str(directory), files=[DATABASE, *(f"{name}.csv" for name in LISTS)]
    )


def _database(moment: Reader) -> Iterator[bytes]:
    encode = msgspec.json.Encoder().encode
    between = b"{\n"
    for collection in COLLECTIONS:
        yield b'%b"%b": {' % (between, collection.name.encode())
        before = b"\n"
        for number, document in enumerate(moment.all(collection), start=1):
            yield b'%b"%d": %b' % (before, number, encode(document))
            before = b",\n"
        yield b"\n}"
        between = b",\n"
    yield b"\n}\n"


def _csv(rows: list[Row]) -> Iterator[bytes]:
    """Write rows as RFC 4180 has them, in UTF-8; no cell is a formula to a spreadsheet."""
    line = io.StringIO(newline="")
    writer = csv.writer(line)
    for row in rows:
        writer.writerow([spreadsheet_safe(cell) if isinstance(cell, str) else cell for cell in row])
        yield line.getvalue().encode()
        line.seek(0)
        line.truncate()
