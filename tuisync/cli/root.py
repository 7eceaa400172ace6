"""The command `tuisync` itself: what there is, without importing any of it."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from importlib import import_module
from typing import NamedTuple

import click

import tuisync
from tuisync.cli.command import shared_options, write_examples
from tuisync.cli.invocation import Invocation


class Entry(NamedTuple):
    """Where a command is and what it does.

    Attributes:
        module: A module of `tuisync.cli.commands`.
        does: The first line of its help.
        attribute: Its name there, when it is not the command's own.
    """

    module: str
    does: str
    attribute: str = ""


SECTIONS: Mapping[str, Mapping[str, Entry]] = {
    "Begin": {
        "demo": Entry("demo", "Try everything on a sandbox shop, in a throw-away home."),
        "init": Entry("organization", "Set up an organization in this data directory."),
        "connect": Entry("connect", "Sign in to a shop, connect it and sync it."),
        "config": Entry("organization", "Show or change settings."),
        "warehouses": Entry("warehouses", "List, add, rename or retire warehouses."),
        "plugins": Entry("plugins", "See the installed marketplace plug-ins."),
    },
    "Shops": {
        "integrations": Entry("integrations", "List the connected shops."),
        "integration": Entry("integrations", "Show, set, enable or disable a connected shop."),
        "reconnect": Entry("connect", "Sign in to a connected shop again."),
        "disconnect": Entry("connect", "Take a shop's sign-in and content off this machine."),
        "links": Entry("links", "List listing variants and the items behind them."),
        "link": Entry("links", "Link a listing variant to an item."),
        "unlink": Entry("links", "Take a link apart, or ask about an ignored variant again."),
        "ignore": Entry("links", "Say that no item stands behind a listing variant."),
    },
    "Stock and sales": {
        "items": Entry("items", "List, add, edit, count, move and retire items."),
        "orders": Entry("orders", "List and show sales orders, and decide about them."),
        "ship": Entry("orders", "Ship an order and tell the shop, who tells the buyer."),
        "contacts": Entry("orders", "List customers."),
        "why": Entry("items", "Explain an item's numbers, from its movements to every shop."),
    },
    "Keep in step": {
        "status": Entry("status", "Show everything at a glance."),
        "sync": Entry("sync", "Fetch items and orders, then send what is owed."),
        "cancel": Entry(
            "cancel",
            "Stop a sync that runs or waits, or a plan that is applied; what is done is kept.",
        ),
        "resync": Entry("resync", "Read the records of an earlier sync again, one by one."),
        "undo": Entry("undo", "Take back what a sync linked and imported."),
        "history": Entry("history", "List sync runs, or show one with its records."),
        "plan": Entry("plan", "Show every change that would go out to the shops."),
        "apply": Entry("plan", "Carry out a plan, if nothing has moved since."),
        "drift": Entry("drift", "List where shops show other numbers than yours, and answer it."),
        "push": Entry("plan", "Send what is owed to the shops."),
        "inbox": Entry("inbox", "List what needs you, with what mends it."),
        "outbox": Entry("outbox", "List the pushes that are owed; send one again, or drop it."),
        "daemon": Entry("daemon", "Keep the shops in step until stopped."),
    },
    "Your data": {
        "doctor": Entry("doctor", "Check the data, the files, the plug-ins and the engine."),
        "backup": Entry(
            "archive", "Write everything to one file, without what signs in to your shops."
        ),
        "restore": Entry("archive", "Put a backup in the place of what is stored."),
        "export": Entry("archive", "Write everything as JSON and CSV for other programs."),
    },
}

_INDEX = {name: entry for section in SECTIONS.values() for name, entry in section.items()}
_EXAMPLES = """
tuisync demo
tuisync init --currency EUR --timezone Europe/Vienna
tuisync connect etsy --set keystring=YOUR_KEY
tuisync status --json
"""


class Root(click.Group):
    """A group that imports a command when it is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        """Return the names of all commands."""
        return list(_INDEX)

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002  # click's signature
        cmd_name: str,
    ) -> click.Command | None:
        """Import a command."""
        entry = _INDEX.get(cmd_name)
        if entry is None:
            return None
        module = import_module(f"tuisync.cli.commands.{entry.module}")
        found: click.Command = getattr(module, entry.attribute or cmd_name)
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command named first, or offer the nearest."""
        if args and args[0] not in _INDEX and not args[0].startswith("-"):
            near = difflib.get_close_matches(args[0], _INDEX, n=1)
            guess = f" Did you mean `{near[0]}`?" if near else ""
            raise click.UsageError(f"There is no command `{args[0]}`.{guess}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(
        self,
        ctx: click.Context,  # noqa: ARG002  # click's signature
        formatter: click.HelpFormatter,
    ) -> None:
        """List the commands by what they are for; nothing is imported."""
        for title, entries in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl([(name, entry.does) for name, entry in entries.items()])

    def format_epilog(
        self,
        ctx: click.Context,  # noqa: ARG002  # click's signature
        formatter: click.HelpFormatter,
    ) -> None:
        """Write examples, and what the exit codes mean."""
        write_examples(_EXAMPLES, formatter)
        with formatter.section("Exit codes"):
            formatter.write_text(
                "0 done, 1 unexpected fault, 2 usage or configuration, 3 sign-in needed,"
                " 4 some records failed or --check found a difference, 5 the run failed or the"
                " plan was out of date, 6 busy."
            )


@click.group(cls=Root, invoke_without_command=True, params=shared_options())
@click.version_option(tuisync.__version__, prog_name="tuisync")
@click.pass_context
def root(context: click.Context) -> None:
    """One inventory, in step with every marketplace you sell on.

    Without a command it opens the terminal app.
    """
    if context.invoked_subcommand is None:
        _open_app(context.ensure_object(Invocation), context)


def _open_app(invocation: Invocation, context: click.Context) -> None:
    from tuisync.core.home import Home  # noqa: PLC0415  # no other command needs it here

    invocation.check_terminal()
    home = Home.locate(invocation.home, invocation.environ)
    # Also before there is an organization: the wizard sets one up.
    context.exit(invocation.show_app(home, invocation.services(organized=False)))
