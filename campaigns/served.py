"""Whether n8n serves the production webhooks of active workflows, asked without running any.

n8n says `active` of workflows whose webhook it does not serve, for instance because another one
has the path. What a browser asks before a call (OPTIONS) tells it, and makes no execution.
"""

import logging
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, Protocol

from orchestrator.n8n import N8nError, NotN8n, Workflow
from orchestrator.n8n.rows import WEBHOOKS, Node

log = logging.getLogger(__name__)

WEBHOOK = "n8n-nodes-base.webhook"
LONGEST = 255  # characters of a path that is kept
METHODS = {"DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"}

# Express's page for the error that n8n does not catch there; the second outside of production.
UNREGISTERED = (b"<pre>Internal Server Error</pre>", b"is not registered.<br>")


class Asks(Protocol):
    """Of orchestrator.n8n.Client. The path is what follows /webhook/, not encoded."""

    def webhook_options(self, path: str, method: str) -> tuple[int, str, bytes]: ...


class Webhook(NamedTuple):
    path: str
    method: str


def served(client: Asks, workflow: Workflow) -> bool | None:
    """Of all its webhooks. None: it has none that can be asked, or the answer proves nothing."""
    try:
        return _served(client, webhooks(workflow), frozenset())
    except N8nError:
        return None


def ask_all(
    client: Asks, workflows: Sequence[Workflow], budget_seconds: float
) -> dict[str, bool | None]:
    """By the workflow's id. None too for what time does not suffice for.

    One after the other: n8n needs 3 ms for each and does them one at a time anyway. Only a call
    that is under way when time is up goes on, as long as the client lets it.
    """
    end = time.monotonic() + budget_seconds
    answers: dict[str, bool | None] = dict.fromkeys(workflow.id for workflow in workflows)
    of = {workflow.id: webhooks(workflow) for workflow in workflows}
    claims = Counter(webhook for asked in of.values() for webhook in set(asked or ()))
    contested = frozenset(webhook for webhook, count in claims.items() if count > 1)
    for id, asked in of.items():
        if time.monotonic() >= end:
            break
        try:
            answers[id] = _served(client, asked, contested)
        except NotN8n:
            continue
        except N8nError as error:
            log.info("n8n was not asked further whether its webhooks are served: %s", error.code)
            break
    return answers


def webhooks(workflow: Workflow) -> list[Webhook] | None:
    """None: some of them cannot be told from outside, like those of an expression."""
    if not workflow.active:
        return []
    found: list[Webhook] = []
    for node in workflow.running_nodes:
        if node.type in WEBHOOKS and not node.disabled:
            path, methods = _path(node), _methods(node)
            if path is None or methods is None:
                return None
            found += (Webhook(path, method) for method in methods)
    return found


def webhook_path(workflow: Workflow, known: str = "") -> str:
    """Where the workflow is called, after /webhook/: of several the `known` one, else the first.
    Empty: it has none that an address without parameters could lead to."""
    nodes = [n for n in workflow.running_nodes if n.type == WEBHOOK and not n.disabled]
    paths = [path for path in map(_path, nodes) if path]
    found = [path for path in paths if "/:" not in path and len(path) <= LONGEST]
    return known if known in found else next(iter(found), "")


def _served(
    client: Asks, asked: Sequence[Webhook] | None, contested: frozenset[Webhook]
) -> bool | None:
    if not asked:
        return None
    proven = True
    for webhook in asked:
        match _judge(*client.webhook_options(*webhook), webhook.method):
            case False:
                return False
            case None:
                proven = False
            case True if webhook in contested:
                proven = False  # one of them has it; n8n does not say which
    return True if proven else None


def _judge(status: int, allow_methods: str, body_head: bytes, method: str) -> bool | None:
    """Only n8n's own two answers prove anything: there may be a proxy before it."""
    first, *allowed = (name.strip() for name in allow_methods.split(","))
    if first != "OPTIONS":
        return None
    if status == 204 and allowed:  # of a path with parameters it names only one of its methods
        return True
    if status == 500 and method not in allowed and any(sign in body_head for sign in UNREGISTERED):
        return False
    return None


def _path(node: Node) -> str | None:
    """As n8n registers it."""
    given = _given_path(node)
    if not isinstance(given, str) or given.startswith("="):
        return None
    path = given.strip().removeprefix("/").removesuffix("/")
    if node.type != WEBHOOK and node.type_version < 2:
        path = f"{path}/n8n-form"
    if path.startswith(":") or "/:" in path:
        path = f"{node.webhook_id}/{path}" if node.webhook_id else ""
    path = path or node.webhook_id or ""
    # What no call can reach, or another one than it seems, is not judged.
    odd = path.startswith("/") or path.endswith("/") or not {".", ".."}.isdisjoint(path.split("/"))
    return None if odd or not path else path


def _given_path(node: Node) -> Any:
    if node.type == WEBHOOK or node.type_version < 2.2:
        return node.parameters.get("path", "")
    options = node.parameters.get("options", {})  # newer forms have it there, if at all
    return options.get("path", "") if isinstance(options, dict) else None


def _methods(node: Node) -> Iterable[str] | None:
    if node.type != WEBHOOK:
        return ("GET", "POST")
    several = node.parameters.get("multipleMethods", False)
    if not isinstance(several, bool):
        return None
    given = node.parameters.get("httpMethod", ["GET", "POST"] if several else "GET") or "GET"
    methods = given if isinstance(given, list) else [given]
    known = [name for name in methods if isinstance(name, str) and name in METHODS]
    return known if len(known) == len(methods) else None
