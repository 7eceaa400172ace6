"""The dialogs that change stock, asked from wherever an item is shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from tuisync.core.actions.items import add_item, adjust_stock, edit_item, transfer_stock
from tuisync.core.errors import Conflict, UsageError
from tuisync.core.store import schema
from tuisync.core.views.items import item_view
from tuisync.screens.dialogs.choose import Choice
from tuisync.screens.dialogs.fields import Field
from tuisync.screens.dialogs.form import Form, Values
from tuisync.widgets.keys import key
from tuisync.widgets.plain import cut, plain

if TYPE_CHECKING:
    from tuisync.core.models import Warehouse
    from tuisync.core.views.objects import ItemView
    from tuisync.screens.shell import Shell

_REASONS = ("counted", "bought", "made", "damaged", "lost", "given away")


def warehouses(shell: Shell) -> list[Warehouse]:
    """Return the active warehouses, the primary one first."""
    found = [each for each in shell.workspace.store.all(schema.WAREHOUSES) if each.active]
    return sorted(found, key=lambda each: (not each.primary, each.name))


def _places(shell: Shell, item: ItemView) -> list[Choice]:
    """Return the warehouses in use, then those out of use that still hold some of an item."""
    there, used = _on_hand(item), [each.name for each in warehouses(shell)]
    places = [Choice(name, name, f"{there.get(name, 0):,} on hand") for name in used]
    held = ((name, units) for name, units in there.items() if units and name not in used)
    places += [Choice(name, name, f"{units:,} on hand, not in use") for name, units in held]
    return places


def ask_adjust(shell: Shell, item: ItemView) -> None:
    """Ask how many units there are, or how many came or went, and why."""
    places = _places(shell, item)
    fields = [
        Field("units", "Units", help="12 sets the count to 12; +3 and -3 add and take away."),
        Field("reason", "Reason", value="counted", help=f"As {', '.join(_REASONS)}."),
    ]
    if len(places) > 1:
        fields.insert(0, Field("warehouse", "Warehouse", places[0].key, choices=places))

    count = _Count(shell, item)
    form: Form[ItemView] = Form(
        f"Adjust {item.sku}", fields, count.submit, about=count.about, verb="Adjust"
    )
    shell.push_screen(form, lambda changed: _told(shell, changed))


class _Count:
    """An adjustment while its dialog is open: the stock may move under it.

    Args:
        shell: The app.
        item: The item as it was when the dialog was opened.
    """

    def __init__(self, shell: Shell, item: ItemView) -> None:
        self._shell = shell
        self._sku = item.sku
        self._first = item
        self._seen = _on_hand(item)

    def about(self) -> str:
        """Return the item's numbers as they are now."""
        item = self._now()
        numbers = f"{item.on_hand:,} on hand, {item.committed:,} committed"
        moved = item.on_hand != self._first.on_hand
        was = f"\nIt had {self._first.on_hand:,} on hand when you began." if moved else ""
        return f"{cut(plain(item.name), 64)}\n{numbers}, {item.available:,} available{was}"

    def submit(self, values: Values) -> ItemView:
        """Adjust; a count whose base has moved since it was shown needs a second word.

        Raises:
            Conflict: It has moved.
        """
        by, to = parse_units(values["units"])
        place = values.get("warehouse") or warehouses(self._shell)[0].name
        seen, now = self._seen.get(place, 0), _on_hand(self._now()).get(place, 0)
        if to is not None and seen != now:
            self._seen[place] = now
            raise Conflict(
                f"{place} has {now:,} on hand now; it had {seen:,} when you began.",
                hint=f"Enter again sets it to {to:,} all the same.",
            )
        return adjust_stock(
            self._shell.workspace,
            self._sku,
            by=by,
            to=to,
            warehouse=place,
            reason=values["reason"],
            seen=None if to is None else now,
        )

    def _now(self) -> ItemView:
        return item_view(self._shell.workspace.store, self._sku)


def _on_hand(item: ItemView) -> dict[str, int]:
    return {each.warehouse: each.on_hand for each in item.warehouses}


