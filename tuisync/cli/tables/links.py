"""Links, for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tuisync.cli.pen import Cell, Pen, Value, options, state
from tuisync.cli.table import card, count, flexible, head, section, spare, table
from tuisync.core.views.objects import LinkView

_LINKS = (
    head("Variant"),
    flexible("Title"),
    spare(flexible("Options")),
    spare(head("Shop's SKU")),
    count("Shows"),
    head("State"),
    head("Item"),
    spare(flexible("Best guess")),
)


def link_table(views: Sequence[LinkView], pen: Pen) -> Iterator[str]:
    """Yield a line per listing variant."""
    rows = (
        (
            view.variant,
            view.title,
            options(view.options),
            view.sku,
            None if view.gone else view.quantity,
            _state(view),
            view.item,
            _guess(view),
        )
        for view in views
    )
    yield from table(_LINKS, rows, pen)


def link_card(view: LinkView, pen: Pen) -> Iterator[str]:
    """Yield one link with its candidates."""
    yield from card(
        [
            ("Variant", Cell(view.variant, "strong")),
            ("Title", view.title),
            ("Options", options(view.options)),
            ("Shop's SKU", view.sku),
            ("Shop shows", None if view.gone else view.quantity),
            ("Listing", _listing(view)),
            ("State", state(view.state)),
            ("Item", view.item),
            ("Linked by", view.basis),
            *_former(view),
            ("Counts orders since", pen.time(view.baseline_at)),
        ]
    )
    yield from section("Candidates", _candidates(view, pen))


def _state(view: LinkView) -> Value:
    """Return a link's state; of what is broken, that it is gone."""
    return Cell("gone", "bad") if view.state == "broken" and view.gone else state(view.state)


def _listing(view: LinkView) -> str:
    return "gone from the shop" if view.gone else view.listing_state.replace("_", " ")


def _former(view: LinkView) -> Iterator[tuple[str, Value]]:
    if view.former:
        yield "Orders still of", Cell(f"{', '.join(view.former)}: see `link --repoint`.", "warn")


def _candidates(view: LinkView, pen: Pen) -> Iterator[str]:
    heads = (head("SKU"), flexible("Name"), flexible("Why"), count("Score"))
    rows = ((each.sku, each.name, each.reason, each.score) for each in view.candidates)
    yield from table(heads, rows, pen)


def _guess(view: LinkView) -> str | None:
    if not view.candidates:
        return None
    best = view.candidates[0]
    return f"{best.sku} ({best.reason})"
