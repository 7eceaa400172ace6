"""A sandbox's buyers buy when they are told to."""

from __future__ import annotations

from unittest.mock import patch

import pytest

from tuisync.core.demo import DemoShop, running, with_sandbox
from tuisync.core.errors import PluginError
from tuisync.core.plugins.host import PluginHost


async def test_each_order_comes_from_a_buyer_of_the_sandbox() -> None:
    import httpx  # noqa: PLC0415  # only to look at the sandbox's own page

    with running(with_sandbox(PluginHost())) as shop:
        async with httpx.AsyncClient(trust_env=False) as client:
            before = len((await client.get(f"{shop.control}/state")).json()["receipts"])
            await shop.buy()
            await shop.buy()
            after = len((await client.get(f"{shop.control}/state")).json()["receipts"])

    assert after == before + 2


async def test_a_sandbox_without_buyers_says_so() -> None:
    with pytest.raises(PluginError, match="no buyers"):
        await DemoShop(marketplace="fake", options={}).buy()


async def test_a_sandbox_that_does_not_answer_in_time_is_told_with_a_reason() -> None:
    import httpx  # noqa: PLC0415  # as above

    with (
        patch.object(httpx.AsyncClient, "post", side_effect=httpx.ReadTimeout("")),
        pytest.raises(PluginError, match="did not do it: ReadTimeout"),
    ):
        await DemoShop(marketplace="fake", options={}, sell="http://127.0.0.1:1/sell").buy()
