"""What the architecture page says about files is so."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from tuisync.core.actions.items import add_item
from tuisync.core.actions.organization import init_organization
from tuisync.core.home import Home
from tuisync.core.plugins.host import PluginHost
from tuisync.core.services import open_services
from tuisync.core.store.tiny import TinyStore

PAGE = Path(__file__).parents[2] / "docs" / "architecture.md"


def test_p17_a_stock_tinydb_reads_the_snapshot_with_the_lines_of_the_page(tmp_path: Path) -> None:
    found = re.search(
        r"<!-- example: snapshot -->\n```python\n(.*?)```", PAGE.read_text(), re.DOTALL
    )
    assert found is not None
    services = open_services(Home.at(tmp_path), host=PluginHost.of())
    init_organization(services.workspace, currency="USD")
    add_item(services.workspace, sku="MUG", name="Mug", stock=5)
    store = services.workspace.store
    assert isinstance(store, TinyStore)
    assert store.compact()
    services.close()

    program = found[1] + "print([row['sku'] for row in snapshot.table('items')])"
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path / "data",
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.strip() == "['MUG']"
