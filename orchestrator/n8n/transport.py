"""One authenticated HTTP call to n8n: bounded in time and size, repeated only where safe."""

import random
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import msgspec
import requests
import urllib3

from orchestrator.masking import mask
from orchestrator.n8n.errors import (
    Conflict,
    Forbidden,
    N8nError,
    NotFound,
    NotN8n,
    RateLimited,
    Refused,
    ServerError,
    Timeout,
    TooLarge,
    Unauthorized,
    Unreachable,
)

ANSWER_LIMIT = 16 * 1024 * 1024
CHUNK = 64 * 1024
TRIES = 3
FIRST_PAUSE = 0.2
LONGEST_WAIT = 5.0  # a longer Retry-After is the caller's business
REUSE_WITHIN = 3.0  # n8n closes idle connections after 5 s

WORTH_ANOTHER_TRY = (Unreachable, Timeout, ServerError, RateLimited)


class _Message(msgspec.Struct):
    message: str


class _Key(requests.auth.AuthBase):
    """Adds the key to each request. An object of its own, so that no repr or log shows it."""

    def __init__(self, key: str) -> None:
        self._key = key

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["X-N8N-API-KEY"] = self._key
        return request

    def hide_in(self, text: str) -> str:
        return text.replace(self._key, "***") if self._key else text


class Transport:
    def __init__(
        self,
        base_url: str,
        api_key: str,
        *,
        connect_timeout: float,
        read_timeout: float,
        deadline: float | None,
    ) -> None:
        parts = urlsplit(base_url)
        if (
            parts.scheme not in ("http", "https")
            or not parts.hostname
            or parts.username
            or parts.query
        ):
            raise ValueError("The base URL of n8n must be http(s)://host[:port][/path]")
        if not api_key.isascii() or not api_key.isprintable():
            raise ValueError("An API key of n8n has only printable ASCII characters")
        self.base_url = base_url.rstrip("/")
        self._timeouts = (connect_timeout, read_timeout)
        self._ends_at = None if deadline is None else time.monotonic() + deadline
        self._key = _Key(api_key)
        self._session = requests.Session()
        self._session.trust_env = False  # no proxy and no .netrc of the environment
        self._session.headers["User-Agent"] = "Orchestrator"
        self._last_use = 0.0

    def close(self) -> None:
        self._session.close()

    def call(
        self, method: str, path: str, params: Mapping[str, str] | None = None, body: Any = None
    ) -> bytes:
        """The body of a 2xx answer. Only GET is tried again: nobody knows if the rest was done."""
        tries = TRIES if method == "GET" else 1
        for attempt in range(1, tries + 1):
            try:
                return self._once(method, path, params, body)
            except WORTH_ANOTHER_TRY as error:
                jitter = random.uniform(0.5, 1.5)  # noqa: S311 -- nothing to guess
                pause = FIRST_PAUSE * 2 ** (attempt - 1) * jitter
                if isinstance(error, RateLimited):
                    pause = max(pause, error.retry_after)
                if attempt == tries or pause > min(LONGEST_WAIT, self._seconds_left()):
                    raise
            time.sleep(pause)
        raise AssertionError("unreachable: the last try returns or raises")

    def _once(self, method: str, path: str, params: Mapping[str, str] | None, body: Any) -> bytes:
        if time.monotonic() - self._last_use > REUSE_WITHIN:
            # n8n may be closing that connection just now, and an unsafe call cannot be repeated.
            self._session.close()
        request = requests.Request(
            method,
            f"{self.base_url}/api/v1{path}",
            params=params,
            data=None if body is None else msgspec.json.encode(body),
            headers={"Accept": "application/json"}
            | ({} if body is None else {"Content-Type": "application/json"}),
            auth=self._key,
        )
        failure: N8nError
        try:
            response = self._send(self._session.prepare_request(request))
            with response:
                content = self._read(response)
        except N8nError:
            raise
        except (
            requests.ConnectTimeout,
            requests.exceptions.SSLError,
            urllib3.exceptions.SSLError,
        ) as error:
            failure = Unreachable(f"n8n cannot be reached ({type(error).__name__})")
        except (requests.Timeout, urllib3.exceptions.TimeoutError):
            failure = Timeout("n8n did not answer in time")
        except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
            failure = Unreachable(f"n8n cannot be reached ({type(error).__name__})")
        else:
            self._last_use = time.monotonic()
            if 200 <= response.status_code < 300:
                return content
            failure = self._refusal(response, content)
        # Outside of the handler: the library's own exception holds the request, and that the key.
        raise failure

    def _send(self, request: requests.PreparedRequest) -> requests.Response:
        """The one place where a request leaves for n8n."""
        connect, read = self._timeouts
        left = self._seconds_left()
        if left <= 0:
            raise Timeout("n8n took all the time there was")
        return self._session.send(
            request,
            timeout=(min(connect, left), min(read, left)),
            allow_redirects=False,
            stream=True,
        )

    def _read(self, response: requests.Response) -> bytes:
        parts: list[bytes] = []
        size = 0
        while part := response.raw.read1(CHUNK, decode_content=True):
            size += len(part)
            if size > ANSWER_LIMIT:
                raise TooLarge(f"n8n's answer is larger than {ANSWER_LIMIT // 1024**2} MiB")
            if self._seconds_left() <= 0:
                raise Timeout("n8n took all the time there was")
            parts.append(part)
        return b"".join(parts)

    def _seconds_left(self) -> float:
        return float("inf") if self._ends_at is None else self._ends_at - time.monotonic()

    def _refusal(self, response: requests.Response, content: bytes) -> N8nError:
        status = response.status_code
        if status == 429:
            return RateLimited(
                "n8n asks for fewer calls", _seconds(response.headers.get("Retry-After", ""))
            )
        if status >= 500:
            return ServerError(f"n8n failed ({status})")
        if status == 413:
            return Refused("n8n takes no request that large")
        try:
            message = msgspec.json.decode(content, type=_Message).message
        except (msgspec.MsgspecError, UnicodeDecodeError):
            return NotN8n(f"What answers there is not n8n's API ({status})")
        reason = mask(self._key.hide_in(message))
        match status:
            case 400:
                return Refused(reason)
            case 401:
                return Unauthorized("n8n does not accept this API key")
            case 403:
                return Forbidden("n8n does not let this API key do that")
            case 404:
                return NotFound("n8n does not know that")
            case 409:
                return Conflict(reason)
            case _:
                return NotN8n(f"What answers there is not n8n's API ({status})")


def _seconds(retry_after: str) -> float:
    """The header's seconds or date, as seconds from now; 1 where it says nothing of use."""
    try:
        return max(0.0, float(retry_after))
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(retry_after).timestamp() - time.time())
    except ValueError:
        return 1.0
