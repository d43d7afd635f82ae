"""What the script of passkeys says."""

from django import template
from django.utils.translation import gettext_lazy as _

register = template.Library()


@register.simple_tag
def passkey_words() -> dict[str, str]:
    return {
        "notHere": str(_("This browser cannot use passkeys here.")),
        "stopped": str(_("It was stopped, or took too long. Nothing was changed.")),
        "known": str(_("This device has a passkey for you already.")),
        "failed": str(_("That did not work. Please try again.")),
    }
