"""Where a token leads, and whether it may be gone through now."""

from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from django.db import close_old_connections

from orchestrator import n8n
from orchestrator.crypto import Undecryptable
from provisioning import doors
from provisioning.front.headers import Headers
from provisioning.models import FrontDoor
from workspaces.connections import NotConnected, connection_to
from workspaces.connections.door import policy_of


class Refusal(Exception):
    """An answer of our own: RFC 9457's status, our code, a sentence."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(code)
        self.status, self.code, self.detail = status, code, detail
        self.headers: Headers = []


@dataclass(frozen=True, slots=True)
class Entry:
    door: FrontDoor
    base_url: str
    policy: n8n.Policy
    path: str  # after the base URL, encoded

    @property
    def host(self) -> bytes:
        return urlsplit(self.base_url).netloc.encode()


def entry_by(token: str) -> Entry:
    """Raises Refusal."""
    try:
        door = doors.found_by(token)
        if door is None:
            raise Refusal(404, "not_found", "There is nothing at this address.")
        campaign = door.campaign
        if campaign.archived_at is not None:
            raise Refusal(409, "archived", "This campaign is archived.")
        if not campaign.enabled and not campaign.making:
            raise Refusal(409, "paused", "This campaign is paused.")
        try:
            connection = connection_to(campaign.instance)
        except (NotConnected, Undecryptable):
            raise Refusal(502, "not_connected", "No n8n is connected.") from None
        path = f"/webhook/{quote(door.path, safe='/')}"
        return Entry(door, connection.base_url, policy_of(campaign.instance), path)
    finally:
        close_old_connections()
