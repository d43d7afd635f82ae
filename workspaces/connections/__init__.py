"""The tenant's door to n8n: who is connected to which, and the only way to call it."""

from workspaces.connections.door import (
    API_KEY,
    WEBHOOK_SECRETS,
    Connection,
    NotConnected,
    address_of,
    client_of,
    connection_to,
    is_sandbox,
    outside,
    owner_of,
    policy_of,
    webhook_secrets,
)
from workspaces.connections.services import InstanceTaken, on_move
from workspaces.connections.shared import connect
from workspaces.connections.trial import trial_of_stored

__all__ = [
    "API_KEY",
    "WEBHOOK_SECRETS",
    "Connection",
    "InstanceTaken",
    "NotConnected",
    "address_of",
    "client_of",
    "connect",
    "connection_to",
    "is_sandbox",
    "on_move",
    "outside",
    "owner_of",
    "policy_of",
    "trial_of_stored",
    "webhook_secrets",
]
