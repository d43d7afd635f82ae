"""The ASGI application: the public API, production webhooks, and a page that says what this is."""

import hmac
import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl, unquote

from n8n.sandbox.api import Api
from n8n.sandbox.refusal import Refusal
from n8n.sandbox.runs import Runs
from n8n.sandbox.store import Row, Store, webhook_paths

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

JSON = b"application/json; charset=utf-8"
HTML = b"text/html; charset=utf-8"
BODY_LIMIT = 16 * 1024 * 1024
PAGE = b"""<!doctype html><html lang="en"><meta charset="utf-8"><title>Sandbox</title>
<p>This is the sandbox of the demo: it answers as n8n does, but has no editor.</p></html>"""
FAILED = b"<!doctype html><html><title>Error</title><pre>Internal Server Error</pre></html>"


class App:
    def __init__(self, store: Store, runs: Runs, api_key: str) -> None:
        self._store = store
        self._runs = runs
        self._api_key = api_key.encode()
        self._api = Api(store, runs.follow, runs.cancel)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        body = await _body(receive)
        path = scope["raw_path"].decode("latin-1").split("?")[0]
        if path in ("/healthz", "/healthz/readiness"):
            await _answer(send, 200, b'{"status":"ok"}')
        elif path.startswith("/api/v1/"):
            await self._answer_api(scope, path.removeprefix("/api/v1/"), body, send)
        elif path.startswith("/webhook/") and scope["method"] == "OPTIONS":
            await self._answer_options(unquote(path.removeprefix("/webhook/")), send)
        elif path.startswith("/webhook/"):
            status, answer = await self._answer_webhook(
                scope["method"], unquote(path.removeprefix("/webhook/")), _probe_in(scope)
            )
            await _answer(send, status, json.dumps(answer).encode())
        else:
            await _answer(send, 200, PAGE, HTML)  # n8n answers with its editor to anything

    async def _answer_api(self, scope: Scope, path: str, body: bytes, send: Send) -> None:
        given = dict(scope["headers"]).get(b"x-n8n-api-key", b"")
        query = dict(parse_qsl(scope["query_string"].decode("latin-1")))
        status, answer = 200, None
        try:
            if not hmac.compare_digest(given, self._api_key):
                raise Refusal(401, "Unauthorized")
            parts = [unquote(part) for part in path.split("/")]
            content = json.loads(body) if body else None
            answer = self._api.answer(scope["method"], parts, query, content)
            if scope["method"] == "POST" and parts == ["tags"]:
                status = 201
        except Refusal as refusal:
            status, answer = refusal.status, {"message": str(refusal)}
        except ValueError:  # no JSON: n8n has no better answer, either
            await _answer(send, 500, FAILED, HTML)
            return
        await _answer(send, status, json.dumps(answer).encode())

    async def _answer_options(self, path: str, send: Send) -> None:
        """What a browser asks before it calls a webhook; n8n fails where none is served."""
        workflow = self._store.served(path)
        nodes = workflow["activeVersion"]["nodes"] if workflow else []
        methods = {
            node["parameters"].get("httpMethod", "GET")
            for node in nodes
            if path in webhook_paths([node])
        }
        allowed = ", ".join(["OPTIONS", *sorted(methods)]).encode()
        headers = [(b"access-control-allow-methods", allowed)]
        if methods:
            await _answer(send, 204, b"", JSON, headers)
        else:
            await _answer(send, 500, FAILED, HTML, headers)

    async def _answer_webhook(self, method: str, path: str, probe: str) -> tuple[int, Row]:
        workflow = self._store.served(path)
        if workflow is None:
            text = f'The requested webhook "{method} {path}" is not registered.'
            return 404, {"code": 404, "message": text}
        nodes = workflow["activeVersion"]["nodes"]
        node = next(node for node in nodes if node["type"] == "n8n-nodes-base.webhook")
        takes = node["parameters"].get("httpMethod", "GET")
        if method != takes:
            text = f"This webhook is not registered for {method} requests."
            text += f" Did you mean to make a {takes} request?"
            return 404, {"code": 404, "message": text}
        is_test = _is_test(nodes, probe)
        run = self._runs.start(workflow, "webhook", is_test=is_test)
        if node["parameters"].get("responseMode", "onReceived") == "onReceived":
            return 200, {"message": "Workflow was started"}
        if (await run)["status"] != "success":
            return 500, {"message": "Error in workflow"}
        return 200, {"ok": True, "test": True} if is_test else {}


def _probe_in(scope: Scope) -> str:
    named = [value for name, value in scope["headers"] if name == b"x-orchestrator-probe"]
    return named[0].decode("latin-1") if named else ""


def _is_test(nodes: list[Row], probe: str) -> bool:
    """The secret of the header stands in a node that looks for it, as in Orchestrator's templates.
    No expression is evaluated here."""
    return bool(probe) and any(
        node["type"] == "n8n-nodes-base.if" and probe in json.dumps(node["parameters"])
        for node in nodes
    )


async def _body(receive: Receive) -> bytes:
    parts, size, more = [], 0, True
    while more:
        message = await receive()
        part = message.get("body", b"")
        size += len(part)
        if size <= BODY_LIMIT:
            parts.append(part)
        more = message.get("more_body", False)
    return b"".join(parts)


async def _answer(
    send: Send,
    status: int,
    content: bytes,
    kind: bytes = JSON,
    more: list[tuple[bytes, bytes]] | None = None,
) -> None:
    headers = [(b"content-type", kind), (b"content-length", str(len(content)).encode())]
    headers += more or []
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content})
