from __future__ import annotations

from pathlib import Path

import msgspec

from plan_stage import staged
from pottery import ETSY, FAIR, NOW, pottery, services
from rig import Rig
from stage import Stage, stage
from tuisync.core.actions.organization import init_organization
from tuisync.core.errors import PermanentError
from tuisync.core.models import Counts, Outcome, RecordPage, SyncRecord, SyncRun
from tuisync.core.store import schema
from tuisync.core.store.port import Store
from tuisync.screens.order import OrderDetail
from tuisync.screens.records import Records


async def test_s18_a_batch_is_one_line_with_its_four_counts(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path)) as on:
        await on.press("7")
        first = on.text.split("\n")[4]

        assert "2026-03-12 10:00" in first
        assert "19 ok · 2 failed" in first
        assert "4 ok · 1 failed" in first
        assert "! 3 failed" in first
        assert first.split()[-1] == "3", "the numbers sent"


async def test_s18_a_batch_of_pushes_says_what_was_sent_and_what_was_refused(
    tmp_path: Path,
) -> None:
    made = pottery(tmp_path)
    with made.workspace.store.transaction() as tx:
        run = a_run("run-9", "stock", Counts(updated=12, failed=2))
        tx.put(schema.RUNS, run.but(module="stock", trigger="push", status="partial"))
    async with stage(made) as on:
        await on.press("7")

        assert on.shows("! 2 failed", "12 · ✗ 2")


async def test_s19_the_failed_count_opens_those_records_with_the_reason(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path)) as on:
        await on.press("7", "f")
        table = on.table()

        assert isinstance(on.app.screen, Records)
        assert [row.remote_id for row in table.rows] == ["1412000061", "1412000062", "3301430001"]
        assert on.shows("Moon Jar", "Reason  The listing has no price in USD.")
        await on.press("down")
        assert on.shows("Reason  Two variations carry the same property values.")


async def test_s19_the_counts_equal_the_rows_of_each_outcome(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path)) as on:
        await on.press("7", "enter")
        counts = {}
        for _ in range(4):
            screen = on.app.screen
            assert isinstance(screen, Records)
            counts[screen.group] = on.table().shown
            await on.press("right")

        assert counts == {"": 27, "failed": 3, "ok": 23, "frozen": 1}
        assert on.shows("all 27", "failed 3", "ok 23", "frozen 1")


async def test_a_record_opens_the_order_or_the_listing_it_is_about(tmp_path: Path) -> None:
    rig = Rig()
    mug = rig.shop.list_item("Mug", 9, sku="MUG").remote_id
    rig.shop.unreadable[rig.shop.list_item("Jar", 3).remote_id] = "It has no price."
    await rig.stocked()
    order = rig.shop.sell(mug, 1).remote_id
    await rig.sync()
    async with staged(rig, tmp_path) as on:
        await on.press("7", "enter", "slash", *"order", "enter", "enter")
        assert isinstance(on.app.screen, OrderDetail)
        assert on.shows(order)
        await on.press("escape", "slash", *"failed", "enter", "enter")
        assert on.said()[-1] == "No listing of it is here."
        await on.press("escape", "slash", *"mug updated", "enter", "enter")

        assert on.app.current_mode == "mapping"
        assert on.table("#links").key == f"fake:100:{mug}"


async def test_nothing_failed_is_said_instead_of_an_empty_list(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path)) as on:
        await on.press("7", "down", "f")

        assert not isinstance(on.app.screen, Records)
        assert on.said()[-1] == "Nothing failed in that sync."


async def test_what_failed_is_found_by_that_word(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path)) as on:
        await on.press("7", "slash")
        await on.type("failed partial")
        assert on.shows("1 of ", "! 3 failed")
        await on.type("nowhere")
        await on.press("enter", "enter")
        assert on.said()[-1] == "No sync is shown that could be meant."


async def test_a_sync_that_broke_off_says_why_where_no_record_failed(tmp_path: Path) -> None:
    rig = Rig()
    await rig.connected()
    rig.fake.raises("fetch_orders", PermanentError("The shop is closed."))
    await rig.sync("orders")
    async with staged(rig, tmp_path) as on:
        await on.press("7", "f")

        assert on.said()[-1] == "It broke off before any record: The shop is closed."


async def test_an_empty_history_says_what_it_is_for(tmp_path: Path) -> None:
    made = services(tmp_path)
    init_organization(made.workspace, currency="USD")
    async with stage(made) as on:
        await on.press("7")

        assert on.shows("Nothing has been synced yet.", "Press s to sync now.")


async def test_x09_records_that_neither_went_through_nor_failed_do_not_look_like_nothing(
    tmp_path: Path,
) -> None:
    made = pottery(tmp_path)
    with made.workspace.store.transaction() as tx:
        for number, (module, counts) in enumerate(
            (
                ("orders", Counts(frozen=34, skipped=266)),
                ("items", Counts(skipped=12)),
                ("orders", Counts()),
            )
        ):
            tx.put(schema.RUNS, a_run(f"9{number}", module, counts))
    async with stage(made) as on:
        await on.press("7")
        newest = on.text.split("\n")[4:7]

        assert "nothing new" in newest[0]
        assert "12 skipped" in newest[1]
        assert "34 frozen" in newest[2]


