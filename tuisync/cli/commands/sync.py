"""`sync`: fetching items and orders, and sending what is owed afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import click

from tuisync.cli.command import Command
from tuisync.cli.invocation import Invocation, time_zone
from tuisync.cli.runs import carry_out
from tuisync.cli.waiting import patience_option
from tuisync.core.actions.syncs import request_sync
from tuisync.core.days import period
from tuisync.core.errors import UsageError
from tuisync.core.models import Module, SyncRun
from tuisync.core.services import Services
from tuisync.core.store import schema


@dataclass(frozen=True)
class Asked:
    """What the user asked for."""

    module: Module | None
    integration: str | None
    only: bool
    start: str | None
    end: str | None
    push: bool
    timeout: float

    @property
    def drains(self) -> bool:
        """Whether what is owed is sent afterwards."""
        return self.module is None and self.push


@click.command(
    cls=Command,
    example="""
    tuisync sync
    tuisync sync orders -i etsy --only --from 2024-03-01 --to 2024-03-03
    """,
)
@click.argument("module", required=False, type=click.Choice(["items", "orders"]))
@click.option("-i", "--integration", metavar="NAME", help="Start with this shop.")
@click.option("--only", is_flag=True, help="Leave the other shops out.")
@click.option("--from", "start", metavar="DATE", help="First day of a period, as 2024-03-01.")
@click.option("--to", "end", metavar="DATE", help="Last day of the period.")
@click.option("--no-push", is_flag=True, help="Send nothing afterwards.")
@patience_option()
@click.pass_obj
def sync(
    invocation: Invocation,
    *,
    module: Module | None,
    integration: str | None,
    only: bool,
    start: str | None,
    end: str | None,
    no_push: bool,
    timeout: float,
) -> None:
    """Fetch items and orders, then send what is owed.

    With a module only that one is fetched, and nothing is sent. The other active shops take
    part unless --only says otherwise. Days are whole ones in the organization's time zone.
    """
    asked = Asked(module, integration, only, start, end, not no_push, timeout)
    with invocation.services() as services:
        _sync(invocation, services, asked)


def _sync(invocation: Invocation, services: Services, asked: Asked) -> None:
    runs = _request(services, asked)
    if not runs:
        invocation.say("Nothing is connected yet: `tuisync connect MARKETPLACE`.")
    carry_out(invocation, services, runs, drains=asked.drains, patience=asked.timeout)


def _request(services: Services, asked: Asked) -> list[SyncRun]:
    """Queue the runs asked for."""
    days = period(asked.start, asked.end, time_zone(services))
    modules: Sequence[Module] = [asked.module] if asked.module else ["items", "orders"]
    return request_sync(
        services.workspace,
        modules,
        integration=_chosen(services, asked),
        only=asked.only,
        trigger="period" if days else "manual",
        period=days,
        push=asked.drains,
    )


def _chosen(services: Services, asked: Asked) -> str | None:
    """Return the integration asked for; `--only` may leave it out where there is just one."""
    if asked.integration is not None or not asked.only:
        return asked.integration
    connected = list(services.workspace.store.all(schema.INTEGRATIONS))
    if len(connected) == 1:
        return connected[0].name
    raise UsageError("`--only` needs to know which shop.", hint="Name it: `-i NAME --only`.")
