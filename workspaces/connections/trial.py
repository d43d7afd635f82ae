"""Is there an n8n, and may this key do what is needed? Asked of it, and told in words of our own.

Whoever asks may be out to learn what this server can reach: nothing of an answer is passed on.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from orchestrator import n8n
from orchestrator.crypto import Undecryptable
from workspaces.connections.door import Connection, NotConnected, connection_to, policy_of
from workspaces.models import Instance

OK = "ok"
PATIENCE = 10.0  # seconds: the first /discover after n8n's start takes some


@dataclass(frozen=True, slots=True)
class Trial:
    result: (
        str  # ok, unreachable, wrong_key, missing_scope, not_n8n, too_old, … of orchestrator.n8n
    )
    detail: str
    scopes: list[str]


def trial_of(connection: Connection, policy: n8n.Policy) -> Trial:
    """Past pacing and breaker: this is how somebody finds out that n8n is back."""
    found = n8n.probe(connection.base_url, connection.api_key, policy=policy, seconds=PATIENCE)
    detail = _words(found.result)
    if found.missing:
        detail = _("The API key lacks: %(scopes)s.") % {"scopes": ", ".join(found.missing)}
    return Trial(found.result, detail, found.scopes)


def trial_of_stored(instance: Instance) -> Trial:
    try:
        return trial_of(connection_to(instance), policy_of(instance))
    except NotConnected:
        return Trial("unreachable", _("No n8n is connected yet."), [])
    except Undecryptable:
        return Trial(
            "wrong_key", _("The stored API key cannot be read any more: enter it again."), []
        )
    except n8n.BadAddress:  # only the environment can name such a one
        return Trial("unreachable", _words("unreachable"), [])


def _words(result: str) -> str:
    match result:
        case "ok":
            return _("n8n answers, and the API key may do what is needed.")
        case "wrong_key":
            return _("n8n does not accept this API key.")
        case "missing_scope":
            return _("The API key may not do all that is needed.")
        case "not_n8n":
            return _("What answers there is not n8n's API.")
        case "too_old":
            return _("This n8n is too old.")
        case "blocked_address":
            return _("This address is not one that may be connected to.")
        case "slow":
            return _("n8n did not answer in time.")
    return _("n8n cannot be reached there.")
