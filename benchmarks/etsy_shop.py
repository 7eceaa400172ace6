"""The sandbox shop for measuring: like the sandbox, but it sorts each list of receipts once.

Etsy answers a page of a large shop in tens of milliseconds; the sandbox sorts all receipts for
every page, which would be what is measured.

    python -m benchmarks.etsy_shop --orders 100000 --qps 1000
"""

from __future__ import annotations

import sys
from collections.abc import Iterable

from tuisync_etsy.sandbox import process
from tuisync_etsy.sandbox.domain.receipts import Receipt, ReceiptQuery, select
from tuisync_etsy.sandbox.web import receipts

_MOST = 8
"""Lists that are kept; a walk asks for one after the other."""

_lists: dict[tuple[int, ReceiptQuery], list[Receipt]] = {}


def sorted_once(
    found: Iterable[Receipt],
    query: ReceiptQuery,
    *,
    show_cancelled: bool,
    in_order: bool = True,
) -> list[Receipt]:
    """Select as the sandbox does, unless the same was asked for and nothing was sold since."""
    everything = list(found)
    key = (len(everything), query)
    if key not in _lists:
        if len(_lists) >= _MOST:
            del _lists[next(iter(_lists))]
        _lists[key] = select(everything, query, show_cancelled=show_cancelled, in_order=in_order)
    return _lists[key]


if __name__ == "__main__":
    vars(receipts)["select"] = sorted_once
    sys.exit(process.run(sys.argv[1:]))
