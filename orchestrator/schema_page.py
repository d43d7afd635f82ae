"""The OpenAPI document, put in the order in which a person reads it."""

import json
from dataclasses import dataclass
from typing import Any

from django.conf import settings

EXAMPLE_ID = "7f5d2a4e-6a3c-4a59-9a57-0a7f6f2c4b11"
EXAMPLES = {
    "uuid": EXAMPLE_ID,
    "date-time": "2026-01-05T09:30:00Z",
    "email": "ada@example.com",
    "uri": "https://example.com/",
}
DEEPEST = 6


@dataclass(frozen=True, slots=True)
class Operation:
    id: str
    method: str
    path: str
    summary: str
    description: str
    parameters: list[dict[str, Any]]
    fields: list[dict[str, Any]]
    requests: list[tuple[str, str]]  # what it is, curl
    answers: list[tuple[str, str]]  # status, JSON


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    operations: list[Operation]


def groups(document: dict[str, Any]) -> list[Group]:
    found: dict[str, list[Operation]] = {}
    for path, item in sorted(document["paths"].items()):
        for method, operation in item.items():
            name = (operation.get("tags") or ["api"])[0]
            found.setdefault(name, []).append(_operation(document, path, method, operation))
    return [Group(name, operations) for name, operations in sorted(found.items())]


def _operation(
    document: dict[str, Any], path: str, method: str, operation: dict[str, Any]
) -> Operation:
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    parameters = operation.get("parameters", [])
    return Operation(
        id=operation["operationId"],
        method=method.upper(),
        path=path,
        summary=operation.get("summary", ""),
        description=operation.get("description", ""),
        parameters=[_parameter(each) for each in parameters],
        fields=_fields(document, body.get("schema", {})),
        requests=_requests(document, path, method, operation, body),
        answers=_answers(document, operation),
    )


def resolved(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in schema or len(schema.get("allOf", ())) == 1:
        if "$ref" in schema:
            target: Any = document
            for step in schema["$ref"].removeprefix("#/").split("/"):
                target = target[step]
            schema = target
        else:
            schema = schema["allOf"][0]
    return schema


def _parameter(parameter: dict[str, Any]) -> dict[str, Any]:
    schema = parameter.get("schema", {})
    return {
        "name": parameter["name"],
        "place": parameter["in"],
        "type": schema.get("format") or schema.get("type", ""),
        "required": parameter.get("required", False),
        "description": parameter.get("description", ""),
    }


def _fields(document: dict[str, Any], schema: dict[str, Any]) -> list[dict[str, Any]]:
    schema = resolved(document, schema)
    required = schema.get("required", [])
    rows = []
    for name, value in schema.get("properties", {}).items():
        field = resolved(document, value)
        rows.append(
            {
                "name": name,
                "type": field.get("format") or field.get("type", ""),
                "required": name in required,
                "description": _said(value.get("description", field.get("description", ""))),
                "options": field.get("enum", []),
            }
        )
    return rows


def _said(description: str) -> str:
    """Without spectacular's list of the values, which the page shows by itself."""
    return description.partition("* `")[0].strip()


def _requests(
    document: dict[str, Any],
    path: str,
    method: str,
    operation: dict[str, Any],
    body: dict[str, Any],
) -> list[tuple[str, str]]:
    bodies = {
        example.get("summary") or name: example["value"]
        for name, example in body.get("examples", {}).items()
    }
    if body and not bodies:
        bodies = {"": sample(document, body["schema"])}
    return [
        (name, _curl(path, method, operation, value))
        for name, value in (bodies or {"": None}).items()
    ]


def _curl(path: str, method: str, operation: dict[str, Any], body: Any) -> str:
    for parameter in operation.get("parameters", []):
        if parameter["in"] == "path":
            value = parameter.get("example", EXAMPLE_ID)
            path = path.replace(f"{{{parameter['name']}}}", str(value))
    parts = [f"curl {settings.PUBLIC_URL}{path}"]
    if method != "get":
        parts[0] = f"curl -X {method.upper()} {settings.PUBLIC_URL}{path}"
    schemes = {name for scheme in operation.get("security", []) for name in scheme}
    if "apiKey" in schemes:
        parts.append("-H 'Authorization: Bearer ork_…'")
    elif "sessionToken" in schemes:
        parts.append("-H 'X-Session-Token: …'")
    if "webhookSignature" in schemes:
        parts += [
            f"-H '{name}: …'" for name in ("webhook-id", "webhook-timestamp", "webhook-signature")
        ]
    if body is not None:
        parts.append("-H 'Content-Type: application/json'")
        parts.append(f"-d '{json.dumps(body, indent=2, ensure_ascii=False)}'")
    return " \\\n  ".join(parts)


def _answers(document: dict[str, Any], operation: dict[str, Any]) -> list[tuple[str, str]]:
    rows = []
    for status, response in operation["responses"].items():
        if status == "default":
            continue
        content: dict[str, Any] = next(iter(response.get("content", {}).values()), {})
        examples = content.get("examples", {})
        if examples:
            value = next(iter(examples.values()))["value"]
        elif content.get("schema"):
            value = sample(document, content["schema"])
        else:
            value = None
        text = "" if value is None else json.dumps(value, indent=2, ensure_ascii=False)
        rows.append((status, text))
    return rows


def sample(document: dict[str, Any], schema: dict[str, Any], depth: int = 0) -> Any:
    """A value of this shape."""
    schema = resolved(document, schema)
    for given in ("example", "default"):
        if given in schema:
            return schema[given]
    if schema.get("enum"):
        return schema["enum"][0]
    if "oneOf" in schema:
        return sample(document, schema["oneOf"][0], depth + 1)
    match schema.get("type"):
        case "object":
            return {
                name: sample(document, value, depth + 1)
                for name, value in schema.get("properties", {}).items()
                if depth < DEEPEST
            }
        case "array":
            return [sample(document, schema.get("items", {}), depth + 1)] if depth < DEEPEST else []
        case "integer" | "number":
            return max(1, schema.get("minimum", 1))
        case "boolean":
            return True
        case "string":
            return EXAMPLES.get(schema.get("format", ""), "…")
    return None
