"""An export: everything as plain files for other programs.

`tuisync.json` is a database of TinyDB as it comes: per collection a table, in it integer ids
of TinyDB's own; ours is each row's field `id`. Beside it is a CSV file per list of the screens.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec

from tuisync.core.archive.files import new_directory, new_file
from tuisync.core.archive.lists import LISTS
from tuisync.core.sheets.writing import Row, csv_lines
from tuisync.core.store.port import Reader
from tuisync.core.store.schema import COLLECTIONS
from tuisync.core.views.objects import ExportView, SheetFileView
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
            file.writelines(csv_lines([heads, *rows(moment)]))
    return ExportView(
        directory=str(directory), files=[DATABASE, *(f"{name}.csv" for name in LISTS)]
    )


def export_list(workspace: Workspace, name: str, path: Path) -> SheetFileView:
    """Write one of the lists to a new CSV file.

    Args:
        workspace: Where.
        name: One of `LISTS`.
        path: The file.

    Raises:
        Conflict: There is such a file already.
        UsageError: It cannot be written.
    """
    heads, rows = LISTS[name]
    moment = workspace.store.moment()
    count = 0

    def counted() -> Iterator[Row]:
        nonlocal count
        yield heads
        for row in rows(moment):
            count += 1
            yield row

    with new_file(path.expanduser()) as file:
        file.writelines(csv_lines(counted()))
    return SheetFileView(file=str(path), rows=count)


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