def parse_units(text: str) -> tuple[int | None, int | None]:
    """Return a difference (`+3`, `-3`) or a count (`12`), the other being None.

    Raises:
        UsageError: It is neither.
    """
    cleaned = text.replace(" ", "").replace("\N{MINUS SIGN}", "-")
    try:
        value = int(cleaned)
    except ValueError:
        raise UsageError(f"“{text}” is not a number of units.", hint="As 12, +3 or -3.") from None
    return (value, None) if cleaned[0] in "+-" else (None, value)


def no_transfer(shell: Shell) -> str:
    """Return why stock cannot be transferred, or nothing when it can."""
    if len(warehouses(shell)) > 1:
        return ""
    adds = f"{key('app.settings')}, then {key('warehouse.add')} adds one"
    return f"A transfer needs a second warehouse: {adds}."


def ask_transfer(shell: Shell, item: ItemView) -> None:
    """Ask how many units go from where to where."""
    places, used = _places(shell, item), len(warehouses(shell))
    fields: Sequence[Field] = [
        Field("source", "From", places[0].key, choices=places),
        Field("target", "To", places[1].key, choices=places[:used]),
        Field("by", "Units"),
    ]

    def submit(values: Values) -> str:
        _, units = parse_units(values["by"].lstrip("+"))
        if units is None:
            raise UsageError("Give the number of units to move, as 3.")
        source, target = values["source"], values["target"]
        moved = transfer_stock(shell.workspace, item.sku, source=source, target=target, by=units)
        return (
            f"{item.sku}: {units:,} moved from {source} to {target}. "
            f"On hand now: {_held(shell, moved)}."
        )

    def about() -> str:
        now = item_view(shell.workspace.store, item.sku)
        return f"{cut(plain(item.name), 64)}\nOn hand: {_held(shell, now)}."

    form: Form[str] = Form(f"Transfer {item.sku}", fields, submit, about=about, verb="Transfer")
    shell.push_screen(form, lambda told: shell.say(told) if told else None)


def _held(shell: Shell, item: ItemView) -> str:
    """Return what each warehouse holds: `Studio 6, Barn 7`."""
    there = _on_hand(item)
    return ", ".join(f"{each.name} {there.get(each.name, 0):,}" for each in warehouses(shell))


def ask_new_item(shell: Shell, then: Callable[[str], None]) -> None:
    """Ask for a new item."""
    fields = [
        Field("sku", "SKU", help="Unique among your items; variants with it are linked at once."),
        Field("name", "Name"),
        Field("stock", "Units on hand", value="0"),
        Field("price", "Price", required=False, help="In the base currency, as 12.90."),
    ]

    def submit(values: Values) -> ItemView:
        _, stock = parse_units(values["stock"])
        if stock is None:
            raise UsageError("Give how many units there are, as 12; nothing or less is 0.")
        return add_item(
            shell.workspace,
            sku=values["sku"],
            name=values["name"],
            price=values["price"] or None,
            stock=stock,
        )

    def added(item: ItemView | None) -> None:
        if item is not None:
            _told(shell, item)
            then(item.sku)

    form: Form[ItemView] = Form("New item", fields, submit, verb="Add")
    shell.push_screen(form, added)


def ask_edit_item(shell: Shell, item: ItemView, then: Callable[[str], None]) -> None:
    """Ask for an item's SKU, name and price."""
    price = str(item.price.amount) if item.price else ""
    fields = [
        Field("sku", "SKU", item.sku, help="Variants that fit the new one are linked at once."),
        Field("name", "Name", item.name),
        Field("price", "Price", price, required=False, help="In the base currency, as 12.90."),
    ]

    def submit(values: Values) -> ItemView:
        return edit_item(
            shell.workspace,
            item.sku,
            new_sku=values["sku"],
            name=values["name"],
            price=values["price"] or None,
        )

    def edited(changed: ItemView | None) -> None:
        if changed is not None:
            shell.say(f"{changed.sku} is saved.")
            then(changed.sku)

    form: Form[ItemView] = Form(f"Edit {item.sku}", fields, submit)
    shell.push_screen(form, edited)


def _told(shell: Shell, item: ItemView | None) -> None:
    if item is not None:
        shell.say(f"{item.sku}: {item.on_hand:,} on hand, {item.available:,} available.")
