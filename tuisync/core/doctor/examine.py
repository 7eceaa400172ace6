"""All checks, in the order they are shown."""

from __future__ import annotations

from tuisync.core.doctor import ledger, machine, shops
from tuisync.core.services import Services
from tuisync.core.views.objects import CheckView


def examine(services: Services) -> list[CheckView]:
    """Look at everything and change nothing; others may go on working."""
    store, home = services.workspace.store, services.home
    moment = store.moment()
    return [
        *(check(moment) for check in ledger.CHECKS),
        machine.journal(home, store),
        machine.permissions(home),
        machine.space(home, store),
        shops.plugins(services.host, moment),
        shops.sign_ins(services.secrets, moment),
        shops.engine(store, services.workspace.now()),
    ]
