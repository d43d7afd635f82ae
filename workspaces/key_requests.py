"""The last 100 things that each API key was used for: calls of the API, and sockets it opened.

Written after the answer is made, by one statement of its own; that it cannot be written is logged,
and nobody's call fails for it.
"""

import uuid
from collections.abc import Callable, Mapping
from ipaddress import ip_address
from typing import Any

import structlog
from django.db import Error, connection
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from orchestrator.client_address import client_address
from orchestrator.masking import mask
from workspaces.models import ApiKey, ApiKeyRequest

KEPT = 100
OPENED = 101  # the status of a socket that was let in

# The trim does not see the new row: it leaves one less. What another call trims is left to it.
_NOTE = f"""
WITH noted AS (
    INSERT INTO workspaces_apikeyrequest (key_id, at, method, path, status, ip)
    SELECT id, clock_timestamp(), %(method)s, %(path)s, %(status)s, %(ip)s
    FROM workspaces_apikey WHERE id = %(key)s)
DELETE FROM workspaces_apikeyrequest WHERE id IN (
    SELECT id FROM workspaces_apikeyrequest
    WHERE key_id = %(key)s AND id < (
        SELECT id FROM workspaces_apikeyrequest
        WHERE key_id = %(key)s ORDER BY id DESC OFFSET {KEPT - 2} LIMIT 1)
    FOR UPDATE SKIP LOCKED)
"""  # noqa: S608 -- a number of ours

log = structlog.get_logger(__name__)


def note(key_id: uuid.UUID, method: str, path: str, status: int, meta: Mapping[str, Any]) -> None:
    longest = ApiKeyRequest._meta.get_field("path").max_length
    values: dict[str, Any] = {
        "key": key_id,
        "method": method[:10],
        "path": mask(path, limit=longest or len(path)).replace("\x00", ""),
        "status": status,
        "ip": _ip(meta),
    }
    try:
        with connection.cursor() as cursor:
            cursor.execute(_NOTE, values)
    except Error as error:
        log.warning("key_request_not_noted", key_id=str(key_id), error=type(error).__name__)


def of(key: ApiKey) -> QuerySet[ApiKeyRequest]:
    """The newest first."""
    return ApiKeyRequest.objects.filter(key=key).order_by("-id")


class KeyRequestsMiddleware:
    """Outside of whatever makes the answer, so that its status is the one that was sent."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        key: ApiKey | None = getattr(request, "api_key", None)
        if key is not None:
            note(key.pk, str(request.method), request.path, response.status_code, request.META)
        return response


def _ip(meta: Mapping[str, Any]) -> str | None:
    try:
        return str(ip_address(client_address(meta)))
    except ValueError:
        return None
