"""A stored secret opens where it was stored, with a key that is still there, and nowhere else."""

import base64
import contextlib
import io
import re
import time
from typing import Any
from unittest import mock

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from hypothesis import assume, given
from hypothesis import strategies as st

from orchestrator import crypto
from orchestrator.management.commands.doctor import CHECKS
from orchestrator.state import encryption_key
from tests.cast import Cast
from workspaces import connections
from workspaces.models import Instance

PLACE = {"owner": "shared", "field": "instance.api_key"}
TEXT = st.text(st.characters(codec="utf-8"))


@given(plain=TEXT, owner=TEXT, field=TEXT)
def test_what_is_encrypted_opens_again(plain: str, owner: str, field: str) -> None:
    token = crypto.encrypt(plain, owner=owner, field=field)
    assert crypto.decrypt(token, owner=owner, field=field) == plain
    assert not crypto.needs_rewrite(token)


@given(plain=TEXT, other=TEXT)
def test_where_the_same_must_give_the_same_nothing_else_does(plain: str, other: str) -> None:
    def sealed(text: str, **place: str) -> str:
        return crypto.encrypt_repeatably(text, **PLACE | place)

    token = sealed(plain)
    assert crypto.decrypt(token, **PLACE) == plain
    assert sealed(plain) == token
    assert (sealed(other) == token) is (other == plain)
    nonces = {
        base64.urlsafe_b64decode(each.rpartition(":")[2])[:12]
        for each in (token, sealed(plain, owner="x"), sealed(plain, field="x"))
    }
    assert len(nonces) == 3
    assert crypto.encrypt(plain, **PLACE) != crypto.encrypt(plain, **PLACE)


@given(owner=TEXT, field=TEXT, other_owner=TEXT, other_field=TEXT)
def test_moved_to_another_row_or_field_it_does_not_open(
    owner: str, field: str, other_owner: str, other_field: str
) -> None:
    assume((owner, field) != (other_owner, other_field))
    token = crypto.encrypt("secret", owner=owner, field=field)
    with pytest.raises(crypto.Undecryptable):
        crypto.decrypt(token, owner=other_owner, field=other_field)


@pytest.mark.parametrize(
    ("one", "other"),
    [(("a:1", "b"), ("a", "1:b")), (("", "1::x"), ("1:", "x")), (("12", "3"), ("1", "23"))],
)
def test_owner_and_field_do_not_run_together(one: tuple[str, str], other: tuple[str, str]) -> None:
    token = crypto.encrypt("secret", owner=one[0], field=one[1])
    with pytest.raises(crypto.Undecryptable):
        crypto.decrypt(token, owner=other[0], field=other[1])


@given(st.data())
def test_a_changed_byte_is_noticed(data: st.DataObject) -> None:
    head, _, text = crypto.encrypt("secret", **PLACE).rpartition(":")
    sealed = bytearray(base64.urlsafe_b64decode(text))
    sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(crypto.Undecryptable, match="was changed"):
        crypto.decrypt(f"{head}:{base64.urlsafe_b64encode(sealed).decode()}", **PLACE)


@given(TEXT | TEXT.map(lambda text: f"v1:{text}"))
def test_anything_else_is_refused_and_never_breaks(token: str) -> None:
    with pytest.raises(crypto.Undecryptable):
        crypto.decrypt(token, **PLACE)


@pytest.mark.parametrize("cut", [0, 1, 11, 12, 20])
def test_a_token_cut_short_is_refused(cut: int) -> None:
    head, _, text = crypto.encrypt("secret", **PLACE).rpartition(":")
    short = base64.urlsafe_b64encode(base64.urlsafe_b64decode(text)[:cut]).decode()
    with pytest.raises(crypto.Undecryptable):
        crypto.decrypt(f"{head}:{short}", **PLACE)


def test_the_token_names_its_key_and_says_nothing_of_it(settings: Any) -> None:
    (key,) = settings.FIELD_ENCRYPTION_KEYS = [encryption_key()]
    token = crypto.encrypt("plain text", **PLACE)
    assert re.fullmatch(r"v1:[0-9a-f]{8}:[\w-]+=*", token)
    assert token.split(":")[1] not in base64.urlsafe_b64decode(key).hex()
    assert token != crypto.encrypt("plain text", **PLACE)


