"""What the connect page says of a trial, and of an n8n that cannot be asked."""

from typing import Any, NamedTuple

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from campaigns.templatetags.campaign_words import REASONS

register = template.Library()


class Result(NamedTuple):
    field: str  # beside which it is said
    next: Promise  # what to do now; what is wrong the trial itself says


RESULTS = {
    "ok": Result("base_url", _("Nothing is left to do here.")),
    "unreachable": Result(
        "base_url",
        _("Is it running? Open the address in a browser: it must show n8n, also from elsewhere."),
    ),
    "wrong_key": Result(
        "api_key",
        _("n8n shows a key once, when it is made: make another under Settings → n8n API."),
    ),
    "missing_scope": Result(
        "api_key", _("Make a key that may do that as well, and put it in here.")
    ),
    "not_n8n": Result(
        "base_url",
        _(
            "Give the address of n8n itself. If a sign-in page stands before it, let /api/v1/"
            " through; and n8n's public API must be switched on."
        ),
    ),
    "too_old": Result("base_url", _("Update n8n, then try again.")),
    "blocked_address": Result(
        "base_url",
        _(
            "It has to be https:// and open to the internet. An address inside a network works"
            " only where whoever runs this Orchestrator allows it."
        ),
    ),
    "slow": Result("base_url", _("Right after its start n8n is slow. Try again in half a minute.")),
}

# Of a sync, beside those of campaigns.
SYNC = {
    "quota_exceeded": _("There are more workflows than this workspace may have campaigns."),
    "tag_conflict": _("A workflow carries the tags of two workspaces, so it is nobody's."),
    "tenant_mismatch": _("A campaign's workflow lost its tag in n8n."),
    "lost": _("The last look was broken off."),
}


@register.filter
def next_step(result: str) -> str:
    return str(RESULTS[result].next) if result in RESULTS else ""


@register.filter
def trouble_word(code: str) -> str:
    """In the words that its campaigns have for it."""
    return str(REASONS.get(f"n8n_{code}") or REASONS["n8n_unreachable"])


@register.filter
def sync_trouble(error: dict[str, Any]) -> str:
    code = str(error.get("code", ""))
    return str(SYNC[code]) if code in SYNC else trouble_word(code)
