"""Every action has its place on the screen and its command, or a reason (P19)."""

from __future__ import annotations

from collections.abc import Iterator

import click
from textual.binding import Binding

from tuisync.app import TuisyncApp
from tuisync.cli.root import root
from tuisync.core.faces import ONLY_SHOWN, ONLY_TYPED, VERBS
from tuisync.core.preferences.everywhere import EVERYWHERE, IN_LISTS
from tuisync.screens.aside import import_places
from tuisync.screens.keynames import bindings
from tuisync.screens.verbs import places_with_verbs
from tuisync.widgets.finder import Finder
from tuisync.widgets.table import Table


def _shown() -> Iterator[str]:
    """Iterate over the ids of everything that can be done on the screens."""
    assert TuisyncApp.BINDINGS  # of what is in memory, everything is found
    import_places()
    for binding in bindings():
        if binding.id and "." in binding.id:  # Textual's own have ids without a dot
            yield binding.id


def _typed(command: click.Command = root, path: tuple[str, ...] = ()) -> Iterator[str]:
    """Iterate over all commands that do something."""
    if not isinstance(command, click.Group):
        yield " ".join(path)
        return
    context = click.Context(command)
    for name in command.list_commands(context):
        found = command.get_command(context, name)
        assert found is not None
        yield from _typed(found, (*path, name))


def test_p19_everything_on_the_screens_has_a_command_or_a_reason() -> None:
    missing = sorted(set(_shown()) - set(VERBS) - set(ONLY_SHOWN))

    assert missing == [], "say in tuisync/core/faces.py which command does the same"


def test_p19_every_command_has_a_verb_or_a_reason() -> None:
    shown = {command for commands in VERBS.values() for command in commands}
    missing = sorted(set(_typed()) - shown - set(ONLY_TYPED))

    assert missing == [], "say in tuisync/core/faces.py which verb does the same"


def test_p19_the_table_names_nothing_that_is_not_there() -> None:
    shown, typed = set(_shown()), set(_typed())

    assert sorted((set(VERBS) | set(ONLY_SHOWN)) - shown) == []
    assert sorted({c for commands in VERBS.values() for c in commands} - typed) == []
    assert sorted(set(ONLY_TYPED) - typed) == []
    assert not set(VERBS) & set(ONLY_SHOWN)


def test_what_holds_on_every_screen_is_what_the_app_binds() -> None:
    own = (each for each in TuisyncApp.BINDINGS if isinstance(each, Binding))
    bound = {each.id: each.key for each in own if each.id != "demo.buy"}

    assert bound == EVERYWHERE


def test_the_keys_that_move_in_every_list_are_those_bound_there() -> None:
    own = (each for each in Table.BINDINGS + Finder.BINDINGS if isinstance(each, Binding))
    bound = {each.id: each.key for each in own if each.id and each.id != "table.unfilter"}

    assert bound == IN_LISTS


def test_p19_every_verb_is_in_the_palette_as_noun_and_verb() -> None:
    for place in places_with_verbs():
        for verb in place.VERBS:
            noun, colon, does = verb.command.partition(": ")
            assert noun, verb
            assert colon, verb
            assert does, verb
            assert verb.help, verb
