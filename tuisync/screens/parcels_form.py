"""The form for many parcels: a carrier, and a line for the number of each order's parcel."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual import events, on
from textual.binding import Binding, BindingType
from textual.widgets import Button, Input

from tuisync.core.actions.parcels import (
    UNTRACKED,
    Parcel,
    ReadyParcel,
    RefusedParcel,
    check_parcels,
)
from tuisync.core.models import marketplace_of
from tuisync.core.orders.tracking import is_number
from tuisync.screens.dialogs.confirm import Confirm
from tuisync.screens.dialogs.fields import Field, FieldRow
from tuisync.screens.dialogs.form import Form, Values
from tuisync.screens.parcels_asking import consequences, question
from tuisync.screens.pasted import PastedNumbers, pasted_numbers
from tuisync.screens.shipping import carrier_field
from tuisync.widgets.line import ColumnLine
from tuisync.widgets.plain import counted, cut, plain

if TYPE_CHECKING:
    from tuisync.core.remote import Marketplace
    from tuisync.core.views.objects import OrderView
    from tuisync.screens.shell import Shell

_ABOUT = "All of each order leaves in one parcel. A column of numbers can be pasted at the first."
_UNTRACKED = f"“{UNTRACKED}” is a parcel without carrier and number."


class _Checked(NamedTuple):
    """What became of looking at all parcels."""

    ready: Sequence[ReadyParcel]
    refused: Sequence[RefusedParcel]


class ParcelsForm(Form[_Checked]):
    """Asks for carrier and numbers, then whether exactly that may be told.

    Args:
        shell: The app.
        orders: The orders to ship.
        marketplaces: Those the orders are of, by id.
        left_out: What is said of orders that were marked and cannot be shipped.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "look", "Ship", priority=True, tooltip="Look at all, then ask"),
    ]

    def __init__(
        self,
        shell: Shell,
        orders: Sequence[OrderView],
        marketplaces: Mapping[str, Marketplace],
        *,
        left_out: str = "",
    ) -> None:
        fields = [
            *(_carrier(each, alone=len(marketplaces) == 1) for each in marketplaces.values()),
            *(_number(each, wide=shell.size.width >= _ROOMY) for each in orders),
        ]
        super().__init__(
            f"Ship {counted(len(orders), 'order')}",
            fields,
            lambda values: _Checked(*check_parcels(shell.workspace, _parcels(values))),
            verb="Ship",
            about="\n".join(_about(marketplaces.values(), left_out)),
        )

    @property
    def values(self) -> Values:
        """What the fields hold now, but for what is left out."""
        return {row.field.key: row.value for row in self._open_rows}

    @property
    def _open_rows(self) -> list[FieldRow]:
        return [row for row in self.query(FieldRow) if not row.editor.disabled]

    def entered(self, line: Input) -> None:
        """Go on to the next number; from the last one to the question."""
        lines = [each for each in self.query(ColumnLine) if not each.disabled]
        after = lines.index(line) + 1 if isinstance(line, ColumnLine) else len(lines)
        if after < len(lines):
            lines[after].focus()
        else:
            self.action_submit()

    def action_look(self) -> None:
        """Look at all parcels, then ask."""
        self.action_submit()

    def on_paste(self, event: events.Paste) -> None:
        """Take what is pasted elsewhere as the numbers it must be."""
        if not isinstance(self.focused, Input):
            self.query(ColumnLine).first().post_message(events.Paste(event.text))

    @on(ColumnLine.Pasted)
    def _pasted(self, event: ColumnLine.Pasted) -> None:
        """Put a pasted column into the lines from there on."""
        event.stop()
        lines = list(self.query(ColumnLine))
        lines = lines[lines.index(event.line) :]
        found = pasted_numbers(event.texts, len(lines))
        for line, text in zip(lines, found.numbers, strict=False):
            line.value = text
        last = lines[max(0, min(len(found.numbers), len(lines)) - 1)]
        (self.query_one(Button) if last.disabled else last).focus()
        self.complain(_left_over(found))

    def done(self, result: _Checked) -> None:
        """Say what is wrong, or ask whether exactly this may be told."""
        for row in self._open_rows:
            row.complain("")
        if result.refused:
            self._blame(result.refused)
            return
        if not result.ready:
            self.complain("None of them can be shipped any more.")
            return
        self.complain("")
        asked = Confirm(
            question(result.ready), consequences(result.ready), yes="Ship", no="Back to the numbers"
        )
        self.shell.push_screen(asked, lambda sure: self._answered(result, sure=bool(sure)))

    def _answered(self, result: _Checked, *, sure: bool) -> None:
        if sure:
            super().done(result)

    def _blame(self, refused: Sequence[RefusedParcel]) -> None:
        """Say it where it can be mended, and begin there; what cannot leave at all is left out."""
        rows = {row.field.key: row for row in self.query(FieldRow)}
        blamed = []
        for parcel, error, mendable in refused:
            carrier = _carrier_key(marketplace_of(parcel.order))
            lacks_carrier = is_number(parcel.tracking) and not rows[carrier].value
            row = rows[carrier if mendable and lacks_carrier else parcel.order]
            row.complain(error.message if mendable else f"{error.message} It is left out.")
            row.editor.disabled = not mendable
            blamed.append(row)
        first = next((row for row in blamed if not row.editor.disabled), None)
        (first.editor if first else self.query_one(Button)).focus()
        self.complain(f"{counted(len(refused), 'parcel')} cannot leave so. Nothing was sent.")


def _left_over(found: PastedNumbers) -> str:
    """Say what of a pasted column found no line."""
    over = f"{counted(found.over, 'number')} too many: nothing stands for them."
    heading = f"“{cut(plain(found.heading), 20)}” is no number and was left out."
    return " ".join([heading] * bool(found.heading) + [over] * bool(found.over))


def _about(marketplaces: Iterable[Marketplace], left_out: str) -> Iterator[str]:
    may_lack = any(not each.capabilities.tracking_required for each in marketplaces)
    yield f"{_ABOUT} {_UNTRACKED}" if may_lack else _ABOUT
    if left_out:
        yield left_out


_ROOMY = 70
"""Cells from which on a buyer's name is told in full."""


def _carrier_key(marketplace: str) -> str:
    return f"carrier {marketplace}"


def _carrier(marketplace: Marketplace, *, alone: bool) -> Field:
    label = "Carrier" if alone else f"Carrier at {marketplace.title}"
    return carrier_field(marketplace.capabilities, key=_carrier_key(marketplace.id), label=label)


def _number(order: OrderView, *, wide: bool) -> Field:
    name = cut(plain(order.contact.name or ""), 18 if wide else 10)
    return Field(order.id, f"{order.number} {name}".strip(), required=False, column=True)


def _parcels(values: Values) -> list[Parcel]:
    """Return what was filled in as parcels; a carrier is that of all parcels of its shop."""
    carriers = {key: value for key, value in values.items() if key.startswith(_carrier_key(""))}
    return [
        Parcel.written(order, carriers[_carrier_key(marketplace_of(order))], number)
        for order, number in values.items()
        if order not in carriers
    ]
