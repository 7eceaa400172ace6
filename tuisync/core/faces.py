"""One program, several faces: what can be done on a screen, and which command does the same.

Every verb of the screens and every command stands here exactly once, or a reason why it has
no counterpart. A test goes through both faces and fails for one that is missing.
"""

from __future__ import annotations

from collections.abc import Mapping

VERBS: Mapping[str, tuple[str, ...]] = {
    # places
    "go.marketplaces": ("integrations",),
    "go.mapping": ("links list",),
    "go.items": ("items list",),
    "go.orders": ("orders list",),
    "go.inbox": ("inbox list",),
    "go.outbox": ("outbox list",),
    "go.plan": ("plan",),
    "go.history": ("history",),
    "go.contacts": ("contacts list",),
    "app.settings": ("config show",),
    # items
    "item.add": ("items add",),
    "item.adjust_stock": ("items adjust",),
    "import.apply": ("items import", "links import"),
    "items.import": ("items import",),
    "items.export": ("items export",),
    "item.edit": ("items edit",),
    "item.open": ("items show",),
    "item.transfer_stock": ("items transfer",),
    "item.why_this_number": ("why",),
    # mapping
    "listing.create_all_items": ("items create-from",),
    "listing.create_item": ("items create-from",),
    "listing.ignore": ("ignore",),
    "listing.let_go": ("links let-go",),
    "listing.link_to_any_item": ("link",),
    "listing.link_to_candidate": ("link",),
    "listing.unlink": ("unlink",),
    "listing.edit_and_create_item": ("items create-from",),
    "listing.link_to_exact_candidates": ("links accept",),
    "listing.take_orders_along": ("link",),
    "listings.undo_last_decision": ("links undo",),
    "links.import": ("links import",),
    "links.export": ("links export",),
    # orders
    "contact.show_orders": ("orders list",),
    "order.decide": ("orders decide",),
    "order.map_a_line": ("orders map",),
    "order.not_this_contact": ("contacts split",),
    "order.open_contact": ("contacts list",),
    "order.return": ("orders return",),
    "order.open": ("orders show",),
    "order.ship": ("ship",),
    # what waits
    "inbox.give_up": ("outbox drop", "inbox dismiss"),
    # what is owed
    "push.correct": ("ship",),
    "push.give_up": ("outbox drop",),
    "push.retry": ("outbox retry",),
    "outbox.push_now": ("push",),
    "plan.apply": ("apply",),
    "plan.see": ("plan",),
    "plan.read_the_shops_first": ("plan",),
    "drift.keep_ours": ("drift keep",),
    "drift.take_theirs": ("drift take",),
    "drift.ignore": ("drift ignore",),
    "drift.heed": ("drift heed",),
    # shops
    "shop.change_setting": ("integration set",),
    "shop.change_stock_rules": ("integration set",),
    "shop.choose_interval": ("integration set",),
    "shop.choose_order_preference": ("config organization",),
    "shop.disconnect": ("disconnect",),
    "shop.disable": ("integration disable",),
    "shop.enable": ("integration enable",),
    "shop.map_warehouse": ("integration set",),
    "shop.set_up": ("connect",),
    "shop.show_details": ("integration show",),
    "shop.show_history": ("history",),
    "shop.sign_in_again": ("reconnect",),
    "shop.switch_shipments": ("integration set",),
    "shop.switch_stock_sync": ("integration set",),
    "shop.sync_manually": ("sync",),
    "shop.cancel_sync": ("cancel",),
    # history
    "record.read_again": ("resync",),
    "run.read_records_again": ("resync",),
    "run.undo": ("undo",),
    "sync.cancel": ("cancel",),
    "sync.now": ("sync",),
    "sync.read_records_again": ("resync",),
    "sync.specific_period": ("sync",),
    "sync.undo": ("undo",),
    "sync.show_failed_records": ("history",),
    "sync.show_records": ("history",),
    # settings
    "data.back_up": ("backup",),
    "data.check": ("doctor",),
    "data.export": ("export",),
    "data.restore": ("restore",),
    "plugins.list": ("plugins list",),
    "settings.change": ("config organization", "config set"),
    "warehouse.add": ("warehouses add",),
    "warehouse.deactivate": ("warehouses deactivate",),
    "warehouse.make_primary": ("warehouses primary",),
    "warehouse.rename": ("warehouses rename",),
}
"""A verb's id, and the commands that do the same."""

ONLY_SHOWN: Mapping[str, str] = {
    "app.help": "every command has `--help`",
    "app.messages": "a command writes its messages to stderr",
    "app.palette": "a way to find verbs",
    "app.quit": "ends the screens",
    "app.suspend": "hands the terminal back",
    "app.copy": "a command's output can be piped",
    "demo.buy": "only in the demo",
    "dialog.cancel": "leaves a dialog",
    "dialog.choose": "answers a dialog",
    "confirm.yes": "answers a question",
    "confirm.no": "answers a question",
    "form.next": "moves between fields",
    "line.submit": "ends a line that is typed",
    "inbox.fix_it": "goes to where it is put right",
    "inbox.open_cause": "goes to what it is about",
    "page.go_on": "turns a page of the wizard",
    "page.next": "moves between fields",
    "plan.clear_marks": "marks are the screen's own",
    "list.next_group": "shows other rows",
    "list.previous_group": "shows other rows",
    "records.show_all": "shows other rows",
    "records.show_failed": "shows other rows",
    "screen.back": "leaves a screen",
    "setup.leave": "leaves the wizard",
    "sign-in.cancel": "leaves a sign-in",
    "signin.again": "`connect` and `reconnect` are given anew",
    "signin.copy": "a command's output can be piped",
    "signin.paste": "`connect` reads what is pasted",
    "table.up": "moves the cursor",
    "table.down": "moves the cursor",
    "table.page_up": "moves the cursor",
    "table.page_down": "moves the cursor",
    "table.first": "moves the cursor",
    "table.last": "moves the cursor",
    "table.select": "marks a row",
    "table.all": "marks rows",
    "table.filter": "shows fewer rows",
    "table.unfilter": "shows all rows",
    "table.sort_next": "sorts rows",
    "table.sort_previous": "sorts rows",
    "table.reverse": "sorts rows",
}
"""A verb's id, and why no command does the same."""

ONLY_TYPED: Mapping[str, str] = {
    "demo": "begins the app on a sandbox",
    "init": "the wizard sets up an organization before there is anything to show",
    "status": "the two lines on top of every screen",
    "daemon": "an engine without screens; the app has its own",
    "config validate": "the app says what is wrong with the file when it reads it",
    "config schema": "for editors",
    "warehouses list": "the settings list the warehouses",
}
"""A command, and why or where the screens have no verb of it."""

REBINDABLE: frozenset[str] = frozenset(VERBS) | frozenset(ONLY_SHOWN)
"""Ids that the table `keys` of the preferences can give other keys."""
