"""What the work with shops needs: plug-ins that load, sign-ins, an engine that answers."""

from __future__ import annotations

from datetime import datetime

from tuisync.core.errors import StoreError
from tuisync.core.plugins.host import PluginHost
from tuisync.core.secrets.vault import Secrets
from tuisync.core.store import schema
from tuisync.core.store.port import Reader, Store
from tuisync.core.views.objects import CheckView
from tuisync.core.views.status import engine_view

_CHOSEN = {"loaded", "disabled"}
"""States that a plug-in is in because somebody wants it so."""


def plugins(host: PluginHost, reader: Reader) -> CheckView:
    """Every plug-in loads, and those that connected shops need are there."""
    records = host.records()
    broken = [f"{each.name}: {each.error}" for each in records if each.state not in _CHOSEN]
    usable = set(host.usable())
    missing = [
        f"{each.name} needs the plug-in `{each.marketplace}`"
        for each in reader.all(schema.INTEGRATIONS)
        if each.marketplace not in usable
    ]
    wrong = "; ".join([*broken, *missing])
    fine = f"Loaded: {', '.join(sorted(usable)) or 'none is installed'}."
    return CheckView(check="plug-ins", ok=not wrong, message=wrong or fine)


def sign_ins(secrets: Secrets, reader: Reader) -> CheckView:
    """Every active shop has a sign-in stored; what it is stays unseen."""
    active = [each for each in reader.all(schema.INTEGRATIONS) if each.status == "active"]
    try:
        without = [each.name for each in active if secrets.tokens(each.id) is None]
    except StoreError as error:
        return CheckView(check="sign-ins", ok=False, message=f"{error.message} {error.hint}")
    if without:
        message = (
            f"No sign-in is stored for {', '.join(without)}: `tuisync reconnect {without[0]}`."
        )
        return CheckView(check="sign-ins", ok=False, message=message)
    return CheckView(check="sign-ins", ok=True, message="Every active shop has its own.")


def engine(store: Store, now: datetime) -> CheckView:
    """Whoever holds the engine answers; none at all is well too."""
    view = engine_view(store, now)
    if not view.running:
        return CheckView(check="engine", ok=True, message="None is running just now.")
    who = f"`{view.by}`, process {view.pid}"
    if view.answering:
        return CheckView(check="engine", ok=True, message=f"Running: {who}.")
    message = f"{who} holds the engine and does not answer; end that process."
    return CheckView(check="engine", ok=False, message=message)
