"""The picture of a template's steps: an icon and a word for each type of node."""

import re
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from django import template
from django.utils.translation import gettext_lazy as _

from provisioning import translated
from provisioning.models import Template

register = template.Library()

# By n8n's type of the node: the icon, as in _step_icons.html, and the word.
KNOWN: dict[str, tuple[str, Any]] = {
    "webhook": ("webhook", _("Webhook")),
    "formTrigger": ("webhook", _("Form")),
    "scheduleTrigger": ("schedule", _("Schedule")),
    "manualTrigger": ("play", _("Started by hand")),
    "httpRequest": ("step-send", _("Web request")),
    "respondToWebhook": ("step-answer", _("Answer")),
    "if": ("step-fork", _("Decision")),
    "switch": ("step-fork", _("Decision between several")),
    "filter": ("step-filter", _("Filter")),
    "removeDuplicates": ("step-once", _("Each only once")),
    "limit": ("step-filter", _("Limit")),
    "set": ("step-fields", _("Fields")),
    "crypto": ("key", _("Fingerprint")),
    "sort": ("step-sort", _("Order")),
    "aggregate": ("step-collect", _("Collect")),
    "merge": ("step-collect", _("Merge")),
    "splitOut": ("step-fork", _("Take apart")),
    "code": ("step-code", _("Code")),
    "wait": ("stale", _("Wait")),
    "rssFeedRead": ("step-feed", _("Feed")),
    "emailSend": ("step-mail", _("Mail")),
    "noOp": ("check", _("Nothing more")),
}
STARTS = {
    "webhook": _("Starts when it is called"),
    "formTrigger": _("Starts when its form is sent"),
    "scheduleTrigger": _("Starts by the clock"),
    "manualTrigger": _("Starts by hand"),
}


@register.filter
def drawn(steps: Sequence[str]) -> list[dict[str, Any]]:
    """In their order; the same several times in a row are drawn once."""
    return [_step(kind, len(list(same))) for kind, same in groupby(steps)]


@register.filter
def starts(steps: Sequence[str]) -> Any:
    return next((STARTS[kind] for kind in steps if kind in STARTS), "")


@register.filter
def name_told(row: Template) -> str:
    return translated.told(row, row.name)


@register.filter
def category_word(category: str) -> str:
    return translated.category(category)


def _step(kind: str, times: int) -> dict[str, Any]:
    icon, word = KNOWN.get(kind, ("other", _in_words(kind)))
    return {"icon": icon, "word": word, "times": times}


def _in_words(kind: str) -> str:
    """`googleSheets`, which nobody has given a word here, is a name of its own."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", kind).capitalize()
