"""Encryption of what must not be readable in the database. The only place that knows the keys.

A token is `v1:<id of the key>:<base64>`, AES-256-GCM under a key derived from one of
FIELD_ENCRYPTION_KEYS. It is bound to its owner (a workspace's id, or `shared`) and its field: moved
to another it does not open. Tokens without a version are Fernet's, of before; they open too.
"""

import base64
import binascii
import hmac
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

VERSION = "v1"
NONCE = 12  # bytes
ID = 4  # bytes of a key's public id
KEY = 32  # bytes of a key in the settings
NEW_KEY = (
    'python -c "from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())"'
)


class Undecryptable(Exception):
    """The value does not open: its key is not among the settings', it was changed, or moved."""


class MalformedKey(ImproperlyConfigured):
    """One of FIELD_ENCRYPTION_KEYS is none."""


@dataclass(frozen=True, slots=True)
class _Keys:
    newest: str  # its id
    ciphers: dict[str, AESGCM]  # by id
    nonces: bytes  # makes those of what must be repeatable
    fernet: MultiFernet


def encrypt(plain: str, *, owner: str, field: str) -> str:
    return _sealed(plain, os.urandom(NONCE), _bound(owner, field))


def encrypt_repeatably(plain: str, *, owner: str, field: str) -> str:
    """The same text in the same place gives the same token, which tells just that.

    AES-GCM breaks where one nonce seals two texts. This one is of a keyed hash of all that is
    sealed: another text or place has it no more likely than a random one, and of the same a second
    copy tells nothing. (AES-GCM-SIV, made for this, is not in every OpenSSL.)
    """
    bound = _bound(owner, field)
    message = len(bound).to_bytes(8, "big") + bound + plain.encode()
    keys = _keys(tuple(settings.FIELD_ENCRYPTION_KEYS))
    return _sealed(plain, hmac.digest(keys.nonces, message, "sha256")[:NONCE], bound)


def decrypt(token: str, *, owner: str, field: str) -> str:
    keys = _keys(tuple(settings.FIELD_ENCRYPTION_KEYS))
    version, _, rest = token.partition(":")
    if not rest:
        try:
            return keys.fernet.decrypt(token.encode()).decode()
        except InvalidToken:
            raise Undecryptable(f"{field} of {owner} opens with no key there is") from None
    id, _, text = rest.partition(":")
    cipher = keys.ciphers.get(id) if version == VERSION else None
    if cipher is None:
        raise Undecryptable(f"{field} of {owner} is encrypted with the key {id}, which is not here")
    try:
        sealed = base64.b64decode(text, b"-_", validate=True)
        return cipher.decrypt(sealed[:NONCE], sealed[NONCE:], _bound(owner, field)).decode()
    except (InvalidTag, ValueError):
        raise Undecryptable(
            f"{field} of {owner} was changed, or is of another row or field"
        ) from None


def needs_rewrite(token: str) -> bool:
    """Whether it is not by the newest key, or of the old form."""
    return not token.startswith(f"{VERSION}:{_keys(tuple(settings.FIELD_ENCRYPTION_KEYS)).newest}:")


def check_keys(keys: Sequence[str]) -> None:
    """Raises MalformedKey, which says which."""
    for number, key in enumerate(keys, 1):
        try:
            size = len(base64.b64decode(key, b"-_", validate=True))
        except (ValueError, binascii.Error):
            size = 0
        if size != KEY:
            raise MalformedKey(
                f"FIELD_ENCRYPTION_KEYS: key {number} of {len(keys)} is not {KEY} bytes in URL-safe"
                f" base64. Make one with: {NEW_KEY}"
            )


def _sealed(plain: str, nonce: bytes, bound: bytes) -> str:
    keys = _keys(tuple(settings.FIELD_ENCRYPTION_KEYS))
    sealed = keys.ciphers[keys.newest].encrypt(nonce, plain.encode(), bound)
    return f"{VERSION}:{keys.newest}:{base64.urlsafe_b64encode(nonce + sealed).decode()}"


def _bound(owner: str, field: str) -> bytes:
    """Unambiguous: no other owner and field give the same."""
    return f"{VERSION}:{len(owner)}:{owner}:{field}".encode()


@lru_cache(maxsize=4)
def _keys(keys: tuple[str, ...]) -> _Keys:
    check_keys(keys)
    secrets = [base64.urlsafe_b64decode(key) for key in keys]
    ciphers = {_derived(s, "id", ID).hex(): AESGCM(_derived(s, "field", KEY)) for s in secrets}
    nonces = _derived(secrets[0], "nonce", KEY)
    return _Keys(next(iter(ciphers)), ciphers, nonces, MultiFernet([Fernet(key) for key in keys]))


def _derived(secret: bytes, purpose: str, size: int) -> bytes:
    info = f"orchestrator {VERSION} {purpose}".encode()
    return HKDF(algorithm=SHA256(), length=size, salt=None, info=info).derive(secret)
