"""The test request: through the same front door as everybody's, by the same code."""

import json

from provisioning import front
from provisioning.front import Answer
from provisioning.job import Failed
from provisioning.models import FrontDoor

HEADER = b"x-orchestrator-probe"
BODY = json.dumps({"test": True}).encode()


def send(door: FrontDoor, secret: str) -> Answer:
    """n8n's answer, or ours: its status and the beginning of its body."""
    headers = [(b"content-type", b"application/json"), (HEADER, secret.encode())]
    try:
        return front.send(door.campaign, front.Sent("POST", b"", headers, BODY), probe=True)
    except front.NoAddress:
        raise Failed("wrong_keys", "The campaign's address does not open here.") from None


__all__ = ["Answer", "send"]
