"""Signatures as Standard Webhooks say: `v1,` + base64 of HMAC-SHA256 over id.timestamp.body."""

import base64
import hashlib
import hmac
import time
from collections.abc import Mapping, Sequence

TOLERANCE = 5 * 60  # seconds


class Invalid(Exception):
    """The message is not proven to be from the instance: with a stable `code`."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


def key_of(secret: str) -> bytes:
    """The bytes of `whsec_<base64>`; any other text is its own bytes."""
    if secret.startswith("whsec_"):
        try:
            return base64.b64decode(secret[6:], validate=True)
        except ValueError:
            pass
    return secret.encode()


def sign(key: bytes, id: str, timestamp: int, body: bytes) -> str:
    mac = hmac.new(key, f"{id}.{timestamp}.".encode() + body, hashlib.sha256)
    return "v1," + base64.b64encode(mac.digest()).decode()


def verify(headers: Mapping[bytes, bytes], body: bytes, keys: Sequence[bytes]) -> None:
    """Raises Invalid. Header names in lower case; no key at all refuses everything."""
    id = headers.get(b"webhook-id", b"")
    timestamp = headers.get(b"webhook-timestamp", b"")
    given = headers.get(b"webhook-signature", b"")
    if not (id and timestamp and given):
        raise Invalid("signature_missing", "webhook-id, webhook-timestamp, webhook-signature.")
    if len(timestamp) > 15 or not timestamp.isdigit():
        raise Invalid("signature_invalid", "webhook-timestamp is no number of seconds.")
    if abs(time.time() - int(timestamp)) > TOLERANCE:
        raise Invalid("signature_expired", "webhook-timestamp is more than 5 minutes off.")
    signed = id + b"." + timestamp + b"." + body
    offered = [part[3:] for part in given.split() if part.startswith(b"v1,")]
    for key in keys:
        digest = hmac.new(key, signed, hashlib.sha256).digest()
        expected = base64.b64encode(digest)
        # Every one is compared, whichever fits, so that the time tells nothing.
        if sum(hmac.compare_digest(expected, signature) for signature in offered):
            return
    raise Invalid("signature_invalid", "No known secret of this instance made this signature.")
