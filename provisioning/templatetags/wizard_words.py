"""What the wizard's script says: the sentences of provisioning/parameters.py, by the same rules."""

from django import template
from django.utils.translation import gettext as _

register = template.Library()


@register.simple_tag
def wizard_words() -> dict[str, str]:
    return {
        "required": _("This field is required."),
        "max_length": _("At most %(most)s characters."),
        "null_characters": _("Null characters are not allowed."),
        "number": _("Not a number."),
        "min_value": _("At least %(least)s."),
        "max_value": _("At most %(most)s."),
        "choice": _("There is no such value to choose."),
        "uri": _("Not a web address, such as https://example.com/hook."),
        "email": _("Not an email address."),
        "time": _("Not a time of day, such as 09:30."),
        "noServer": _("The server cannot be reached. What you typed is kept."),
        "failed": _("That did not work. What you typed is kept."),
        "checking": _("Checking…"),
    }
