"""What the scripts of these pages say."""

from typing import Any

from django import template
from django.utils.translation import gettext as _

register = template.Library()


@register.simple_tag
def rbac_words() -> dict[str, Any]:
    return {
        "notLoaded": _("This could not be loaded."),
        "again": _("Try again"),
        "noServer": _("The server does not answer. Nothing was changed."),
        "suspended": _("%(name)s is suspended"),
        "resumed": _("%(name)s is not suspended any more"),
        "refreshFailed": _("The page could not be refreshed. It tries again."),
    }
