"""Sets up the owner of a fresh n8n and an API key, through the calls that its editor makes.

Standard library only.
"""

import http.cookiejar
import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from typing import Any

TRY_AGAIN_SECONDS = 0.1


class Editor:
    """A browser's session with n8n's editor."""

    def __init__(self, url: str) -> None:
        self.url = url
        # An empty ProxyHandler: this is loopback, whatever the environment says about proxies.
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}),
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()),
        )

    def call(self, path: str, body: dict[str, Any] | None = None) -> Any:
        request = urllib.request.Request(
            self.url + path,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        with self._opener.open(request, timeout=10) as answer:
            return json.load(answer)


def wait_until_ready(url: str, running: Callable[[], bool], seconds: float) -> None:
    """`/healthz` is 200 seconds before the API exists; only `/healthz/readiness` tells."""
    editor = Editor(url)
    end = time.monotonic() + seconds
    while True:
        if not running():
            raise ChildProcessError("n8n ended while it booted")
        try:
            editor.call("/healthz/readiness")
            return
        except (OSError, ValueError):  # urllib's errors are OSErrors
            if time.monotonic() > end:
                raise TimeoutError(f"n8n was not ready within {seconds:.0f} s") from None
        time.sleep(TRY_AGAIN_SECONDS)


def api_key_of_new_owner(url: str, email: str, password: str) -> str:
    editor = Editor(url)
    editor.call(
        "/rest/owner/setup",
        {"email": email, "firstName": "Test", "lastName": "Owner", "password": password},
    )
    return _api_key(editor)


def api_key_of_invited(url: str, invitation: str, password: str) -> str:
    """Of somebody whom `POST /users` has invited; `invitation` is the link that it gave."""
    asked = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(invitation).query))
    editor = Editor(url)
    editor.call(
        "/rest/invitations/accept",
        {"token": asked["token"], "firstName": "A", "lastName": "Member", "password": password},
    )
    return _api_key(editor)


def _api_key(editor: Editor) -> str:
    scopes = editor.call("/rest/api-keys/scopes")["data"]
    made = editor.call(
        "/rest/api-keys", {"label": "orchestrator", "scopes": scopes, "expiresAt": None}
    )
    key = made["data"]["rawApiKey"]
    assert isinstance(key, str)
    return key
