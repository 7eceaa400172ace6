"""`init` and `config`: the organization and the settings that hold for all of it."""

from __future__ import annotations

import click

from tuisync.cli.command import Command, Group
from tuisync.cli.invocation import Invocation
from tuisync.cli.pairs import settings
from tuisync.cli.table import card
from tuisync.cli.tables.organization import organization_card
from tuisync.core.actions.organization import configure_organization, init_organization
from tuisync.core.home import Home
from tuisync.core.preferences import (
    Preferences,
    check_preferences,
    json_schema,
    read_preferences,
)
from tuisync.core.preferences.read import told
from tuisync.core.views.organization import organization_view


@click.command(
    cls=Command,
    example="""
    tuisync init --currency USD
    tuisync init --currency EUR --name "Mug & Co" --timezone Europe/Vienna -w Studio -w Attic
    """,
)
@click.option("--currency", required=True, metavar="CODE", help="Base currency, as USD.")
@click.option("--name", metavar="NAME", help="What the business is called.")
@click.option("--timezone", metavar="TZ", help="Time zone, as Europe/Vienna. [default: UTC]")
@click.option(
    "-w",
    "--warehouse",
    "warehouses",
    multiple=True,
    metavar="NAME",
    help="A place that holds stock; repeatable, the first is primary. [default: Main]",
)
@click.option(
    "--first-push",
    type=click.Choice(["review", "auto"]),
    default="review",
    show_default=True,
    help="Hold for the plan what connecting, linking, rules, warehouses and imports change at a"
    " shop, or hold nothing.",
)
@click.pass_obj
def init(
    invocation: Invocation,
    *,
    currency: str,
    name: str | None,
    timezone: str | None,
    warehouses: tuple[str, ...],
    first_push: str,
) -> None:
    """Set up an organization in this data directory."""
    with invocation.services(organized=False) as services:
        view = init_organization(
            services.workspace,
            currency=currency,
            name=name,
            timezone=timezone,
            warehouses=warehouses,
            first_push=first_push,
        )
        invocation.show(view, organization_card(view, invocation.pen(services)))
        invocation.say("Next: `tuisync connect MARKETPLACE` (`tuisync plugins` lists them).")


@click.group(
    cls=Group,
    example="""
    tuisync config organization order_sync=confirmed_and_fulfilled
    tuisync config show
    """,
)
def config() -> None:
    """Show or change settings."""


@config.command(
    example="""
    tuisync config organization
    tuisync config organization name="Mug & Co" timezone=Europe/Vienna
    """,
)
@click.argument("pairs", nargs=-1, metavar="[KEY=VALUE]...")
@click.pass_obj
def organization(invocation: Invocation, pairs: tuple[str, ...]) -> None:
    """Show the organization, or change its settings.

    Keys: name, base_currency, timezone, order_sync (confirmed or confirmed_and_fulfilled),
    first_push (review: what connecting or enabling a shop, linking, rules, warehouses and imports
    change waits for the plan; auto: nothing does), follow_days (for how long orders are looked at
    again), made_skus (what an item's SKU is made of whose listing has none: its id or its title).
    """
    with invocation.services() as services:
        if pairs:
            view = configure_organization(services.workspace, settings(pairs))
        else:
            view = organization_view(services.workspace.store)
        invocation.show(view, organization_card(view, invocation.pen(services)))


@config.command(
    "set",
    example="""
    tuisync config set screen.theme=nord
    tuisync config set screen.animation=none keys.item.adjust_stock=a,+
    tuisync config set screen.theme=
    """,
)
@click.argument("pairs", nargs=-1, required=True, metavar="KEY=VALUE...")
@click.pass_obj
def set_(invocation: Invocation, pairs: tuple[str, ...]) -> None:
    """Change preferences of the program: theme, keys, dates.

    They are kept in `config.toml`, with your comments. An empty value takes one out, so that
    its default holds. A running app takes the change at once.
    """
    from tuisync.core.preferences.write import set_preferences  # noqa: PLC0415  # writes TOML

    home = Home.locate(invocation.home, invocation.environ)
    set_preferences(home.config_file, settings(pairs))
    _show_preferences(invocation, home)


@config.command(example="tuisync config show --home ~/shop")
@click.pass_obj
def show(invocation: Invocation) -> None:
    """Show which files are in use, and the preferences that hold."""
    _show_preferences(invocation, Home.locate(invocation.home, invocation.environ))


@config.command(example="tuisync config validate")
@click.pass_obj
def validate(invocation: Invocation) -> None:
    """Check the file of preferences; exit code 2 when something in it cannot be.

    Where a key is given twice and one of both does nothing then, that is told, too.
    """
    home = Home.locate(invocation.home, invocation.environ)
    keys = check_preferences(home.config_file).keys
    notes = list(invocation.key_notes(keys)) if keys else []
    view = {"config_file": str(home.config_file), "ok": True, "problems": [], "notes": notes}
    invocation.show(view, [f"{home.config_file} is as it should be.", *notes])


@config.command(example="tuisync config schema > tuisync.schema.json")
@click.pass_obj
def schema(invocation: Invocation) -> None:
    """Print the JSON schema of the file of preferences, for editors."""
    from tuisync.cli.documents import encoded  # noqa: PLC0415  # `--help` does without

    found = json_schema()
    invocation.show(found, encoded(found, pretty=True).decode().splitlines())


def _show_preferences(invocation: Invocation, home: Home) -> None:
    read = read_preferences(home.config_file)
    paths = {
        "data": str(home.data),
        "config_file": str(home.config_file),
        "secrets_file": str(home.secrets_file),
        "logs": str(home.logs),
    }
    values = {**read.preferences.values, **_keys(read.preferences)}
    problems = told(home.config_file, read.problems)
    labels = ("Data", "Settings", "Secrets", "Logs")
    lines = [*zip(labels, paths.values(), strict=True), *values.items()]
    invocation.show({**paths, "preferences": values, "problems": problems}, card(lines))
    for problem in problems:
        invocation.say(problem)


def _keys(preferences: Preferences) -> dict[str, str]:
    return {f"keys.{verb}": key for verb, key in preferences.keys.items()}
