"""What arrives before anybody is known: whatever it is, it is taken or refused by name."""

import os
import time
import uuid
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import settings as tries
from hypothesis import strategies as st

from campaigns import heartbeats, ingest, signatures
from campaigns.heartbeats import Alive, Beat, Rejected
from provisioning.front import headers as passing
from tests.n8n_server import HEARTBEAT_SECRET
from workspaces.consumers import client_frames, standing

EACH = 5 * int(os.environ.get("FUZZ", "15"))
FIELDS = (
    "heartbeatId workflowId executionId runId status mode kind startedAt stoppedAt waitTill sentAt"
    " error dropped hooksVersion n8nVersion timezone publicationService message node _"
).split()
STATUSES = ["running", "waiting", "success", "error", "crashed", "canceled", "", "Success", "\0"]
TIMES = st.sampled_from(
    ["2026-11-23T19:43:52.915Z", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "now"]
)

leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | TIMES
anything = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(FIELDS) | st.text(), inner, max_size=6)
    ),
    max_leaves=20,
)
beats = st.dictionaries(st.sampled_from(FIELDS), anything, max_size=12) | st.fixed_dictionaries(
    {"heartbeatId": leaves, "workflowId": leaves, "status": st.sampled_from(STATUSES)},
    optional={
        name: anything for name in FIELDS if name not in ("heartbeatId", "workflowId", "status")
    },
)
some = tries(max_examples=EACH)


def encoded(value: Any) -> bytes:
    try:
        return msgspec.json.encode(value)
    except (UnicodeEncodeError, OverflowError):  # half a pair of surrogates
        return repr(value).encode("utf-8", "replace")


@some
@given(beats | anything)
def test_any_heartbeat_is_taken_or_refused_by_name(value: Any) -> None:
    heard = heartbeats.read(msgspec.Raw(encoded(value)), 7)
    assert isinstance(heard, Beat | Alive | Rejected)
    if isinstance(heard, Rejected):
        assert heard.index == 7
        assert heard.code.replace("_", "").isalpha()
    elif isinstance(heard, Beat):
        assert heard.source == "pushed"
        assert heard.heartbeat_id
        assert heard.workflow_id
        assert all("\0" not in text for text in (heard.heartbeat_id, heard.workflow_id))


@some
@given(beats | anything)
def test_so_is_any_report(value: Any) -> None:
    heard = heartbeats.read_report(encoded(value), "workflow", "c:scope")
    assert isinstance(heard, Beat | Rejected)
    if isinstance(heard, Beat):
        assert (heard.workflow_id, heard.source) == ("workflow", "reported")
        assert heard.heartbeat_id.startswith("c:scope:")


@some
@given(
    st.binary() | anything.map(encoded) | st.lists(beats).map(lambda m: encoded({"heartbeats": m}))
)
def test_any_body_of_heartbeats_is_a_list_or_a_refusal(body: bytes) -> None:
    refused: ingest.Refusal | None = None
    items: list[msgspec.Raw] = []
    try:
        items = ingest._items(body)
    except ingest.Refusal as refusal:
        refused = refusal
    assert refused is None or refused.status in (400, 413)
    assert all(isinstance(item, msgspec.Raw) for item in items)


LINES = st.sampled_from([b"webhook-id", b"webhook-timestamp", b"webhook-signature", b"other"])
VALUES = (
    st.binary(max_size=60)
    | st.sampled_from([b"v1,", b"v1,aGVsbG8=", b"v1,a v1,b", b"-1", b"1e9", "²".encode()])
    | st.integers().map(lambda n: str(n).encode())
    | st.just(b"").map(lambda _: str(int(time.time())).encode())
)


@some
@given(st.dictionaries(LINES, VALUES), st.binary(max_size=50))
def test_no_made_up_signature_is_believed(headers: dict[bytes, bytes], body: bytes) -> None:
    with pytest.raises(signatures.Invalid) as refused:
        signatures.verify(headers, body, [signatures.key_of(HEARTBEAT_SECRET)])
    assert refused.value.code.startswith("signature_")


@some
@given(
    st.text()
    | anything.map(encoded).map(bytes.decode)
    | st.fixed_dictionaries(
        {"type": st.sampled_from(["subscribe", "unsubscribe", "ping", "snapshot", ""])},
        optional={"campaigns": st.lists(anything | st.uuids().map(str), max_size=5)},
    ).map(lambda frame: encoded(frame).decode())
)
def test_any_frame_of_a_client_is_read_or_refused_by_name(text: str) -> None:
    code = "read"
    try:
        client_frames._campaigns(client_frames._read(text))
    except client_frames.Invalid as invalid:
        code = str(invalid)
    assert code in ("read", "invalid", "invalid_json", "too_many", "too_large")


HEADERS = st.lists(
    st.tuples(
        st.sampled_from(
            b"connection host cookie x-forwarded-for x_forwarded_host content-length te"
            b" authorization x-orchestrator-probe transfer-encoding content-type".split()
        )
        | st.binary(min_size=1, max_size=20),
        st.binary(max_size=40) | st.just(b"content-type, x-forwarded-for, \xff"),
    ),
    max_size=12,
)


@some
@given(HEADERS)
def test_what_passes_the_front_door_is_never_the_hops_own(pairs: list[tuple[bytes, bytes]]) -> None:
    scope = {"client": ("127.0.0.1", 1), "type": "http"}
    passed = passing.to_n8n(passing.lowered(pairs), scope, b"n8n:5678", 3)
    names = [name for name, _ in passed]
    assert names.count(b"host") == 1
    assert names.count(b"content-length") == 1
    assert names.count(b"x-forwarded-for") == 1
    assert not {b"cookie", b"transfer-encoding", b"connection", passing.PROBE} & set(names)
    back = passing.to_caller(pairs)
    assert [value for name, value in back if name == b"content-security-policy"] == [b"sandbox"]
    assert not {b"set-cookie", b"connection"} & {name for name, _ in back}


@some
@given(HEADERS)
def test_a_socket_s_headers_name_somebody_or_nobody(pairs: list[tuple[bytes, bytes]]) -> None:
    headers = {
        **dict(passing.lowered(pairs)),
        b"cookie": b"; ".join(name + b"=" + value for name, value in pairs),
    }
    for claim in (standing.token_claim, standing.cookie_claim):
        found = claim(headers, uuid.UUID(int=0))
        assert found is None or found.workspace_id == uuid.UUID(int=0)
