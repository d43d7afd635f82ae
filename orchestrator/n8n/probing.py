"""The test of a connection: one word for what is wrong, found in a few seconds."""

from collections.abc import Collection
from typing import Literal, NamedTuple

from orchestrator.n8n.addresses import BadAddress, Policy
from orchestrator.n8n.client import Client
from orchestrator.n8n.errors import N8nError, NotFound, NotN8n, Unauthorized
from orchestrator.n8n.transport import TRIES

SECONDS = 5.0
CONNECT_SECONDS = 3.0

# What a key must be allowed for all that is done here. A version is published by `activate`, and
# so is an update of what is published.
NEEDED = frozenset(
    {
        *("workflow:list", "workflow:read", "workflow:update"),
        *("workflow:activate", "workflow:deactivate"),
        *("execution:list", "execution:read"),
    }
)
# And to make a campaign of a template, and to take it back.
MAKING = ("tag:create", "tag:list", "workflow:create", "workflow:delete", "workflowTags:update")

Result = Literal[
    "ok",
    "unreachable",
    "wrong_key",
    "missing_scope",
    "not_n8n",
    "too_old",
    "blocked_address",
    "slow",
]

_RESULTS: dict[str, Result] = {
    "unreachable": "unreachable",
    "server_error": "unreachable",  # of a proxy, mostly: it does not reach n8n either
    "slow": "slow",
    "rate_limited": "slow",
    "wrong_key": "wrong_key",
    "missing_scope": "missing_scope",
    "blocked_address": "blocked_address",
}


class Probe(NamedTuple):
    """`scopes` is what the key may do, where n8n could be asked; `missing` what it should."""

    result: Result
    scopes: list[str] = []
    missing: list[str] = []


def probe(
    base_url: str,
    api_key: str,
    *,
    policy: Policy,
    needed: Collection[str] = NEEDED,
    seconds: float = SECONDS,
    tries: int = TRIES,
) -> Probe:
    """Raises nothing but BadAddress."""
    try:
        client = Client(
            base_url,
            api_key,
            policy=policy,
            connect_timeout=min(CONNECT_SECONDS, seconds),
            read_timeout=seconds,
            deadline=seconds,
            tries=tries,
        )
    except BadAddress:
        raise
    except ValueError:  # a key that cannot be sent
        return Probe("wrong_key")
    with client:
        try:
            scopes = sorted(client.discover().scopes)
        except NotFound:
            return Probe(_without_discovery(client))
        except N8nError as error:
            return Probe(_result(error))
    missing = sorted(set(needed) - set(scopes))
    return Probe("missing_scope" if missing else "ok", scopes, missing)


def _without_discovery(client: Client) -> Result:
    """An older n8n has no /discover; what else answers 404 has no executions either."""
    try:
        client.executions(limit=1)
    except Unauthorized:
        return "wrong_key"
    except (NotFound, NotN8n):
        return "not_n8n"
    except N8nError as error:
        return "too_old" if error.code == "missing_scope" else _result(error)
    return "too_old"


def _result(error: N8nError) -> Result:
    return _RESULTS.get(error.code, "not_n8n")
