"""The plug-in guide's example is a plug-in: it loads, connects, syncs and is pushed to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

from tuisync.core.actions.creation import create_items, unconfirmed_variants
from tuisync.core.actions.items import adjust_stock
from tuisync.core.actions.organization import init_organization
from tuisync.core.connecting import connect
from tuisync.core.home import Home
from tuisync.core.plugins.host import PluginHost
from tuisync.core.services import open_services
from tuisync.core.store import schema
from tuisync.core.sync.work import Work

GUIDE = Path(__file__).parents[2] / "docs" / "plugins.md"


def _example() -> ModuleType:
    text = GUIDE.read_text(encoding="utf-8")
    found = re.search(r"<!-- example: bazaar -->\n```python\n(.*?)```", text, re.DOTALL)
    assert found is not None
    module = ModuleType("tuisync_bazaar")
    exec(compile(found[1], str(GUIDE), "exec"), module.__dict__)  # noqa: S102  # our own page
    return module


class _Seller:
    redirect_uri = "http://localhost:3003/oauth/redirect"

    async def visit(self, url: str) -> Mapping[str, str]:
        assert url.startswith("https://bazaar.example/")
        return {"code": "1"}


async def test_the_guide_s_example_is_a_whole_plug_in(tmp_path: Path) -> None:
    bazaar = _example()
    services = open_services(Home.at(tmp_path / "home"), host=PluginHost.of(bazaar=bazaar))
    workspace = services.workspace
    init_organization(workspace, currency="USD")

    integration = await connect(services, "bazaar", {}, _Seller())
    work = Work(services.shops, workspace)
    await work.do(integration.id)
    create_items(workspace, unconfirmed_variants(workspace.store))
    adjust_stock(workspace, "LAMP", by=2, reason="made two more")
    await work.do(integration.id)

    assert bazaar.shown == {"lamp": 5}
    assert [entry.state for entry in workspace.store.all(schema.OUTBOX)] == ["applied"]
    services.close()
