"""What is begun in no task ends as if it had been begun in one."""

import asyncio

import pytest

from orchestrator.realtime.eager import begin


async def test_what_need_not_wait_has_ended() -> None:
    done: list[str] = []

    async def quick() -> None:
        done.append("all of it")

    assert begin(quick()) is None
    assert done == ["all of it"]


async def test_what_it_raises_is_raised() -> None:
    async def wrong() -> None:
        raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        begin(wrong())


async def test_what_has_to_wait_goes_on_where_it_is_awaited() -> None:
    first, second, done = asyncio.Event(), asyncio.Event(), []

    async def slow() -> None:
        await first.wait()
        done.append(1)
        await asyncio.sleep(0)
        await second.wait()
        done.append(2)

    begun = begin(slow())
    assert begun is not None
    first.set()
    await asyncio.sleep(0)
    assert done == [], "nobody has gone on with it"

    async def go_on() -> None:
        await begun

    task = asyncio.create_task(go_on())
    await asyncio.sleep(0.01)
    assert done == [1]
    second.set()
    await asyncio.wait_for(task, 5)
    assert done == [1, 2]


async def test_who_goes_on_with_it_can_be_cancelled_and_hears_its_error() -> None:
    never, cleaned = asyncio.Event(), []

    async def stuck() -> None:
        try:
            await never.wait()
        finally:
            cleaned.append(True)

    async def wrong() -> None:
        await asyncio.sleep(0)
        raise OSError("gone")

    begun = begin(stuck())
    assert begun is not None

    async def go_on() -> None:
        await begun

    task = asyncio.create_task(go_on())
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert cleaned == [True]
    failing = begin(wrong())
    assert failing is not None
    with pytest.raises(OSError, match="gone"):
        await failing
