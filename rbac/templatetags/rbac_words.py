"""What the scripts of these pages say."""

from typing import Any

from django import template
from django.utils.translation import gettext as _

register = template.Library()


@register.simple_tag
def rbac_words() -> dict[str, Any]:
    return {
        "refreshFailed": _("The page could not be refreshed. It tries again."),
    }
