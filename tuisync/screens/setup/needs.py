"""The wizard's page for what a marketplace needs before one can sign in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tuisync.screens.dialogs.fields import Field
from tuisync.screens.setup.pages import FieldsPage, Values

if TYPE_CHECKING:
    from tuisync.core.remote import Marketplace


def needs_page(described: Marketplace, given: Values) -> FieldsPage:
    """Return the page.

    Args:
        described: The marketplace.
        given: What it was given before.
    """
    fields = [
        Field(
            each.key,
            each.title,
            given.get(each.key, each.default),
            help=each.help,
            required=each.required,
            secret=each.secret,
        )
        for each in described.options
    ]
    heading = f"What {described.title} needs"
    return FieldsPage(heading, "", fields, described.setup_steps, described.notice)
