"""Setting up by command line, and what is said when something is wrong with it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest

from tuisync.cli.invocation import Invocation
from tuisync.cli.root import SECTIONS, root
from tuisync.core.plugins.discovery import Found
from tuisync.core.plugins.host import PluginHost
from tuisync.testing import FakeMarketplace

if TYPE_CHECKING:
    from terminal import Terminal


def _commands(
    group: click.Group, path: tuple[str, ...] = ()
) -> list[tuple[tuple[str, ...], click.Command]]:
    context = click.Context(group)
    found = []
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        found.append(((*path, name), command))
        if isinstance(command, click.Group):
            found += _commands(command, (*path, name))
    return found


ALL = _commands(root)


@pytest.mark.parametrize(("path", "command"), ALL, ids=[" ".join(path) for path, _ in ALL])
def test_every_command_has_help_with_an_example(
    terminal: Terminal, path: tuple[str, ...], command: click.Command
) -> None:
    text = terminal.ok(*path, "--help").out

    assert "Example" in text
    assert "tuisync" in text.partition("Example")[2]
    assert "--json" in text
    assert "--home" in text
    assert command.help


def test_the_overview_says_what_the_commands_say(terminal: Terminal) -> None:
    text = terminal.ok("--help").out

    for entries in SECTIONS.values():
        for name, entry in entries.items():
            command = root.get_command(click.Context(root), name)
            assert command is not None
            assert (command.help or "").split("\n")[0] == entry.does
            assert name in text


def test_init_then_config(terminal: Terminal) -> None:
    made = terminal.json(
        *("init", "--currency", "eur", "--name", "Mug & Co", "--timezone", "Europe/Vienna"),
        *("--warehouse", "Studio", "--warehouse", "Attic", "--first-push", "auto"),
    )

    assert made["base_currency"] == "EUR"
    assert made["primary_warehouse"] == "Studio"
    assert [each["name"] for each in made["warehouses"]] == ["Studio", "Attic"]
    assert made["first_push"] == "auto"
    changed = terminal.json(
        "config", "organization", "name=Mug", "order_sync=confirmed_and_fulfilled"
    )
    assert changed == made | {"name": "Mug", "order_sync": "confirmed_and_fulfilled"}
    assert terminal.json("config", "organization") == changed


def test_a_second_init_is_refused_and_changes_nothing(terminal: Terminal) -> None:
    made = terminal.json("init", "--currency", "USD")

    error = terminal.fails(2, "init", "--currency", "EUR", "--name", "Other")

    assert error["code"] == "already_initialized"
    assert "config organization" in error["hint"]
    assert terminal.json("config", "organization") == made


def test_warehouses(terminal: Terminal) -> None:
    terminal.ok("init", "--currency", "USD")
    terminal.ok("warehouses", "add", "Attic")
    terminal.ok("warehouses", "rename", "Attic", "Loft")
    terminal.ok("warehouses", "primary", "Loft")

    assert terminal.json("warehouses", "deactivate", "Main") == [
        {"name": "Loft", "primary": True, "active": True},
        {"name": "Main", "primary": False, "active": False},
    ]
    assert terminal.fails(2, "warehouses", "add", "Loft")["code"] == "conflict"
    assert terminal.fails(2, "warehouses", "primary", "Nowhere")["code"] == "not_found"


def test_integration_set_and_switches(terminal: Terminal) -> None:
    terminal.connected()

    changed = terminal.json("integration", "set", "fake", "interval=60", "buffer=2", "drift=ask")
    assert (changed["interval_minutes"], changed["rules"]["buffer"], changed["drift"]) == (
        60,
        2,
        "ask",
    )
    assert terminal.fails(2, "integration", "set", "fake", "interval=45")["code"] == "usage"
    assert terminal.json("integration", "disable", "fake")["status"] == "inactive"
    assert terminal.json("integration", "enable", "fake")["status"] == "active"


@pytest.mark.parametrize("line", ["status", "sync", "items list", "plan", "warehouses", "daemon"])
def test_without_an_organization_the_first_step_is_named(terminal: Terminal, line: str) -> None:
    error = terminal.fails(2, *line.split())

    assert error["code"] == "no_organization"
    assert "tuisync init" in error["hint"]


def test_an_unknown_integration_is_named_with_what_there_is(terminal: Terminal) -> None:
    terminal.connected()

    for line in ("integration show fak", "sync -i fak", "orders list -i fak", "history -i fak"):
        error = terminal.fails(2, *line.split())
        assert error["code"] == "unknown_integration"
        assert "`fake`" in error["hint"]


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("stauts", "Did you mean `status`?"),
        ("status --bogus", "--bogus"),
        ("items adjust", "SKU"),
        ("items adjust MUG --by one --reason x", "integer"),
        ("history --limit 0", "range"),
        ("connect fake --timeout 301", "range"),
        ("connect fake --timeout 0", "range"),
        ("orders list --status lost", "'confirmed', 'fulfilled', 'void'"),
        ("config", "command"),
    ],
)
def test_what_is_wrong_with_a_command_line_is_said(
    terminal: Terminal, line: str, word: str
) -> None:
    plain, coded = terminal(*line.split()), terminal.fails(2, *line.split())

    assert plain.code == 2
    assert plain.out == ""
    assert word in plain.err
    assert "--help" in plain.err
    assert coded["code"] == "usage"


def test_json_and_home_are_taken_before_and_after_the_command(terminal: Terminal) -> None:
    made = terminal("--json", "init", "--currency", "USD").json

    assert terminal("config", "--json", "organization").json == made
    assert terminal("config", "organization", "--json").json == made
    terminal.named.clear()
    terminal.ok("--home", "/a", "status")
    terminal.ok("status", "--home", "/b")
    assert terminal.named == ["/a", "/b"]


def test_stdout_holds_data_only(terminal: Terminal) -> None:
    ended = terminal.ok("init", "--currency", "USD", "--json")

    assert ended.out.count("\n") == 1
    assert "tuisync connect" in ended.err


def test_no_colour_reaches_a_pipe(terminal: Terminal) -> None:
    terminal.connected()

    for line in ("status", "integration show fake", "bogus"):
        ended = terminal(*line.split())
        assert "\x1b" not in ended.out + ended.err


def test_a_plugin_that_fails_to_import_is_named_and_harms_nobody(terminal: Terminal) -> None:
    def broken() -> object:
        raise ImportError("no module named teapot")

    fake = FakeMarketplace(clock=terminal.clock)
    terminal.host = PluginHost(
        [Found(name="broken", load=broken), Found(name="fake", load=lambda: fake)]
    )
    terminal.ok("init", "--currency", "USD")

    records = {each["name"]: each for each in terminal.json("plugins", "list")}
    assert records["broken"]["state"] == "failed"
    assert "teapot" in records["broken"]["error"]
    assert records["fake"]["state"] == "loaded"
    error = terminal.fails(2, "connect", "broken")
    assert error["code"] == "plugin_failed"
    assert "teapot" in error["message"]
    assert terminal.json("integrations") == []


def test_a_marketplace_nobody_provides(terminal: Terminal) -> None:
    terminal.ok("init", "--currency", "USD")

    error = terminal.fails(2, "connect", "ebay")

    assert error["code"] == "not_found"
    assert "fake" in error["hint"]


def test_an_unexpected_fault_is_a_sentence_and_a_log_file(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terminal, "open", lambda: (_ for _ in ()).throw(RuntimeError("out of tea")))

    ended = terminal("--home", str(terminal.home), "status")

    assert ended.code == 1
    assert "Traceback" not in ended.err
    (log,) = (terminal.home / "logs").glob("crash-*.log")
    assert str(log) in ended.err
    assert "out of tea" in log.read_text()
    assert log.stat().st_mode & 0o777 == 0o600


def test_config_show_names_the_files(terminal: Terminal) -> None:
    paths = terminal.json("config", "show")

    assert Path(paths["data"]) == terminal.home / "data"
    assert set(paths) >= {"data", "config_file", "secrets_file", "logs"}


def test_an_interrupt_ends_with_130(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal, "open", lambda: (_ for _ in ()).throw(KeyboardInterrupt))

    error = terminal.fails(130, "status")

    assert error["code"] == "stopped"


def test_without_a_command_the_app_opens(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Invocation, "check_terminal", lambda _: None)

    terminal.ok()

    assert terminal.shown == [("", None)]
