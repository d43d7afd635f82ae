"""Answers of the door's own, as problem+json."""

import uuid
from typing import Any

import msgspec

from provisioning.front import headers


class Refusal(Exception):
    """RFC 9457's status, our code, a sentence."""

    def __init__(
        self, status: int, code: str, detail: str, *, retry_after: int | None = None
    ) -> None:
        super().__init__(code)
        self.status, self.code, self.detail = status, code, detail
        self.retry_after = retry_after

    def content(self) -> bytes:
        body: dict[str, Any] = {
            "type": "about:blank",
            "title": self.code.replace("_", " ").capitalize(),
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
            "requestId": uuid.uuid4().hex,
        }
        if self.retry_after is not None:
            body["retry_after"] = self.retry_after
        return msgspec.json.encode(body)

    def headers(self, content: bytes) -> headers.Headers:
        pairs = [
            (b"content-type", b"application/problem+json"),
            (b"content-length", str(len(content)).encode()),
            (b"cache-control", b"no-store"),
            *headers.OURS,
        ]
        if self.retry_after is not None:
            pairs.append((b"retry-after", str(self.retry_after).encode()))
        if self.status == 408:  # the rest of its body may yet come
            pairs.append((b"connection", b"close"))
        return pairs


def not_found() -> Refusal:
    return Refusal(404, "not_found", "There is nothing at this address.")


def too_large() -> Refusal:
    return Refusal(413, "too_large", "At most 5 MiB at once.")


def unavailable() -> Refusal:
    return Refusal(503, "unavailable", "Nothing was passed on. Send it again.", retry_after=1)