def test_a_rotated_key_opens_the_old_and_writes_with_the_new(settings: Any) -> None:
    old, new = encryption_key(), encryption_key()
    settings.FIELD_ENCRYPTION_KEYS = [old]
    token = crypto.encrypt("secret", **PLACE)
    settings.FIELD_ENCRYPTION_KEYS = [new, old]
    assert crypto.decrypt(token, **PLACE) == "secret"
    assert crypto.needs_rewrite(token)
    again = crypto.encrypt("secret", **PLACE)
    assert not crypto.needs_rewrite(again)
    settings.FIELD_ENCRYPTION_KEYS = [new]
    assert crypto.decrypt(again, **PLACE) == "secret"
    id = token.split(":")[1]
    with pytest.raises(crypto.Undecryptable, match=f"the key {id}, which is not here"):
        crypto.decrypt(token, **PLACE)


def test_a_token_of_the_old_form_still_opens_and_wants_to_be_written_again(settings: Any) -> None:
    settings.FIELD_ENCRYPTION_KEYS = [encryption_key(), encryption_key()]
    for key in settings.FIELD_ENCRYPTION_KEYS:
        token = Fernet(key).encrypt(b"secret").decode()
        assert crypto.decrypt(token, **PLACE) == "secret"
        assert crypto.needs_rewrite(token)
    with pytest.raises(crypto.Undecryptable):
        crypto.decrypt(Fernet(encryption_key()).encrypt(b"secret").decode(), **PLACE)


@pytest.mark.parametrize(
    "key", ["short", "x" * 44, "ä" * 44, pytest.param(encryption_key()[:-2], id="cut"), ""]
)
def test_a_malformed_key_is_refused_by_its_number_and_never_shown(key: str, settings: Any) -> None:
    settings.FIELD_ENCRYPTION_KEYS = [encryption_key(), key]
    with pytest.raises(crypto.MalformedKey, match="key 2 of 2 is not 32 bytes") as refused:
        crypto.encrypt("secret", **PLACE)
    assert not key or key not in str(refused.value)


def test_opening_takes_microseconds() -> None:
    token = crypto.encrypt("n8n_api_" + "x" * 200, **PLACE)
    best = 1.0
    for _ in range(20):
        begun = time.perf_counter()
        for _ in range(100):
            crypto.decrypt(token, **PLACE)
        best = min(best, (time.perf_counter() - begun) / 100)
    assert best < 30e-6  # 4 µs; a loaded machine is not what is tested


# --- where they are stored -------------------------------------------------------------------


@pytest.fixture
def connected(cast: Cast, settings: Any) -> Instance:
    settings.N8N_BASE_URL = settings.N8N_API_KEY = ""
    settings.N8N_WEBHOOK_SECRETS = []
    instance = cast.acme.instance
    instance.base_url = "https://n8n.test"
    instance.api_key_encrypted = crypto.encrypt(
        "key", owner=connections.owner_of(instance), field=connections.API_KEY
    )
    instance.webhook_secrets_encrypted = crypto.encrypt(
        "whsec_one", owner=connections.owner_of(instance), field=connections.WEBHOOK_SECRETS
    )
    instance.save()
    return instance


def doctor() -> str:
    """Its line about keys. Other parts may be ill here."""
    told = io.StringIO()
    others = {"work": str}  # takes its time where no worker answers
    with mock.patch.dict(CHECKS, others), contextlib.suppress(CommandError):
        call_command("doctor", stdout=told, no_color=True)
    (line,) = [line for line in told.getvalue().splitlines() if line.startswith("keys")]
    return line


def test_doctor_tells_how_many_open_and_how_many_are_under_an_older_key(
    connected: Instance, settings: Any
) -> None:
    assert doctor() == "keys      ok    1 in use, 2 stored secrets open with them"
    settings.FIELD_ENCRYPTION_KEYS = [encryption_key(), *settings.FIELD_ENCRYPTION_KEYS]
    assert "2 in use, 2 stored secrets open with them, 2 of them under an older key" in doctor()


def test_doctor_names_the_row_that_does_not_open(connected: Instance, cast: Cast) -> None:
    connected.webhook_secrets_encrypted, connected.api_key_encrypted = (
        connected.api_key_encrypted,
        connected.webhook_secrets_encrypted,
    )
    connected.save()
    cast.campaign.report_token_encrypted = crypto.encrypt(
        "token", owner=str(cast.acme.pk), field="campaign.report_token"
    )
    cast.campaign.save()
    line = doctor()
    assert line.startswith("keys      FAIL  2 of 3 do not open: instance default: ")
    assert "instance.api_key of shared" in line
    assert f"campaign {cast.campaign.pk}" not in line


def test_a_connections_ciphertext_in_another_workspaces_row_does_not_open(
    connected: Instance, cast: Cast
) -> None:
    mine = Instance(id="mine", owner=cast.acme, base_url="https://mine.test", kind="own")
    mine.api_key_encrypted = connected.api_key_encrypted
    with pytest.raises(crypto.Undecryptable):
        connections.connection_to(mine)
    assert connections.connection_to(connected).api_key == "key"
