"""Who sees a change: a client of the socket, or a real browser with the page open."""

import asyncio
import json
import os
import shutil
import time
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Protocol

import msgspec
from playwright.async_api import Browser, Page, Playwright, async_playwright
from websockets.asyncio.client import ClientConnection, connect


@dataclass(frozen=True)
class Sight:
    campaign: str
    status: str  # syncStatus, which the page has as data-status
    at: float  # of this process's monotonic clock, in ms
    painted: float | None = None  # likewise, once the browser has drawn it


class Eye(Protocol):
    def report(self) -> dict[str, Any]: ...
    async def open(self, target: "Target") -> None: ...
    async def sights(self) -> list[Sight]: ...
    async def close(self) -> None: ...


@dataclass(frozen=True)
class Target:
    port: int
    session: str
    workspace: str
    slug: str
    campaigns: Collection[str]  # on the page
    probed: Collection[str]  # those of them that must be in view


def clock() -> float:
    return time.perf_counter() * 1000


class _Frame(msgspec.Struct):
    class Data(msgspec.Struct):
        syncStatus: str = ""

    type: str
    subject: str = ""
    data: Data = msgspec.field(default_factory=Data)


class FrameEye:
    """Up to the frame in the client's hands."""

    def __init__(self) -> None:
        self._seen: list[Sight] = []
        self._frames = 0

    async def open(self, target: Target) -> None:
        self._socket: ClientConnection = await connect(
            f"ws://127.0.0.1:{target.port}/ws/workspaces/{target.workspace}/",
            additional_headers={"x-session-token": target.session},
            compression=None,
            max_queue=None,
        )
        await self._socket.recv()  # the snapshot
        await self._socket.send(
            json.dumps({"type": "subscribe", "campaigns": list(target.campaigns)})
        )
        for _ in target.campaigns:  # their present states
            await self._socket.recv()
        self._task = asyncio.create_task(self._read())

    async def _read(self) -> None:
        async for text in self._socket:
            at = clock()
            frame = msgspec.json.decode(text, type=_Frame)
            self._frames += 1
            if frame.type == "campaign.changed":
                self._seen.append(Sight(frame.subject, frame.data.syncStatus, at))

    async def sights(self) -> list[Sight]:
        return self._seen

    async def close(self) -> None:
        self._task.cancel()
        await self._socket.close()

    def report(self) -> dict[str, Any]:
        return {"frames": self._frames}


# Notes each change of a card's data-status, and when the frame after it was drawn.
_WATCH = """
() => {
  const seen = (window.benchSeen = []);
  let waiting = [];
  const drawn = new MessageChannel();
  drawn.port1.onmessage = () => {
    const now = performance.now();
    for (const entry of waiting) entry[3] = now;
    waiting = [];
  };
  new MutationObserver((changes) => {
    const now = performance.now();
    const first = waiting.length === 0;
    for (const { target, oldValue } of changes) {
      const { campaignId, status } = target.dataset;
      if (!campaignId || status === oldValue) continue;
      const entry = [campaignId, status, now, null];
      seen.push(entry);
      waiting.push(entry);
    }
    if (first && waiting.length) requestAnimationFrame(() => drawn.port2.postMessage(0));
  }).observe(document.querySelector("[data-campaigns]"), {
    subtree: true, attributes: true, attributeFilter: ["data-status"], attributeOldValue: true,
  });
}
"""


@dataclass
class PixelEye:
    """Up to the page's DOM, and to the frame that the browser draws of it."""

    offset: float = 0.0  # our clock less the page's, in ms
    error: float = 0.0  # by how much that can be wrong
    version: str = ""

    async def open(self, target: Target) -> None:
        self._playwright: Playwright = await async_playwright().start()
        self._browser: Browser = await self._playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM") or shutil.which("chromium"),
            args=["--no-sandbox"] if os.geteuid() == 0 else [],
        )
        self.version = self._browser.version
        context = await self._browser.new_context(viewport={"width": 1280, "height": 900})
        url = f"http://127.0.0.1:{target.port}"
        await context.add_cookies([{"name": "sessionid", "value": target.session, "url": url}])
        self._page: Page = await context.new_page()
        wanted, subscribed = set(target.probed), asyncio.Event()

        def sent(text: str | bytes) -> None:
            wanted.difference_update(json.loads(text).get("campaigns", ()))
            if not wanted:
                subscribed.set()

        self._page.on("websocket", lambda socket: socket.on("framesent", sent))
        await self._page.goto(f"{url}/w/{target.slug}/")
        await asyncio.wait_for(subscribed.wait(), 20)
        await self._page.evaluate(_WATCH)
        await self._compare_clocks()

    async def _compare_clocks(self) -> None:
        """The best of some: the page's time lies between the asking and the answer."""
        best = None
        for _ in range(60):
            before = clock()
            theirs = await self._page.evaluate("() => performance.now()")
            after = clock()
            if best is None or after - before < best[0]:
                best = (after - before, (before + after) / 2 - theirs)
        assert best is not None
        self.error, self.offset = best[0] / 2, best[1]

    async def sights(self) -> list[Sight]:
        rows = await self._page.evaluate("() => window.benchSeen")
        return [
            Sight(id, status, at + self.offset, None if drawn is None else drawn + self.offset)
            for id, status, at, drawn in rows
        ]

    async def close(self) -> None:
        await self._browser.close()
        await self._playwright.stop()

    def report(self) -> dict[str, Any]:
        return {"clock_error_ms": round(self.error, 3), "browser": self.version}
