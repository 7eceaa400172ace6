"""Changing a setting of the organization or a preference, asked from its line."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import available_timezones

from tuisync.core.actions.organization import configure_organization
from tuisync.core.preferences.known import BY_KEY
from tuisync.screens.dialogs.choose import Choice, Choose
from tuisync.screens.dialogs.fields import Field
from tuisync.screens.dialogs.form import Form
from tuisync.screens.general.lines import FIRST_PUSH, MADE_SKUS, Line
from tuisync.screens.money import currency_choices
from tuisync.screens.settings import ORDER_SYNC

if TYPE_CHECKING:
    from tuisync.core.views.objects import OrganizationView
    from tuisync.screens.shell import Shell


def ask_preference(shell: Shell, key: str) -> None:
    """Choose a preference's value; does nothing when there is none of that name."""
    preference = BY_KEY.get(key)
    if preference is None:
        return
    shell.push_screen(
        Choose(
            preference.title,
            [Choice(each, each) for each in preference.choices],
            chosen=shell.preferences[key],
            about=preference.about,
        ),
        lambda chosen: shell.change_preference(key, chosen) if chosen else None,
    )


def ask_organization(shell: Shell, organization: OrganizationView, name: str, line: Line) -> None:
    """Choose or type a setting of the organization.

    Args:
        shell: The app.
        organization: As it is now.
        name: The setting's name.
        line: The line that shows it.
    """
    now = str(getattr(organization, name, ""))
    if choices := _choices(name):
        _choose(shell, name, Choose(line.name, choices, chosen=now))
        return
    form: Form[OrganizationView] = Form(
        line.name,
        [Field(name, line.name, now)],
        lambda values: configure_organization(shell.workspace, {name: values[name]}),
        about=line.note,
    )
    shell.push_screen(form)


def _choose(shell: Shell, name: str, choose: Choose) -> None:
    def chosen(value: str | None) -> None:
        if value is not None:
            shell.act(lambda: configure_organization(shell.workspace, {name: value}))

    shell.push_screen(choose, chosen)


def _choices(name: str) -> list[Choice]:
    if name == "order_sync":
        return [Choice(key, words) for key, words in ORDER_SYNC.items()]
    if name == "first_push":
        return [Choice(key, words) for key, words in FIRST_PUSH.items()]
    if name == "made_skus":
        return [Choice(key, words) for key, words in MADE_SKUS.items()]
    if name == "base_currency":
        return currency_choices()
    if name == "timezone":
        return [Choice(zone, zone.replace("_", " ")) for zone in sorted(available_timezones())]
    return []
