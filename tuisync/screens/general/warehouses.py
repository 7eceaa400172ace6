"""The dialogs of warehouses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from tuisync.core.actions.warehouses import (
    add_warehouse,
    deactivate_warehouse,
    make_primary,
    rename_warehouse,
)
from tuisync.screens.dialogs.choose import Choice, Choose
from tuisync.screens.dialogs.confirm import Confirm
from tuisync.screens.dialogs.fields import Field
from tuisync.screens.dialogs.form import Form

if TYPE_CHECKING:
    from tuisync.core.views.objects import WarehouseView
    from tuisync.screens.shell import Shell


def which(
    shell: Shell, places: Sequence[WarehouseView], name: str, then: Callable[[str], None]
) -> None:
    """Go on with the warehouse named, or ask which one."""
    if name:
        then(name)
        return
    choices = [Choice(each.name, each.name, "primary" if each.primary else "") for each in places]
    shell.push_screen(
        Choose("Which warehouse?", choices), lambda chosen: then(chosen) if chosen else None
    )


def ask_add(shell: Shell) -> None:
    """Ask for a new warehouse."""
    form: Form[list[WarehouseView]] = Form(
        "Add a warehouse",
        [Field("name", "Name")],
        lambda values: add_warehouse(shell.workspace, values["name"]),
        about="A place that holds stock. With two of them, a shop can sell from one.",
        verb="Add",
    )
    shell.push_screen(form, lambda done: shell.say("The warehouse is there.") if done else None)


def ask_rename(shell: Shell, name: str) -> None:
    """Ask for another name."""
    form: Form[list[WarehouseView]] = Form(
        f"Rename {name}",
        [Field("name", "Name", name)],
        lambda values: rename_warehouse(shell.workspace, name, values["name"]),
        verb="Rename",
    )
    shell.push_screen(form)


def ask_primary(shell: Shell, name: str) -> None:
    """Make it the one that new orders come from."""
    shell.act(
        lambda: make_primary(shell.workspace, name),
        lambda _: shell.say(f"New orders come from {name}; those there are stay where they are."),
    )


def ask_deactivate(shell: Shell, name: str) -> None:
    """Ask, then take it out of use."""
    text = (
        "Its stock is not for sale any more; numbers that change for it wait for you in the plan. "
        "What moved there stays in the story of each item."
    )

    def answered(yes: bool | None) -> None:  # noqa: FBT001  # a dialog's result
        if yes:
            shell.act(lambda: deactivate_warehouse(shell.workspace, name))

    shell.push_screen(Confirm(f"Take {name} out of use?", text, yes="Take it out"), answered)
