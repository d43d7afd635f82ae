"""Whatever the OpenAPI document lets be sent, and what it does not, by everybody: each answer has a
status that the document names, and none is a 500."""

import json
import os
from typing import Any
from urllib.parse import unquote

import pytest
import requests
import schemathesis
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, given, reject
from hypothesis import settings as tries
from hypothesis import strategies as st
from schemathesis.generation import GenerationMode

from orchestrator.schema import openapi
from orchestrator.schema_page import EXAMPLE_ID
from tests.cast import Cast
from tests.example import make
from tests.test_openapi import PUSHED

EACH = int(os.environ.get("FUZZ", "2"))  # of each operation and caller; `make soak` sends more
CALLERS = ("owner", "admin", "viewer", "stranger", "superuser", "nobody", "owner_key")
OURS = ("Accept-Encoding", "Content-Type", "Cookie", "User-Agent")  # not drawn: requests' own
Operation = Any  # schemathesis' own


def operations() -> list[Any]:
    found: Any = schemathesis.openapi.from_dict(openapi()).get_all_operations()
    each = [result.ok() for result in found]
    return [
        pytest.param(operation, id=operation.definition.raw["operationId"])
        for operation in each
        if operation.path not in PUSHED
    ]


def cases(operation: Operation) -> st.SearchStrategy[Any]:
    """Half of them about rows that are there, half of them valid."""
    names = [parameter.name for parameter in operation.path_parameters]
    there = {name: "n8n" if name == "step" else EXAMPLE_ID for name in names}
    modes = [GenerationMode.POSITIVE]
    if operation.body or operation.query or operation.headers or names:
        modes.append(GenerationMode.NEGATIVE)
    some = [operation.as_strategy(generation_mode=mode) for mode in modes]
    if names:
        some.append(operation.as_strategy(path_parameters=there))
        if operation.body or operation.query:
            some.append(operation.as_strategy(GenerationMode.NEGATIVE, path_parameters=there))
    return st.one_of(some)


def sent(client: Client, case: Any) -> Any:
    """As a program would put it on the line."""
    kwargs = case.as_transport_kwargs(base_url="http://testserver")
    try:
        request = requests.Request(**kwargs).prepare()
    except (requests.RequestException, UnicodeError):
        reject()  # cannot be sent
    path, _, query = request.path_url.partition("?")
    body = request.body or b""
    return client.generic(
        str(request.method),
        unquote(path),
        body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body,
        request.headers.get("Content-Type", "application/json"),
        headers={k: v for k, v in request.headers.items() if k not in OURS},
        QUERY_STRING=query,
    )


@pytest.mark.parametrize("operation", operations())
def test_no_call_of_the_document_ends_in_5xx(
    operation: Operation, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("campaigns.api.WAIT", 0.01)  # no worker sees what is not committed
    monkeypatch.setattr("provisioning.clone_api._wait", lambda row: None)
    monkeypatch.setattr("orchestrator.rate_limit.CallerLimit.allow_request", lambda *_: True)
    make(cast)
    clients = {caller: cast.client(caller) for caller in CALLERS}
    promised = set(operation.definition.raw["responses"])

    @tries(
        max_examples=EACH * len(CALLERS),
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases(operation), caller=st.sampled_from(CALLERS))
    def send(case: Any, caller: str) -> None:
        before = transaction.savepoint()
        try:
            answer = sent(clients[caller], case)
            if answer.status_code < 400:
                assert str(answer.status_code) in promised
                return
            assert answer["Content-Type"] == "application/problem+json"  # the document's `default`
            code = json.loads(answer.content)["code"]
            if answer.status_code >= 500:
                assert (answer.status_code, code[:4]) == (503, "n8n_"), answer.content
        finally:
            transaction.savepoint_rollback(before)  # the next finds all as it was

    send()
