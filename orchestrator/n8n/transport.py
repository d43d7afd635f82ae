"""One authenticated HTTP call to n8n: bounded in time and size, repeated only where safe."""

import random
import time
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

import msgspec
import requests
import urllib3

from orchestrator.masking import mask
from orchestrator.n8n.addresses import Policy, normalised
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
from orchestrator.n8n.line import Line

ANSWER_LIMIT = 16 * 1024 * 1024
CHUNK = 64 * 1024
TRIES = 3
FIRST_PAUSE = 0.2
LONGEST_WAIT = 5.0  # a longer Retry-After is the caller's business
LONGEST_CALL = 60.0  # however busily the answer drips
REUSE_WITHIN = 3.0  # n8n closes idle connections after 5 s

WORTH_ANOTHER_TRY = (Unreachable, Timeout, ServerError, RateLimited)

Answer = TypeVar("Answer")
BeforeCall = Callable[[], None]
OnOutcome = Callable[[N8nError | None], None]


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


class _Session(requests.Session):
    def get_redirect_target(self, resp: requests.Response) -> None:
        """Nowhere. Even where it follows none, requests would read a redirect's body, unlimited."""


class Transport:
    """`before_call` is asked before each try and may raise; `on_outcome` hears how it went."""

    def __init__(
        self,
        base_url: str,
        api_key: str,
        *,
        policy: Policy,
        connect_timeout: float,
        read_timeout: float,
        deadline: float | None,
        tries: int = TRIES,
        before_call: BeforeCall | None = None,
        on_outcome: OnOutcome | None = None,
    ) -> None:
        if not api_key.isascii() or not api_key.isprintable():
            raise ValueError("An API key of n8n has only printable ASCII characters")
        self.base_url = normalised(base_url)
        self._timeouts = (connect_timeout, read_timeout)
        self._ends_at = None if deadline is None else time.monotonic() + deadline
        self._tries = tries
        self._before_call = before_call
        self._on_outcome = on_outcome
        self._key = _Key(api_key)
        self._line = Line(policy)
        self._session = _Session()
        self._session.trust_env = False  # no proxy and no .netrc of the environment
        self._session.mount("http://", self._line)
        self._session.mount("https://", self._line)
        self._session.headers["User-Agent"] = "Orchestrator"
        self._last_use = 0.0

    def close(self) -> None:
        self._session.close()

    def call(
        self, method: str, path: str, params: Mapping[str, str] | None = None, body: Any = None
    ) -> bytes:
        """The body of a 2xx answer. Only GET is tried again: nobody knows if the rest was done."""
        request = requests.Request(
            method,
            f"{self.base_url}/api/v1{path}",
            params=params,
            data=None if body is None else msgspec.json.encode(body),
            headers={"Accept": "application/json"}
            | ({} if body is None else {"Content-Type": "application/json"}),
            auth=self._key,
        )
        return self._tried(lambda: self._accepted(request), self._tries if method == "GET" else 1)

    def options(
        self, path: str, headers: Mapping[str, str], most: int
    ) -> tuple[int, Mapping[str, str], bytes]:
        """Status, headers and the first `most` bytes of any answer, asked without the key."""
        request = requests.Request("OPTIONS", f"{self.base_url}{path}", headers=dict(headers))

        def ask() -> tuple[int, Mapping[str, str], bytes]:
            response, content = self._exchange(request, lambda answer: self._head(answer, most))
            return response.status_code, response.headers, content

        return self._tried(ask, self._tries)

    def _tried(self, once: Callable[[], Answer], tries: int) -> Answer:
        for attempt in range(1, tries + 1):
            if self._before_call:
                self._before_call()
            try:
                answer = once()
            except N8nError as error:
                if self._on_outcome:
                    self._on_outcome(error)
                jitter = random.uniform(0.5, 1.5)  # noqa: S311 -- nothing to guess
                pause = max(FIRST_PAUSE * 2 ** (attempt - 1) * jitter, error.retry_after or 0)
                final = attempt == tries or not isinstance(error, WORTH_ANOTHER_TRY)
                if final or pause > min(LONGEST_WAIT, self._seconds_left()):
                    raise
            else:
                if self._on_outcome:
                    self._on_outcome(None)
                return answer
            time.sleep(pause)
        raise AssertionError("unreachable: the last try returns or raises")

    def _accepted(self, request: requests.Request) -> bytes:
        response, content = self._exchange(request, self._read)
        if 200 <= response.status_code < 300:
            return content
        raise self._refusal(response, content)

    def _exchange(
        self, request: requests.Request, read: Callable[[requests.Response], bytes]
    ) -> tuple[requests.Response, bytes]:
        if time.monotonic() - self._last_use > REUSE_WITHIN:
            # n8n may be closing that connection just now, and an unsafe call cannot be repeated.
            self._session.close()
        failure: N8nError
        try:
            with self._line.cut_after(min(LONGEST_CALL, self._seconds_left())):
                response = self._send(self._session.prepare_request(request))
                with response:
                    content = read(response)
        except N8nError as error:
            failure = error.with_traceback(None)
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
            if not self._line.was_cut:  # in the headers, and http.client takes them for complete
                return response, content
        if self._line.was_cut:
            failure = Timeout("n8n took all the time there was")
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
        content = self._head(response, ANSWER_LIMIT + 1)
        if len(content) > ANSWER_LIMIT:
            raise TooLarge(f"n8n's answer is larger than {ANSWER_LIMIT // 1024**2} MiB")
        return content

    def _head(self, response: requests.Response, most: int) -> bytes:
        parts: list[bytes] = []
        size = 0
        while size < most and (part := response.raw.read1(CHUNK, decode_content=True)):
            size += len(part)
            parts.append(part)
        return b"".join(parts)[:most]

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
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
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
