"""Running a command line: whatever happens, it ends in an exit code and a sentence."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

import click

from tuisync.cli.exits import DONE, FAULT, INTERRUPTED, Stopped, exit_code
from tuisync.cli.invocation import Invocation
from tuisync.cli.pen import styled
from tuisync.cli.root import root
from tuisync.core.errors import TuisyncError, UsageError
from tuisync.core.redaction import redact
from tuisync.core.text import clean


def run(arguments: Sequence[str], invocation: Invocation) -> int:
    """Carry out a command line and return its exit code."""
    invocation.json = "--json" in arguments  # also for what is wrong with the command line
    return ended(invocation, lambda: _carry_out(arguments, invocation))


def _carry_out(arguments: Sequence[str], invocation: Invocation) -> object:
    return root.main(
        args=list(arguments),
        prog_name="tuisync",
        standalone_mode=False,
        obj=invocation,
        color=invocation.colour,
    )


def ended(invocation: Invocation, call: Callable[[], object]) -> int:
    """Do something; whatever comes of it is told, and returned as an exit code."""
    try:
        code = call()
    except TuisyncError as error:
        report(invocation, error)
        return exit_code(error)
    except click.ClickException as error:
        usage = as_usage_error(error)
        report(invocation, usage)
        return exit_code(usage)
    except (click.Abort, KeyboardInterrupt):
        report(invocation, Stopped("Stopped. Everything that was stored by then is kept."))
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001  # the last resort: never a page of code
        report(invocation, invocation.fault(error))
        return FAULT
    return code if isinstance(code, int) else DONE


def as_usage_error(error: click.ClickException) -> UsageError:
    """Return what is wrong with a command line as one of our errors."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    command = context.command_path if context else "tuisync"
    return UsageError(error.format_message(), hint=f"See `{command} --help`.")


def report(invocation: Invocation, error: TuisyncError) -> None:
    """Tell what went wrong and what to do next, on stderr; with `--json` as its last line."""
    message, hint = (redact(clean(text)) for text in (error.message, error.hint))
    if invocation.json:
        from tuisync.cli.documents import encoded  # noqa: PLC0415  # `--help` does without

        told = {"code": error.error_code, "title": error.title, "message": message, "hint": hint}
        line = encoded({"error": told}).decode()
    else:
        lead = styled("Error:", "bad")
        line = f"{lead} {message}" + (f"\n{hint}" if hint else "")
    click.echo(line, err=True, color=invocation.colour)
    sys.stderr.flush()