def a_run(name: str, module: str, counts: Counts) -> SyncRun:
    return SyncRun(
        id=f"{int(NOW.timestamp()):011x}-{name}",
        batch=f"batch-{name}",
        integration=ETSY,
        module="items" if module == "items" else "orders",
        trigger="manual",
        queued_at=NOW,
        status="succeeded",
        counts=counts,
    )


def queued(on: Stage) -> list[SyncRun]:
    return on.app.workspace.store.find(schema.RUNS, "status", "queued")


def _end(on: Stage, run: SyncRun, outcome: Outcome, reason: str) -> None:
    """End a run with one record, as an engine does."""
    counts = Counts(failed=1) if outcome == "failed" else Counts(updated=1)
    record = SyncRecord(
        id=f"{run.id}/0",
        kind="item",
        remote_id="1412000061",
        title="Moon Jar",
        outcome=outcome,
        reason=reason,
        at=NOW,
    )
    page = RecordPage(id=f"{run.id}/0", run=run.id, page=0, records=(record,))
    with on.app.workspace.store.transaction() as tx:
        tx.put(schema.RUNS, run.but(status="succeeded", counts=counts, finished_at=NOW))
        tx.put(schema.RECORDS, page)


async def test_s21_r_reads_the_records_of_a_batch_again(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path)) as on:
        await on.press("7", "r")

        assert {run.module: len(run.only) for run in queued(on)} == {"items": 21, "orders": 6}
        assert {run.trigger for run in queued(on)} == {"resync"}
        assert on.said()[-1] == "Reading that sync again: 27 records."


async def test_s22_r_on_a_record_reads_that_one_again_and_w_its_whole_run(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path)) as on:
        await on.press("7", "f", "r")

        [run] = queued(on)
        assert run.only == ("1412000061",)
        assert on.said()[-1] == "Reading “Moon Jar” again: 1 record."
        _end(on, run, "failed", "The price is missing.")
        await on.until(lambda: on.said()[-1] == "“Moon Jar”: failed: The price is missing.")
        await on.press("w")
        assert on.said()[-1] == "Reading all items again: 21 records."
        [again] = queued(on)
        assert len(again.only) == 21
        _end(on, again, "updated", "")
        await on.until(lambda: on.said()[-1] == "All items: updated.")


async def test_s24_p_asks_for_two_days_and_keeps_what_was_typed_when_they_are_wrong(
    tmp_path: Path,
) -> None:
    async with stage(pottery(tmp_path)) as on:
        await on.press("7", "p")
        await on.type("2026-03-20")
        await on.press("ctrl+s")
        assert on.shows("The period ends (2026-03-12) before it begins (2026-03-20).")
        await on.press("backspace", "backspace")
        await on.type("01")
        await on.press("ctrl+s")

        [run] = [run for run in queued(on) if run.integration == ETSY]
        assert (run.module, run.trigger) == ("orders", "period")
        assert run.period is not None
        assert run.period.start.isoformat() == "2026-03-01T05:00:00+00:00", "midnight in New York"
        assert run.period.end.isoformat() == "2026-03-13T04:00:00+00:00", "summer time by then"


async def test_s17_s_asks_what_to_sync_of_all_shops(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path)) as on:
        await on.press("7", "s", "i")

        [run] = queued(on)
        assert (run.integration, run.module) == (ETSY, "items")
        skipped = on.app.workspace.store.find(schema.RUNS, "batch", run.batch)
        assert {each.integration: each.status for each in skipped} == {
            ETSY: "queued",
            FAIR: "skipped",
        }


async def test_p16_u_says_what_it_takes_back_and_asks(tmp_path: Path) -> None:
    made = pottery(tmp_path)
    async with stage(made) as on:
        await on.press("7", "u")
        assert "made no link and brought no order" in on.said()[-1]

        mark_as_made(made.workspace.store)
        await on.press("u")
        assert on.shows("Undo this sync?", "It takes back 1 order.")
        await on.press("n")
        assert not any(run.undone_at for run in made.workspace.store.all(schema.RUNS))
        await on.press("u", "y")

        assert on.shows("↶ undone")
        assert on.said()[-1] == "Taken back: 1 order. 9 shows what follows at the shops."
        await on.press("u")
        assert on.said()[-1] == "It was undone already."


def mark_as_made(store: Store) -> None:
    """Let the newest batch's first order have been brought by it."""
    with store.transaction() as tx:
        page = next(each for each in tx.all(schema.RECORDS) if each.run.endswith("-b"))
        first = msgspec.structs.replace(page.records[0], made=True)
        tx.put(schema.RECORDS, page.but(records=(first, *page.records[1:])))


async def test_s18_where_it_is_narrow_the_counts_have_the_room(tmp_path: Path) -> None:
    async with stage(pottery(tmp_path), size=(60, 20)) as on:
        await on.press("7")
        assert on.shows("▌ 5 min ago", "! 3 failed", "4 ok · 1 failed")
        assert not on.shows("2026-03-12")
        await on.pilot.resize_terminal(80, 24)
        await on.settle()
        assert on.shows("▌ 2026-03-12 10:00", "19 ok · 2 failed")
