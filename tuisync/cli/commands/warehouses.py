"""`warehouses`: the places that hold stock."""

from __future__ import annotations

import click

from tuisync.cli.command import Group
from tuisync.cli.invocation import Invocation
from tuisync.cli.owed import say_owed
from tuisync.cli.tables.organization import warehouse_table
from tuisync.core.actions.warehouses import (
    add_warehouse,
    deactivate_warehouse,
    make_primary,
    rename_warehouse,
)
from tuisync.core.services import Services
from tuisync.core.views.objects import WarehouseView
from tuisync.core.views.organization import warehouse_views


@click.group(
    cls=Group,
    invoke_without_command=True,
    example="""
    tuisync warehouses
    tuisync warehouses add Attic
    """,
)
@click.pass_context
def warehouses(context: click.Context) -> None:
    """List, add, rename or retire warehouses."""
    if context.invoked_subcommand is None:
        context.invoke(list_)


@warehouses.command("list", example="tuisync warehouses list --json")
@click.pass_obj
def list_(invocation: Invocation) -> None:
    """List the warehouses, the primary one first."""
    with invocation.services() as services:
        _show(invocation, services, warehouse_views(services.workspace.store))


@warehouses.command(example="tuisync warehouses add Attic")
@click.argument("name")
@click.pass_obj
def add(invocation: Invocation, name: str) -> None:
    """Add a warehouse."""
    with invocation.services() as services:
        _show(invocation, services, add_warehouse(services.workspace, name))


@warehouses.command(example="tuisync warehouses rename Attic Loft")
@click.argument("old")
@click.argument("new")
@click.pass_obj
def rename(invocation: Invocation, old: str, new: str) -> None:
    """Give a warehouse another name; stock and orders stay with it."""
    with invocation.services() as services:
        _show(invocation, services, rename_warehouse(services.workspace, old, new))


@warehouses.command(example="tuisync warehouses primary Loft")
@click.argument("name")
@click.pass_obj
def primary(invocation: Invocation, name: str) -> None:
    """Make a warehouse the one that new orders take."""
    with invocation.services() as services:
        _show(invocation, services, make_primary(services.workspace, name))


@warehouses.command(example="tuisync warehouses deactivate Loft")
@click.argument("name")
@click.pass_obj
def deactivate(invocation: Invocation, name: str) -> None:
    """Retire a warehouse: its stock is not for sale any more."""
    with invocation.services() as services:
        _show(invocation, services, deactivate_warehouse(services.workspace, name))
        say_owed(invocation, services)


def _show(invocation: Invocation, services: Services, views: list[WarehouseView]) -> None:
    invocation.show(views, warehouse_table(views, invocation.pen(services)))
