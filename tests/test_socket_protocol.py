"""uvicorn with our WebSocket protocol: what is sent arrives, whole and in order."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosedError, ConnectionClosedOK

from orchestrator import socket_protocol
from orchestrator.socket_protocol import Gathering

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
App = Callable[[Receive, Send], Awaitable[None]]


@asynccontextmanager
async def served(app: App, **extra: Any) -> AsyncIterator[str]:
    async def application(scope: Any, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        await app(receive, send)

    config = uvicorn.Config(
        application,
        port=0,
        ws="orchestrator.socket_protocol:Protocol",
        lifespan="off",
        log_level="critical",
        ws_per_message_deflate=extra.pop("deflate", False),
        **extra,
    )
    server = uvicorn.Server(config)
    running = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 -- it says so in no other way
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"ws://127.0.0.1:{port}/"
    finally:
        server.should_exit = True
        await asyncio.wait_for(running, 20)


def text(message: str) -> dict[str, str]:
    return {"type": "websocket.send", "text": message}


# Where the length of a frame takes more bytes, and more than a system's buffer.
SIZES = (0, 1, 125, 126, 127, 65_535, 65_536, 3_000_000)


@pytest.mark.parametrize("deflate", [False, True])
async def test_texts_of_any_size_arrive_whole_and_in_order(deflate: bool) -> None:
    texts = [*("é" * (size // 2) + "x" * (size % 2) for size in SIZES), *map(str, range(300))]

    async def app(receive: Receive, send: Send) -> None:
        for each in texts:
            await send(text(each))
        await send({"type": "websocket.send", "bytes": b"the last"})
        await receive()

    async with served(app, deflate=deflate) as url, connect(url, max_size=None) as client:
        heard = [await asyncio.wait_for(client.recv(), 20) for _ in range(len(texts) + 1)]
    assert heard == [*texts, b"the last"]


async def test_what_was_sent_before_the_end_arrives_before_it() -> None:
    async def app(_receive: Receive, send: Send) -> None:
        await send(text("one"))
        await send(text("two"))
        await send({"type": "websocket.close", "code": 4408})

    async with served(app) as url, connect(url) as client:
        assert [await client.recv(), await client.recv()] == ["one", "two"]
        with pytest.raises(ConnectionClosedError) as closed:
            await client.recv()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4408


async def test_what_is_sent_in_one_turn_is_one_write(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[bytes] = []
    flush = Gathering._flush

    def watched(gathering: Gathering) -> None:
        written.append(b"".join(gathering._parts))
        flush(gathering)

    monkeypatch.setattr(Gathering, "_flush", watched)

    async def app(receive: Receive, send: Send) -> None:
        await asyncio.sleep(0.05)  # the handshake is out
        written.clear()
        for number in range(20):
            await send(text(f"{number}"))
        await receive()

    async with served(app) as url, connect(url) as client:
        heard = [await client.recv() for _ in range(20)]
        assert [len(each) for each in written] == [10 * 3 + 10 * 4]
    assert heard == [f"{number}" for number in range(20)]


async def test_a_text_is_framed_once_for_whoever_it_goes_to() -> None:
    socket_protocol._framed.cache_clear()

    async def app(receive: Receive, send: Send) -> None:
        await send(text("the same for all"))
        await receive()

    async with served(app) as url:
        clients = [await connect(url) for _ in range(5)]
        assert [await client.recv() for client in clients] == ["the same for all"] * 5
        for client in clients:
            await client.close()
    assert socket_protocol._framed.cache_info().misses == 1


async def test_who_does_not_read_holds_up_who_sends() -> None:
    sent = 0

    async def app(receive: Receive, send: Send) -> None:
        nonlocal sent
        for _ in range(1000):
            await send(text("x" * 65_536))
            sent += 1
        await receive()

    async with served(app) as url, connect(url, max_queue=1) as client:
        await asyncio.sleep(1)
        stood = sent
        await asyncio.sleep(0.5)
        assert stood == sent < 500, "it waits, and does not fill the memory"
        for _ in range(1000):
            await asyncio.wait_for(client.recv(), 20)
    assert sent == 1000


async def test_who_sends_to_somebody_who_has_gone_is_told() -> None:
    gone: asyncio.Future[BaseException] = asyncio.get_running_loop().create_future()

    async def app(_receive: Receive, send: Send) -> None:
        try:
            for _ in range(1000):
                await send(text("hello"))
                await asyncio.sleep(0.01)
        except OSError as error:
            gone.set_result(error)

    async with served(app) as url:
        client = await connect(url)
        await client.recv()
        client.transport.abort()
        assert isinstance(await asyncio.wait_for(gone, 20), OSError)


async def test_a_ping_is_answered_between_texts() -> None:
    async def app(receive: Receive, send: Send) -> None:
        while (await receive())["type"] == "websocket.receive":
            await send(text("heard"))

    async with served(app) as url, connect(url) as client:
        for _ in range(20):
            await client.send("hello")
            waiter = await client.ping()
            assert await client.recv() == "heard"
            await asyncio.wait_for(waiter, 5)
        await client.close()
        with pytest.raises(ConnectionClosedOK):
            await client.recv()
