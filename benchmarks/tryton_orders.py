"""Creates orders in Tryton; run by the Python of its environment, see `tryton`.

python tryton_orders.py DIRECTORY ORDERS
"""

# Its modules are in the peer's environment and not in ours; they read its settings when they
# are imported, so that has to wait until those are written.
# mypy: disable-error-code="import-not-found"
# ruff: noqa: PLC0415

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

PAGE = 50
"""Sales saved together: with 100, a query of Tryton's outgrows the parser of older SQLites."""

THINGS = 20
MODULES = ("sale", "web_shop", "web_shop_shopify")
DATABASE = "bench"
PRICE = Decimal(10)


def set_up(directory: Path, settings: Path) -> None:
    """Create the database, a company with its accounts, and things to sell."""
    (directory / f"{DATABASE}.sqlite").touch()
    secret = directory / "secret"
    secret.write_text("only for this run")
    tool = str(Path(sys.executable).with_name("trytond-admin"))
    options = ["-c", str(settings), "-d", DATABASE, "--email", "bench@example.org"]
    subprocess.run(
        [tool, *options, "--activate-dependencies", "-u", *MODULES],
        env={**os.environ, "TRYTONPASSFILE": str(secret)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        check=True,
    )
    from proteus import Model
    from proteus import config as client
    from trytond.modules.account.tests.tools import create_chart, get_accounts
    from trytond.modules.company.tests.tools import create_company

    client.set_trytond(database=DATABASE, config_file=str(settings))
    create_company()
    create_chart()
    accounts = get_accounts()
    category = Model.get("product.category")(name="Wares", accounting=True)
    category.account_revenue, category.account_expense = accounts["revenue"], accounts["expense"]
    category.save()
    [unit] = Model.get("product.uom").find([("name", "=", "Unit")])
    for number in range(THINGS):
        thing = Model.get("product.template")(name=f"Thing {number}", type="goods", salable=True)
        thing.default_uom, thing.account_category = unit, category
        thing.list_price = PRICE
        thing.save()


def take_page(pool: Any, company: Any, numbers: range) -> None:
    """Save one page's buyers, then their sales of two lines each."""
    party, address = pool.get("party.party"), pool.get("party.address")
    sale, line = pool.get("sale.sale"), pool.get("sale.line")
    things = pool.get("product.product").search([])
    buyers = [
        party(name=f"Buyer {number}", addresses=[address(street="1 Row", city="London")])
        for number in numbers
    ]
    party.save(buyers)
    sales = []
    for number, buyer in zip(numbers, buyers, strict=True):
        made = sale(company=company, party=buyer, currency=company.currency)
        made.reference, made.sale_date = str(number), dt.datetime.now(dt.UTC).date()
        made.invoice_address = made.shipment_address = buyer.addresses[0]
        made.invoice_method = made.shipment_method = "order"
        made.lines = [_line(line, things[(number + each) % len(things)]) for each in range(2)]
        sales.append(made)
    sale.save(sales)


def _line(line: Any, thing: Any) -> Any:
    made = line(type="line", product=thing, quantity=1, unit=thing.sale_uom)
    made.unit_price, made.description = PRICE, "a thing"
    return made


def main() -> None:
    """Print how fast it was, as JSON."""
    directory, orders = Path(sys.argv[1]), int(sys.argv[2])
    directory.mkdir(parents=True, exist_ok=True)
    settings = directory / "trytond.conf"
    settings.write_text(f"[database]\nuri = sqlite://\npath = {directory}\n")
    from trytond.config import config

    config.update_etc(str(settings))
    set_up(directory, settings)
    from trytond.pool import Pool
    from trytond.transaction import Transaction

    Pool.start()
    pool = Pool(DATABASE)
    pool.init()
    with Transaction().start(DATABASE, 1, readonly=True):
        [company] = pool.get("company.company").search([])
    began = time.perf_counter()
    for start in range(0, orders, PAGE):
        context = {"company": company.id}
        with Transaction().start(DATABASE, 1, context=context) as transaction:
            here = pool.get("company.company")(company.id)
            take_page(pool, here, range(start, min(start + PAGE, orders)))
            transaction.commit()
    seconds = time.perf_counter() - began
    with Transaction().start(DATABASE, 1, readonly=True):
        assert pool.get("sale.sale").search([], count=True) == orders
    print(json.dumps({"orders_per_second": orders / seconds}))


if __name__ == "__main__":
    main()
