"""Calls of a production webhook, passed through: any method and body, the answer streamed back.

The address is resolved and judged for each connection, as for the API (`addresses.py`); connections
are kept. No redirect is followed and no proxy of the environment used.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any
from urllib.parse import SplitResult, quote, urlsplit

import httpcore
from httpcore import AnyIOBackend, AsyncNetworkBackend, AsyncNetworkStream

from orchestrator.n8n.addresses import MOST_ADDRESSES, Policy, resolve
from orchestrator.n8n.errors import BlockedAddress, N8nError, Timeout, Unreachable

CONNECT = 3.0  # seconds
KEPT = 20  # idle connections to one n8n
KEPT_FOR = 4.0  # seconds; n8n closes after five
MOST = 500  # connections to one n8n

VISIBLE = "".join(map(chr, range(0x21, 0x7F))).replace("#", "")  # what a query may hold as it is

Headers = list[tuple[bytes, bytes]]


class Unsendable(Exception):
    """What was to be passed on is no HTTP. Nothing was sent."""


@dataclass(slots=True)
class Passed:
    """n8n's answer: the status and headers are there, the body comes."""

    status: int
    headers: Headers
    body: AsyncIterator[bytes]


class _Guarded(AsyncNetworkBackend):
    """Connects to nothing that the policy has not judged."""

    def __init__(self, scheme: str, policy: Policy) -> None:
        self._scheme, self._policy = scheme, policy
        self._network = AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 -- as httpcore calls it
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> AsyncNetworkStream:
        found = await asyncio.to_thread(resolve, host, port)
        permitted = [
            address
            for _, (address, *_rest) in found
            if self._policy.permits(self._scheme, host, ip_address(str(address).partition("%")[0]))
        ][:MOST_ADDRESSES]
        if not permitted:
            raise BlockedAddress("n8n's address is not one that may be connected to")
        failure: Exception = httpcore.ConnectError()
        for address in permitted:
            try:
                return await self._network.connect_tcp(
                    address, port, timeout, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    async def connect_unix_socket(self, *_: Any, **__: Any) -> AsyncNetworkStream:
        raise BlockedAddress("n8n's address is not one that may be connected to")

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


@dataclass(slots=True)
class Passage:
    """To one n8n, for one event loop."""

    base_url: str
    policy: Policy
    _base: SplitResult = field(init=False, repr=False)
    _pool: httpcore.AsyncConnectionPool = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._base = urlsplit(self.base_url)
        self._pool = httpcore.AsyncConnectionPool(
            max_connections=MOST,
            max_keepalive_connections=KEPT,
            keepalive_expiry=KEPT_FOR,
            network_backend=_Guarded(self._base.scheme, self.policy),
        )

    @asynccontextmanager
    async def call(
        self,
        method: str,
        path: str,
        query: bytes,
        headers: Headers,
        body: AsyncIterator[bytes] | bytes | None,
        *,
        seconds: float,
    ) -> AsyncIterator[Passed]:
        """`path` is what follows the base URL, encoded; the query is as it came. Raises Timeout
        where the answer has not begun within `seconds`, Unreachable, BlockedAddress, Unsendable."""
        timeouts = {"connect": CONNECT, "read": seconds, "write": seconds, "pool": seconds}
        streaming = self._pool.stream(
            method,
            self._url(path, query),
            headers=headers,
            content=body,
            extensions={"timeout": timeouts},
        )
        try:
            async with asyncio.timeout(seconds):
                answer = await streaming.__aenter__()
        except TimeoutError:
            raise Timeout("n8n did not answer in time") from None
        except httpcore.TimeoutException:
            raise Timeout("n8n did not answer in time") from None
        except (httpcore.LocalProtocolError, ValueError):
            raise Unsendable from None
        except (httpcore.NetworkError, httpcore.ProtocolError, OSError):
            raise Unreachable("n8n cannot be reached") from None
        try:
            yield Passed(answer.status, answer.headers, _body(answer))
        finally:
            await streaming.__aexit__(None, None, None)

    def _url(self, path: str, query: bytes) -> httpcore.URL:
        target = (self._base.path + path).encode()
        if query:
            target += b"?" + quote(query, safe=VISIBLE).encode()
        return httpcore.URL(
            scheme=self._base.scheme,
            host=self._base.hostname or "",
            port=self._base.port,
            target=target,
        )

    async def close(self) -> None:
        await self._pool.aclose()


async def _body(answer: httpcore.Response) -> AsyncIterator[bytes]:
    try:
        async for chunk in answer.aiter_stream():
            yield chunk
    except httpcore.TimeoutException:
        raise Timeout("n8n stopped in the middle of its answer") from None
    except (httpcore.NetworkError, httpcore.ProtocolError):
        raise Unreachable("n8n broke off in the middle of its answer") from None


__all__ = ["Headers", "N8nError", "Passage", "Passed", "Unsendable"]
