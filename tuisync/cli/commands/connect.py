"""`connect`, `reconnect` and `disconnect`: signing in to a shop, and parting from it."""

from __future__ import annotations

import click
from msgspec.structs import replace

from tuisync.cli.answers import option_values
from tuisync.cli.command import Command
from tuisync.cli.exits import Stopped
from tuisync.cli.invocation import Invocation
from tuisync.cli.pairs import settings
from tuisync.cli.progress import Progress
from tuisync.cli.signin import ask, can_ask, make_prompt
from tuisync.cli.stopping import Interrupts
from tuisync.cli.tables.integrations import integration_card
from tuisync.cli.verdicts import of_runs
from tuisync.cli.waiting import run_async, waiter
from tuisync.core.applying import wait_for_runs
from tuisync.core.connecting import connect as connect_shop
from tuisync.core.connecting import missing_secrets
from tuisync.core.connecting import reconnect as reconnect_shop
from tuisync.core.disconnecting import disconnect as disconnect_shop
from tuisync.core.errors import EngineBusy, UsageError
from tuisync.core.lookup import integration as find_integration
from tuisync.core.models import Integration, SyncRun
from tuisync.core.services import Services
from tuisync.core.store import schema
from tuisync.core.views.disconnection import disconnection, disconnection_words
from tuisync.core.views.integrations import integration_view

_no_browser = click.option("--no-browser", is_flag=True, help="Only show the address.")
_port = click.option(
    "--port",
    type=click.IntRange(1, 65535),
    metavar="N",
    help="Receive the answer on another port; prints the address to register.",
)
_timeout = click.option(
    "--timeout",
    type=click.IntRange(1, 300),
    default=300,
    show_default=True,
    metavar="S",
    help="Seconds the sign-in may take, 1 to 300.",
)


@click.command(
    cls=Command,
    example="""
    tuisync connect etsy
    tuisync connect etsy --set keystring=YOUR_KEY --set shared_secret=@secret.txt --no-browser
    """,
)
@click.argument("marketplace")
@click.option(
    "--set",
    "pairs",
    multiple=True,
    metavar="KEY=VALUE",
    help="An option of the marketplace; VALUE may be @FILE or env:NAME.",
)
@_no_browser
@_port
@_timeout
@click.option("--no-sync", is_flag=True, help="Connect without the initial sync.")
@click.pass_obj
def connect(
    invocation: Invocation,
    *,
    marketplace: str,
    pairs: tuple[str, ...],
    no_browser: bool,
    port: int | None,
    timeout: int,
    no_sync: bool,
) -> None:
    """Sign in to a shop, connect it and sync it.

    Writes the sign-in address to stderr and waits for you to allow access there. What an
    option needs and `--set` does not give is read from TUISYNC_<MARKETPLACE>_<KEY>, or asked
    for.
    """
    given = settings(pairs)
    with invocation.services() as services:
        described = services.host.describe(marketplace)
        if described.notice:
            invocation.say(described.notice)
        options = option_values(described, given, invocation.environ, ask if can_ask() else None)
        prompt = make_prompt(
            invocation, described, port=port, timeout=timeout, browser=not no_browser
        )
        work = connect_shop(services, marketplace, options, prompt, sync=not no_sync)
        integration = run_async(work)
        invocation.say(f"Connected {integration.shop_name} as `{integration.name}`.")
        _first_sync(invocation, services, integration)


@click.command(cls=Command, example="tuisync reconnect etsy --no-browser")
@click.argument("name", metavar="INTEGRATION")
@_no_browser
@_port
@_timeout
@click.pass_obj
def reconnect(
    invocation: Invocation, *, name: str, no_browser: bool, port: int | None, timeout: int
) -> None:
    """Sign in to a connected shop again.

    It must be the same account. What waited for the sign-in goes on. A secret of your key that
    is not here, as after `restore` on another machine, is read from
    TUISYNC_<MARKETPLACE>_<KEY>, or asked for.
    """
    with invocation.services() as services:
        integration = find_integration(services.workspace.store, name)
        described = services.host.describe(integration.marketplace)
        missing = replace(described, options=missing_secrets(services, integration, described))
        secrets = option_values(missing, {}, invocation.environ, ask if can_ask() else None)
        prompt = make_prompt(
            invocation, described, port=port, timeout=timeout, browser=not no_browser
        )
        back = run_async(reconnect_shop(services, integration.name, prompt, secrets))
        _show(invocation, services, back)


@click.command(cls=Command, example="tuisync disconnect etsy --yes")
@click.argument("name", metavar="INTEGRATION")
@click.option("--yes", is_flag=True, help="Do it; without this it is only told what would happen.")
@click.pass_obj
def disconnect(invocation: Invocation, *, name: str, yes: bool) -> None:
    """Take a shop's sign-in and content off this machine.

    Orders, customers, items, stock and history stay, and nothing changes at the shop. A sync
    that is under way is stopped first. Connecting the same shop again takes up your links.
    """
    with invocation.services() as services:
        would = disconnection(services.workspace.store, name)
        if not yes:
            for line in disconnection_words(would):
                invocation.say(line)
            raise UsageError(
                f"Nothing was changed: {would.name} is still connected.",
                hint=f"To disconnect it: `tuisync disconnect {would.name} --yes`.",
            )
        view = run_async(disconnect_shop(services, name))
        invocation.say(f"Disconnected {would.shop_name}.")
        invocation.show(view, integration_card(view, invocation.pen(services)))


def _first_sync(invocation: Invocation, services: Services, integration: Integration) -> None:
    """Wait for the initial sync if there is one, print the integration, end by the runs."""
    store = services.workspace.store
    runs = _initial_runs(services, integration)
    progress = Progress(store, runs, invocation.say)
    wait = waiter(services, drains=False, look=progress.look)
    interrupts = Interrupts(services, runs, invocation.say)

    async def work() -> list[SyncRun]:
        with interrupts.heeded():
            return await wait_for_runs(services.workspace, wait, runs)

    try:
        ended = run_async(work())
    except (EngineBusy, Stopped):
        _show(invocation, services, integration)
        raise
    _show(invocation, services, integration)
    if interrupts.asked:
        raise interrupts.stopped()
    trouble = of_runs(store, services.host, ended)
    if trouble is not None:
        raise trouble


def _initial_runs(services: Services, integration: Integration) -> list[SyncRun]:
    runs = services.workspace.store.find(schema.RUNS, "integration", integration.id)
    initial = [run for run in runs if run.trigger == "initial"]
    return [run for run in initial if run.queued_at >= integration.connected_at]


def _show(invocation: Invocation, services: Services, integration: Integration) -> None:
    view = integration_view(services.workspace.store, integration.id)
    invocation.show(view, integration_card(view, invocation.pen(services)))
