"""The door of the web process: who answers is chosen by kind and path, before Django."""

import gc
import os
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "orchestrator.settings")
django.setup(set_prefix=False)

from channels.routing import URLRouter  # noqa: E402 -- needs the apps

from campaigns import ingest  # noqa: E402
from orchestrator import production, realtime  # noqa: E402
from orchestrator.handler import DjangoApplication  # noqa: E402
from provisioning import front  # noqa: E402
from workspaces import consumers  # noqa: E402
from workspaces.routing import websocket_urlpatterns  # noqa: E402

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[Any], Awaitable[None]]

production.refuse_unsafe()
pages = DjangoApplication()
sockets = URLRouter(websocket_urlpatterns)

# What is loaded by now stays. The collector would look at all of it again and again while others
# wait: with a thousand sockets the slowest frames came half as late again.
gc.collect()
gc.freeze()
gc.set_threshold(10_000, 20, 20)


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "http" and ingest.PATH.match(scope["path"]):
        await ingest.app(scope, receive, send)
    elif scope["type"] == "http" and front.PATH.match(scope["path"]):
        await front.app(scope, receive, send)
    elif scope["type"] == "http":
        await pages(scope, receive, send)
    elif scope["type"] == "websocket":
        await sockets(scope, receive, send)
    else:
        await _live(receive, send)


async def _live(receive: Receive, send: Send) -> None:
    """What runs beside requests starts with its first user, for daphne says no such thing."""
    while (await receive())["type"] != "lifespan.shutdown":
        await send({"type": "lifespan.startup.complete"})
    await front.close()
    await consumers.close()
    await realtime.close()
    await send({"type": "lifespan.shutdown.complete"})
