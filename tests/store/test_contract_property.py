"""Any course of transactions, on every engine, against a plain dictionary."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.engines import ENGINES, Engine
from store.samples import item
from tuisync.core.errors import Conflict
from tuisync.core.models import Item
from tuisync.core.store.port import Reader, Store, Transaction
from tuisync.core.store.schema import ITEMS
from tuisync.core.store.tiny import TinyStore

Model = dict[str, Item]

IDS = st.integers(0, 5)
SKUS = st.sampled_from("ABCD")
NAMES = st.sampled_from(["Mug", "Bowl"])
SIZES = st.sampled_from("SML")
PUTS = st.builds(
    lambda n, name, sku, size: item(n, name=name, sku=sku, Size=size), IDS, NAMES, SKUS, SIZES
)
CHANGES = st.one_of(PUTS, st.builds(lambda n: item(n).id, IDS))
TRANSACTIONS = st.tuples(st.lists(CHANGES, max_size=6), st.sampled_from(["commit", "fail", "peer"]))


class DeliberateError(Exception):
    pass


def change(transaction: Transaction, model: Model, step: Item | str) -> None:
    if isinstance(step, str):
        transaction.delete(ITEMS, step)
        model.pop(step, None)
        return
    taken = any(other.sku == step.sku and other.id != step.id for other in model.values())
    if taken:
        with pytest.raises(Conflict):
            transaction.put(ITEMS, step)
    else:
        transaction.put(ITEMS, step)
        model[step.id] = step


def check(reader: Reader, model: Model) -> None:
    documents = [model[id_] for id_ in sorted(model)]
    assert list(reader.all(ITEMS)) == documents
    assert reader.count(ITEMS) == len(documents)
    for number in range(6):
        assert reader.get(ITEMS, item(number).id) == model.get(item(number).id)
    for index, keys in (("sku", "ABCD"), ("name", ("Mug", "Bowl"))):
        for key in keys:
            expected = [found for found in documents if getattr(found, index) == key]
            assert reader.find(ITEMS, index, key) == expected
            assert reader.ids(ITEMS, index, key) == tuple(found.id for found in expected)
            assert reader.count(ITEMS, index, key) == len(expected)


def fail_if(wanted: bool) -> None:  # its one argument
    if wanted:
        raise DeliberateError


def run(store: Store, committed: Model, steps: list[Item | str], *, fail: bool) -> Model:
    """Carry out one transaction and return what is committed after it."""
    model = dict(committed)
    before = store.version
    try:
        with store.transaction() as transaction:
            for step in steps:
                change(transaction, model, step)
                check(transaction, model)
            fail_if(fail)
    except DeliberateError:
        model = committed
    assert (store.version > before) == (model != committed)
    return model


@contextmanager
def opened(kind: str) -> Iterator[tuple[Engine, Callable[[], Store]]]:
    with tempfile.TemporaryDirectory() as directory:
        for engine in ENGINES[kind](Path(directory), 10):
            yield engine, partial(reopened, kind, Path(directory), engine.store)


def reopened(kind: str, directory: Path, store: Store) -> Store:
    return TinyStore.open(directory) if kind == "tiny" else store


@pytest.mark.parametrize("kind", ENGINES)
@settings(max_examples=40, deadline=None, derandomize=True)
@given(course=st.lists(TRANSACTIONS, max_size=8))
def test_any_course_of_transactions_agrees_with_a_dictionary(
    kind: str, course: list[tuple[list[Item | str], str]]
) -> None:
    model: Model = {}
    with opened(kind) as (engine, reopen):
        store, peer = engine.store, engine.peer
        for steps, outcome in course:
            writer = peer if outcome == "peer" else store
            writer.refresh()
            model = run(writer, model, steps, fail=outcome == "fail")
            store.refresh()
            check(store, model)
        check(reopen(), model)
        peer.refresh()
        check(peer, model)
