"""`python -m n8n.sandbox`: SANDBOX_PORT, SANDBOX_API_KEY, RUN_DIR (where its state is), and
ORCHESTRATOR_URL, ORCHESTRATOR_INSTANCE, ORCHESTRATOR_SECRET as the hooks file has them."""

import asyncio
import os
import signal
from collections.abc import Callable
from pathlib import Path

import uvicorn

from n8n.sandbox.app import App
from n8n.sandbox.demo import seed
from n8n.sandbox.reporter import Reporter
from n8n.sandbox.runs import Runs
from n8n.sandbox.store import Row, Store

FLUSH_WITHIN = 1.0


async def main() -> None:
    instance = os.environ.get("ORCHESTRATOR_INSTANCE") or "default"
    store = Store.load(Path(os.environ.get("RUN_DIR", ".run")) / "sandbox.json")
    seed(store)
    loop = asyncio.get_running_loop()

    def told(beats: list[Row]) -> None:
        loop.call_soon_threadsafe(runs.told, beats)

    reporter = _reporter(instance, told)
    runs = Runs(store, instance, reporter.add)
    runs.replay()
    runs.follow()
    reporter.start()
    config = uvicorn.Config(
        App(store, runs, os.environ["SANDBOX_API_KEY"]),
        host="127.0.0.1",
        port=int(os.environ["SANDBOX_PORT"]),
        lifespan="off",
        log_level="warning",
        server_header=False,
        timeout_keep_alive=5,  # n8n's
        timeout_graceful_shutdown=1,
    )
    for number in (signal.SIGINT, signal.SIGTERM):
        # uvicorn raises it again when it is done: there is something left to do then.
        loop.add_signal_handler(number, lambda: None)
    await uvicorn.Server(config).serve()
    runs.stop()
    await asyncio.to_thread(reporter.flush, FLUSH_WITHIN)


def _reporter(instance: str, told: Callable[[list[Row]], None]) -> Reporter:
    url, secret = os.environ["ORCHESTRATOR_URL"], os.environ["ORCHESTRATOR_SECRET"]
    return Reporter(url, instance, secret, told)


if __name__ == "__main__":
    asyncio.run(main())
