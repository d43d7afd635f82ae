"""Workflows of n8n as tests make them."""

import uuid
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
