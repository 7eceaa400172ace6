"""What all commands share: `--json`, `--home`, and an example in their help."""

from __future__ import annotations

from typing import Any

import click

from tuisync.cli.invocation import Invocation


def shared_options() -> list[click.Parameter]:
    """Return the options that every command takes, before or after its name."""
    return [
        click.Option(
            ["--json"],
            is_flag=True,
            expose_value=False,
            is_eager=True,
            callback=_ask_for_json,
            help="Print one JSON document on stdout.",
        ),
        click.Option(
            ["--home"],
            metavar="DIR",
            expose_value=False,
            is_eager=True,
            callback=_name_home,
            help="Keep everything under DIR (or set TUISYNC_HOME).",
        ),
    ]


def _ask_for_json(context: click.Context, _: click.Parameter, given: object) -> None:
    invocation = context.find_object(Invocation)
    if given and invocation is not None:
        invocation.json = True


def _name_home(context: click.Context, _: click.Parameter, given: str | None) -> None:
    invocation = context.find_object(Invocation)
    if given is not None and invocation is not None:
        invocation.home = given


class Command(click.Command):
    """A command.

    Args:
        *args: As for click.
        example: Command lines that show its use, one per line.
        **attrs: As for click.
    """

    def __init__(self, *args: Any, example: str, **attrs: Any) -> None:
        super().__init__(*args, **attrs)
        self.params.extend(shared_options())
        self.example = example

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples."""
        write_examples(self.example, formatter)
        super().format_epilog(ctx, formatter)


class Group(Command, click.Group):
    """A family of commands; the arguments are as for `Command`."""

    command_class = Command

    def __init__(self, *args: Any, **attrs: Any) -> None:
        attrs.setdefault("no_args_is_help", False)
        super().__init__(*args, **attrs)


def write_examples(example: str, formatter: click.HelpFormatter) -> None:
    """Write command lines as they are typed, without wrapping them."""
    lines = [line.strip() for line in example.strip().splitlines()]
    with formatter.section("Example" if len(lines) == 1 else "Examples"):
        for line in lines:
            formatter.write(f"{'':>{formatter.current_indent}}{line}\n")
