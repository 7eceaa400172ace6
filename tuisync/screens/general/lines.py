"""What the settings say, line by line. Pure: from views to lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from tuisync.core.preferences import KNOWN, Preferences
from tuisync.screens.settings import ORDER_SYNC
from tuisync.widgets.columns import Cell, Column
from tuisync.widgets.keys import key
from tuisync.widgets.marks import Mark

if TYPE_CHECKING:
    from tuisync.core.views.objects import OrganizationView, PluginView, WarehouseView

FIRST_PUSH = {"review": "changes by setup", "auto": "nothing"}
MADE_SKUS = {"id": "the listing's id", "title": "words of its title"}
NUMBERS = (
    *("name", "base_currency", "timezone", "order_sync", "first_push", "follow_days"),
    "made_skus",
)
"""The organization's settings in the order shown."""

_TITLES = {
    "name": "Name",
    "base_currency": "Currency",
    "timezone": "Time zone",
    "order_sync": "Orders",
    "first_push": "Held for you",
    "follow_days": "Follow, days",
    "made_skus": "New SKUs",
}
_NOTES = {
    "name": "on top of the screen",
    "base_currency": "shops in another one are refused",
    "timezone": "the one dates are in",
    "order_sync": "which become sales orders",
    "first_push": "links, rules, warehouses, imports wait for the plan",
    "follow_days": "how long an order is watched for changes",
    "made_skus": "made of this where a listing has none",
}
_PRIMARY = Mark("●", "primary", "good")
_ACTIVE = Mark("●", "active", "plain")
_RETIRED = Mark("○", "not in use", "muted")


class Line(NamedTuple):
    """One line.

    Attributes:
        key: What it is about: `organization.name`, `warehouse.Barn`, `screen.theme`.
        group: The heading, on the first line of a group.
        name: What it is called.
        value: What it is now.
        note: What it means, or which key does it.
    """

    key: str
    group: str
    name: str
    value: Cell
    note: str = ""


LINE_COLUMNS: tuple[Column[Line], ...] = (
    Column("group", "", lambda line: Cell(line.group, "accent"), width=13, rank=1),
    Column("name", "", lambda line: Cell(line.name, "muted"), 12, flex=2, widest=24, snug=True),
    Column("value", "", lambda line: line.value, 20, flex=3, widest=60, snug=True, folds=True),
    Column(
        "note",
        "",
        lambda line: Cell(line.note, "muted"),
        width=22,
        flex=3,
        widest=90,
        rank=2,
        snug=True,
        folds=True,
    ),
)


def lines(
    organization: OrganizationView,
    preferences: Preferences,
    plugins: Sequence[PluginView],
    config_file: str,
) -> list[Line]:
    """Return all lines, in groups."""
    return [
        *_organization(organization),
        *_warehouses(organization.warehouses),
        *_preferences(preferences, config_file),
        *_data(),
        *_plugins(plugins),
    ]


def _organization(organization: OrganizationView) -> Iterator[Line]:
    words = {
        "order_sync": {str(k): v for k, v in ORDER_SYNC.items()},
        "first_push": FIRST_PUSH,
        "made_skus": MADE_SKUS,
    }
    for place, name in enumerate(NUMBERS):
        value = str(getattr(organization, name, ""))
        shown = words.get(name, {}).get(value, value)
        group = "" if place else "Organization"
        yield Line(f"organization.{name}", group, _TITLES[name], Cell(shown), _NOTES[name])


def _warehouses(warehouses: Sequence[WarehouseView]) -> Iterator[Line]:
    for place, each in enumerate(warehouses):
        mark = _PRIMARY if each.primary else _ACTIVE if each.active else _RETIRED
        group = "" if place else "Warehouses"
        note = "new orders come from here" if each.primary else ""
        yield Line(f"warehouse.{each.name}", group, each.name, Cell(str(mark), mark.tone), note)
    adds = f"{key('warehouse.add')} adds a warehouse"
    yield Line("add", "", "another one", Cell("-", "muted"), adds)


def _preferences(preferences: Preferences, config_file: str) -> Iterator[Line]:
    for place, each in enumerate(KNOWN):
        value = preferences[each.key]
        note = each.about if each.live else f"{each.about} Holds from the next start."
        yield Line(each.key, "" if place else "This program", each.title, Cell(value), note)
    keys = ", ".join(f"{given} {verb}" for verb, given in preferences.keys.items())
    yield Line("file", "", "Keys", Cell(keys or "as they come"), _given_in(config_file))


def _given_in(config_file: str) -> str:
    return f"{key('settings.change')} tells how to give others, in {config_file}"


def _data() -> Iterator[Line]:
    for name, title, value, verb, note in (
        ("backup", "Back up", "one file", "data.back_up", "writes it, without sign-ins"),
        ("export", "Export", "JSON and CSV", "data.export", "writes them, for other programs"),
        ("restore", "Restore", "a backup", "data.restore", "asks before it does anything"),
        ("check", "Check", "everything", "data.check", "looks at it, and changes nothing"),
    ):
        group = "" if name != "backup" else "Your data"
        yield Line(name, group, title, Cell(value), f"{key(verb)} {note}")


def _plugins(plugins: Sequence[PluginView]) -> Iterator[Line]:
    for place, each in enumerate(plugins):
        well = each.state == "loaded"
        mark = Mark("●", "loaded", "good") if well else Mark("✗", each.state, "bad")
        group = "" if place else "Plug-ins"
        words = " ".join(part for part in (each.distribution, each.version) if part)
        yield Line(
            f"plugin.{each.name}", group, each.name, Cell(str(mark), mark.tone), each.error or words
        )
    if not plugins:
        yield Line("plugin", "Plug-ins", "none", Cell("-", "muted"), "pip install tuisync-etsy")
