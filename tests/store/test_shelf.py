"""Indexes of every size, and views of a shelf that goes on changing."""

from __future__ import annotations

import threading
from collections.abc import Iterable

from hypothesis import given, settings
from hypothesis import strategies as st

from tuisync.core.store.shelf import FEW, SLICE, Index, Moves, Shelf, View

CHANGES = st.lists(st.tuples(st.booleans(), st.sampled_from("ab"), st.integers(0, FEW + 5)))


class Changed:
    """A commit that no index has to follow."""

    def __init__(self, changes: dict[str, bytes | None]) -> None:
        self._changes = changes

    def changes(self) -> Iterable[tuple[str, bytes | None]]:
        return self._changes.items()

    def moves(self, index: str) -> Moves:
        raise AssertionError(index)


@settings(deadline=None, derandomize=True)
@given(changes=CHANGES, many=st.booleans())
def test_an_index_agrees_with_sets(changes: list[tuple[bool, str, int]], many: bool) -> None:
    index, model = Index(), {"a": set[str](), "b": set[str]()}
    filling = [(True, "a", number) for number in range(FEW + 2)] if many else []
    for came, key, number in [*filling, *changes]:
        id_ = f"{number:02}"
        index.move({key: {id_: came}})
        (model[key].add if came else model[key].discard)(id_)
    for key, ids in model.items():
        assert index.ids(key) == tuple(sorted(ids))
        assert index.count(key) == len(ids)
        assert all(index.has(key, f"{n:02}") == (f"{n:02}" in ids) for n in range(FEW + 6))


def test_a_view_shows_what_was_there_whatever_happens_meanwhile() -> None:
    before = {f"{number:05}": b"%d" % number for number in range(SLICE * 2 + 10)}
    shelf, lock = Shelf(dict(before)), threading.Lock()
    view = View(shelf, lock)
    shelf.views.append(view)
    shelf.change(Changed({"00001": b"early", "00002": None, "new": b"new"}), 1)
    ids = view.ids()
    seen: dict[str, bytes] = {}
    for turn, documents in enumerate(view.slices(sorted(ids))):
        seen.update(documents)
        last = f"{SLICE * 2 + turn:05}"
        shelf.change(Changed({last: None, f"later-{turn}": b"new", "00001": None}), 2 + turn)
        shelf.change(Changed({last: b"again"}), 2 + turn)
    assert seen == before
    assert shelf.documents["04000"] == b"again"
    assert "00002" not in shelf.documents


def test_a_view_tells_what_changed_since() -> None:
    shelf = Shelf({"a": b"1", "b": b"2"})
    view = View(shelf, threading.Lock())
    shelf.views.append(view)
    shelf.change(Changed({"a": b"3", "c": b"4"}), 1)
    shelf.change(Changed({"a": None, "c": b"5"}), 2)
    assert set(view.changed()) == {("a", b"1", None), ("c", None, b"5")}
