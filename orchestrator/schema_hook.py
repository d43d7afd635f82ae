"""The front door, for the OpenAPI document: it is answered before Django."""

from typing import Any

HOOK = "/hook/{token}"

PATHS: dict[str, Any] = {
    HOOK: {
        "post": {
            "operationId": "hook",
            "summary": "A campaign's front door: passed on to its workflow's own webhook",
            "description": "A campaign's `webhookUrl`, which owners see: to know it is the right to"
            " call. Any method and body up to 5 MiB goes to n8n, without cookies; n8n's answer"
            " comes back as it is, but for what would touch this origin. Ours are 404 (unknown, or"
            " revoked), 409 `archived` `paused` `suspended` `tenant_mismatch`, 413, 429"
            " `quota_exceeded`, 502 `n8n_unreachable` and 504 `n8n_timeout`.",
            "tags": ["webhooks"],
            "security": [],
            "parameters": [
                {
                    "name": "token",
                    "in": "path",
                    "required": True,
                    "schema": {"type": "string", "minLength": 20, "maxLength": 100},
                    "example": "YSB0b2tlbiBvZiAyNTYgYml0IGZvciBhIGNhbXBhaWdu",
                }
            ],
            "requestBody": {
                "content": {
                    "application/json": {
                        "schema": {},
                        "examples": {"lead": {"value": {"email": "ada@example.com"}}},
                    }
                },
            },
            "responses": {
                "200": {
                    "description": "What the workflow answers, whatever its status and type.",
                    "content": {"application/json": {"schema": {}}},
                }
            },
        }
    },
}
