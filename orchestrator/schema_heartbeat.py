"""The heartbeats' part of the OpenAPI document: they are not Django, so no serializer says them."""

from typing import Any

PATH = "/api/webhooks/n8n/{instanceId}/heartbeat"
REPORT = "/api/webhooks/c/{token}"
STATUSES = ["running", "waiting", "success", "error", "crashed", "canceled"]


def _text(limit: int, **more: Any) -> dict[str, Any]:
    return {"type": "string", "maxLength": limit, **more}


def _time(description: str) -> dict[str, Any]:
    return {"type": "string", "format": "date-time", "description": description}


def _header(name: str, description: str) -> dict[str, Any]:
    return {
        "name": name,
        "in": "header",
        "required": True,
        "description": description,
        "schema": {"type": "string"},
    }


SECURITY_SCHEMES = {
    "webhookSignature": {
        "type": "apiKey",
        "in": "header",
        "name": "webhook-signature",
        "description": (
            "Standard Webhooks: `v1,` + base64 of HMAC-SHA256 over `id.timestamp.body` with the"
            " instance's secret; 5 minutes of tolerance."
        ),
    }
}

_RUN = {
    "executionId": _text(64),
    "runId": _text(200, description="Where n8n does not tell the id at the start."),
    "mode": _text(20),
    "startedAt": _time("When the run began."),
    "stoppedAt": _time("When it ended."),
    "waitTill": _time("Until when it waits."),
    "sentAt": _time("When it happened; not stamped again when it is sent again."),
    "error": {
        "type": "object",
        "properties": {"message": {"type": "string"}, "node": {"type": "string"}},
    },
}

SCHEMAS = {
    "Heartbeat": {
        "type": "object",
        "required": ["heartbeatId", "workflowId", "status"],
        "properties": {
            "heartbeatId": _text(200, description="Counts once, however often it is sent."),
            "workflowId": _text(64),
            "status": {"type": "string", "enum": STATUSES},
            **_RUN,
        },
    },
    "Report": {
        "type": "object",
        "required": ["status"],
        "properties": {
            "status": {"type": "string", "enum": STATUSES},
            "heartbeatId": _text(200, description="Counts once; else execution and status do."),
            **_RUN,
        },
    },
    "Alive": {
        "type": "object",
        "required": ["heartbeatId", "kind"],
        "properties": {
            "heartbeatId": _text(200),
            "kind": {"type": "string", "enum": ["alive"]},
            "sentAt": _time("When it happened."),
            "dropped": {"type": "integer", "description": "Heartbeats that the sender gave up."},
            "hooksVersion": _text(40),
            "n8nVersion": _text(40),
            "mode": _text(20),
            "timezone": _text(64),
            "publicationService": {"type": "boolean", "nullable": True},
        },
    },
    "Heartbeats": {
        "type": "object",
        "required": ["heartbeats"],
        "properties": {
            "heartbeats": {
                "type": "array",
                "maxItems": 500,
                "items": {
                    "oneOf": [
                        {"$ref": "#/components/schemas/Heartbeat"},
                        {"$ref": "#/components/schemas/Alive"},
                    ]
                },
            }
        },
    },
    "HeartbeatsTaken": {
        "type": "object",
        "description": "The counts and `rejected` add up to what was sent.",
        "required": ["accepted", "duplicates", "stale", "unknown", "rejected"],
        "properties": {
            **{
                name: {"type": "integer", "minimum": 0}
                for name in ("accepted", "duplicates", "stale", "unknown")
            },
            "rejected": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["index", "code"],
                    "properties": {"index": {"type": "integer"}, "code": {"type": "string"}},
                },
            },
        },
    },
}

EXAMPLES = {
    "one": {
        "summary": "One run ended",
        "value": {
            "heartbeatId": "default:4711:success",
            "workflowId": "8HkQ2nXz5vT1rWcE",
            "executionId": "4711",
            "status": "success",
            "mode": "webhook",
            "startedAt": "2026-01-05T09:30:00.000Z",
            "stoppedAt": "2026-01-05T09:30:01.250Z",
            "sentAt": "2026-01-05T09:30:01.260Z",
        },
    },
    "batch": {
        "summary": "Several at once",
        "value": {
            "heartbeats": [
                {
                    "heartbeatId": "default:4712:running:1",
                    "workflowId": "8HkQ2nXz5vT1rWcE",
                    "executionId": "4712",
                    "status": "running",
                    "sentAt": "2026-01-05T09:31:00.000Z",
                },
                {
                    "heartbeatId": "default:4712:error",
                    "workflowId": "8HkQ2nXz5vT1rWcE",
                    "executionId": "4712",
                    "status": "error",
                    "sentAt": "2026-01-05T09:31:02.000Z",
                    "error": {"message": "The service answered 502", "node": "HTTP Request"},
                },
            ]
        },
    },
    "alive": {
        "summary": "The instance lives",
        "value": {
            "heartbeatId": "default:alive:1767605460",
            "kind": "alive",
            "sentAt": "2026-01-05T09:31:00.000Z",
            "n8nVersion": "2.41.1",
            "hooksVersion": "1",
            "mode": "regular",
            "timezone": "Europe/Berlin",
        },
    },
}

REPORT_EXAMPLES = {
    "failed": {
        "summary": "The run failed",
        "value": {
            "status": "error",
            "executionId": "4711",
            "error": {"message": "The service answered 502", "node": "HTTP Request"},
        },
    },
    "least": {"summary": "The least there is to say", "value": {"status": "success"}},
}

TAKEN = {
    "202": {
        "description": "Committed.",
        "content": {
            "application/json": {"schema": {"$ref": "#/components/schemas/HeartbeatsTaken"}}
        },
    }
}

PATHS = {
    PATH: {
        "post": {
            "operationId": "heartbeat",
            "summary": "Heartbeats of n8n, signed",
            "description": "202 is answered after the commit: what it counts is never lost.",
            "tags": ["webhooks"],
            "security": [{"webhookSignature": []}],
            "parameters": [
                {
                    "name": "instanceId",
                    "in": "path",
                    "required": True,
                    "schema": {"type": "string"},
                    "example": "default",
                },
                _header("webhook-id", "Of this message."),
                _header("webhook-timestamp", "Seconds since 1970, at this try."),
            ],
            "requestBody": {
                "required": True,
                "content": {
                    "application/json": {
                        "schema": {
                            "oneOf": [
                                {"$ref": "#/components/schemas/Heartbeat"},
                                {"$ref": "#/components/schemas/Alive"},
                                {"$ref": "#/components/schemas/Heartbeats"},
                            ]
                        },
                        "examples": EXAMPLES,
                    }
                },
            },
            "responses": {**TAKEN},
        }
    },
    REPORT: {
        "post": {
            "operationId": "report",
            "summary": "One campaign's own word, where no hooks file can be installed",
            "description": "A campaign's `reportUrl`, which owners see: to know it is the right to"
            " report. 202 is answered after the commit.",
            "tags": ["webhooks"],
            "security": [],
            "parameters": [
                {
                    "name": "token",
                    "in": "path",
                    "required": True,
                    "schema": {"type": "string", "minLength": 20, "maxLength": 100},
                    "example": "Zm9yIG9uZSBjYW1wYWlnbiBhbG9uZSwgYW5kIHNlY3JldA",
                }
            ],
            "requestBody": {
                "required": True,
                "content": {
                    "application/json": {
                        "schema": {"$ref": "#/components/schemas/Report"},
                        "examples": REPORT_EXAMPLES,
                    }
                },
            },
            "responses": {**TAKEN},
        }
    },
}
