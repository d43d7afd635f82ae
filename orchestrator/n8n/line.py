"""The line to n8n: requests over a connection to a permitted address, cut when time is over.

The name stays what TLS verifies and what `Host` says; only the connecting is our own.
"""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, cast

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from orchestrator.n8n.addresses import Policy, connected


class Line(HTTPAdapter):
    """For one thread, which has at most one connection at a time."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.was_cut = False
        self.connection: HTTPConnection | None = None
        super().__init__(pool_connections=1, pool_maxsize=1)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _pools(self)

    @contextmanager
    def cut_after(self, seconds: float) -> Iterator[None]:
        """Timeouts of a socket hold for each read; one who drips could make them last forever."""
        self.was_cut = False
        timer = threading.Timer(max(seconds, 0), self._cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _cut(self) -> None:
        open_socket = self.connection.sock if self.connection else None
        if open_socket is not None:  # else it is still connecting, which has its own limit
            self.was_cut = True
            with suppress(OSError):  # over just now
                # Not SSLSocket's own: that takes TLS off under the feet of who is reading.
                socket.socket.shutdown(cast(socket.socket, open_socket), socket.SHUT_RDWR)


class _Connecting(HTTPConnection):
    line: Line
    scheme: str

    def _new_conn(self) -> socket.socket:
        self.line.connection = self
        host = self._dns_host.strip("[]")
        seconds = self.timeout if isinstance(self.timeout, int | float) else 0.0
        try:
            return connected(self.scheme, host, self.port, self.line.policy, seconds)
        except socket.gaierror as error:
            raise NameResolutionError(self.host, self, error) from error
        except TimeoutError as error:
            raise ConnectTimeoutError(self, f"{self.host} does not answer") from error
        except OSError as error:
            raise NewConnectionError(self, f"{self.host} cannot be connected to") from error


def _pools(to: Line) -> dict[str, type[HTTPConnectionPool]]:
    class Http(_Connecting):
        line = to
        scheme = "http"

    class Https(_Connecting, HTTPSConnection):
        line = to
        scheme = "https"

    class HttpPool(HTTPConnectionPool):
        ConnectionCls = Http

    class HttpsPool(HTTPSConnectionPool):
        ConnectionCls = Https

    return {"http": HttpPool, "https": HttpsPool}
