"""Calls of a front door in words: how each ended."""

from django import template
from django.utils.translation import gettext_lazy as _

from provisioning.models import HookCall

register = template.Library()

ERROR = 400
FAILURE = 500

CODES = {
    "n8n_timeout": _("n8n did not answer in time"),
    "n8n_unreachable": _("n8n could not be reached"),
    "n8n_slow": _("n8n stopped in the middle of its answer"),
    "n8n_blocked_address": _("n8n is where nothing may be connected to"),
    "not_connected": _("no n8n was connected"),
    "archived": _("the campaign was archived"),
    "paused": _("the campaign was paused"),
    "suspended": _("the workspace was suspended"),
    "tenant_mismatch": _("the workflow was another workspace's"),
    "quota_exceeded": _("over the limit of this minute"),
    "too_many_at_once": _("too many at once"),
    "too_large": _("too large"),
    "headers_too_large": _("headers too large"),
    "incomplete_body": _("it did not arrive in time"),
    "bad_request": _("not understood"),
    "caller_gone": _("the caller went away"),
}


@register.filter
def call_face(call: HookCall) -> str:
    if call.code == "caller_gone":
        return "inactive"
    if call.status >= FAILURE or call.code.startswith("n8n_"):
        return "error"
    return "stale" if call.status >= ERROR else "live"


@register.filter
def call_word(call: HookCall) -> str:
    said = [str(call.status)] if call.status else []
    if call.code:
        said.append(str(CODES.get(call.code, call.code)))
    return ", ".join(said)
