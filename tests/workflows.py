"""Workflows of n8n as tests make them."""

import uuid
from itertools import pairwise
from typing import Any


def webhook_node(path: str, **parameters: Any) -> dict[str, Any]:
    return {
        "id": str(uuid.uuid4()),
        "name": "Webhook",
        "type": "n8n-nodes-base.webhook",
        "typeVersion": 2,
        "position": [0, 0],
        "webhookId": str(uuid.uuid4()),
        "parameters": {"httpMethod": "POST", "path": path, "options": {}, **parameters},
    }


def node(name: str, type: str, version: float = 1, **parameters: Any) -> dict[str, Any]:
    return {
        "id": str(uuid.uuid4()),
        "name": name,
        "type": f"n8n-nodes-base.{type}",
        "typeVersion": version,
        "position": [0, 0],
        "parameters": parameters,
    }


def schedule_node(**interval: Any) -> dict[str, Any]:
    return node("Schedule", "scheduleTrigger", 1.2, rule={"interval": [interval]})


def chained(*nodes: dict[str, Any]) -> dict[str, Any]:
    """Nodes and connections of a workflow that goes through them in this order."""
    connections = {
        one["name"]: {"main": [[{"node": next["name"], "type": "main", "index": 0}]]}
        for one, next in pairwise(nodes)
    }
    return {"nodes": list(nodes), "connections": connections}
