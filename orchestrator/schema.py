"""The OpenAPI document and its page."""

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orchestrator import (
    idempotency,
    paging,
    schema_heartbeat,
    schema_hook,
    schema_keys,
    schema_page,
)


@lru_cache(maxsize=1)
def openapi() -> dict[str, Any]:
    from drf_spectacular.generators import (  # noqa: PLC0415 -- 0.2 s that no start should pay
        SchemaGenerator,
    )

    generator: Any = SchemaGenerator
    document: dict[str, Any] = generator().get_schema(request=None, public=True)
    return document


class SchemaView(APIView):
    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(
        operation_id="schema",
        summary="This document",
        parameters=[OpenApiParameter("format", str, enum=["json"])],
        responses={(200, "application/json"): OpenApiTypes.OBJECT},
    )
    def get(self, request: Request) -> Response:
        return Response(openapi())


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    context = {
        "groups": schema_page.groups(openapi()),
        "per_minute": settings.API_RATE_PER_MINUTE,
        "page_size": paging.SIZE,
        "largest_page": paging.LARGEST_SIZE,
    }
    return render(request, "api_docs.html", context)


class ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "workspaces.authentication.KeyAuthentication"
    name = "apiKey"

    def get_security_requirement(self, auto_schema: Any) -> Any:
        """Of no call that a key may not make: a program would be sent to a refusal."""
        view = getattr(type(auto_schema.view), auto_schema.method.lower())
        if schema_keys.closed(view) or schema_keys.hidden(view):
            return None
        return super().get_security_requirement(auto_schema)

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "ork_…",
            "description": "An API key of one workspace: `Authorization: Bearer ork_…`.",
        }


class SessionTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "workspaces.authentication.HeadlessSessionAuthentication"
    name = "sessionToken"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "X-Session-Token",
            "description": "`meta.session_token` of `POST /_allauth/app/v1/auth/login`.",
        }


class SessionCookieScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "workspaces.authentication.CookieSessionAuthentication"
    name = "sessionCookie"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": "sessionid",
            "description": "Of a browser that is signed in; unsafe methods need `X-CSRFToken` too.",
        }


PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "code", "requestId"],
    "properties": {
        "type": {"type": "string", "example": "about:blank"},
        "title": {"type": "string", "example": "Not Found"},
        "status": {"type": "integer", "example": 404},
        "detail": {"type": "string", "example": "There is nothing here, or not for you."},
        "code": {"type": "string", "example": "not_found", "description": "Stable."},
        "requestId": {"type": "string", "description": "As in the log and in `X-Request-ID`."},
        "retry_after": {"type": "integer", "description": "Seconds; with 429 and 503."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "code", "message"],
                "properties": {
                    "field": {"type": "string"},
                    "code": {"type": "string"},
                    "message": {"type": "string"},
                },
            },
        },
    },
}


IDEMPOTENCY_KEY = {
    "name": idempotency.HEADER,
    "in": "header",
    "required": False,
    "description": "Sent again with the same key within 24 h, the call is not done again: the"
    " answer is the first one, without secrets. Printable ASCII.",
    "schema": {"type": "string", "minLength": 1, "maxLength": idempotency.LONGEST},
}
# Heartbeats count once by their own ids; what a front door passes on is the workflow's to judge.
WITHOUT_KEY = ("/api/webhooks/n8n/", "/api/webhooks/c/", "/hook/")


def by_hand(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """spectacular's hook: what no serializer says, and what every refusal looks like."""
    components = result.setdefault("components", {})
    components.setdefault("schemas", {})["Problem"] = PROBLEM
    components.setdefault("responses", {})["Problem"] = {
        "description": "A refusal.",
        "content": {
            "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
        },
    }
    components.setdefault("securitySchemes", {}).update(schema_heartbeat.SECURITY_SCHEMES)
    components["schemas"].update(schema_heartbeat.SCHEMAS)
    result["paths"].update(schema_heartbeat.PATHS | schema_hook.PATHS)
    for path, item in result["paths"].items():
        for method, operation in item.items():
            if method != "get" and not path.startswith(WITHOUT_KEY):
                operation.setdefault("parameters", []).append(IDEMPOTENCY_KEY)
            operation["responses"].setdefault("default", {"$ref": "#/components/responses/Problem"})
    return result
