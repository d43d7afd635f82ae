"""n8n's public API, typed. The only place that talks HTTP to n8n; it knows no model of ours."""

from orchestrator.n8n.addresses import TRUSTED, BadAddress, Policy, normalised
from orchestrator.n8n.client import Client
from orchestrator.n8n.errors import (
    BlockedAddress,
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
from orchestrator.n8n.pacing import Pace, admit, after
from orchestrator.n8n.probing import MAKING, NEEDED, Probe, probe
from orchestrator.n8n.rows import (
    Body,
    Discovery,
    Execution,
    Page,
    Tag,
    Trigger,
    WebhookAnswer,
    Whole,
    Workflow,
)

__all__ = [
    "MAKING",
    "NEEDED",
    "TRUSTED",
    "BadAddress",
    "BlockedAddress",
    "Body",
    "Client",
    "Conflict",
    "Discovery",
    "Execution",
    "Forbidden",
    "N8nError",
    "NotFound",
    "NotN8n",
    "Pace",
    "Page",
    "Policy",
    "Probe",
    "RateLimited",
    "Refused",
    "ServerError",
    "Tag",
    "Timeout",
    "TooLarge",
    "Trigger",
    "Unauthorized",
    "Unreachable",
    "WebhookAnswer",
    "Whole",
    "Workflow",
    "admit",
    "after",
    "normalised",
    "probe",
]
