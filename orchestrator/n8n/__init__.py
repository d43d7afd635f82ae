"""n8n's public API, typed. The only place that talks HTTP to n8n; it knows no model of ours."""

from orchestrator.n8n.client import Client
from orchestrator.n8n.errors import (
    Conflict,
    Forbidden,
    N8nError,
    NotFound,
    NotN8n,
    RateLimited,
    Refused,
    ServerError,
    Timeout,
    TooLarge,
    Unauthorized,
    Unreachable,
)
from orchestrator.n8n.rows import Discovery, Execution, Page, Tag, Trigger, Workflow

__all__ = [
    "Client",
    "Conflict",
    "Discovery",
    "Execution",
    "Forbidden",
    "N8nError",
    "NotFound",
    "NotN8n",
    "Page",
    "RateLimited",
    "Refused",
    "ServerError",
    "Tag",
    "Timeout",
    "TooLarge",
    "Trigger",
    "Unauthorized",
    "Unreachable",
    "Workflow",
]
