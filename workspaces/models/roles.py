"""What somebody is in a workspace."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    OWNER = "owner", _("Owner")
    ADMIN = "admin", _("Admin")
    MEMBER = "member", _("Member")
    VIEWER = "viewer", _("Viewer")

    @classmethod
    def least(cls, one: str, other: str) -> str:
        """The one that may less."""
        return max(one, other, key=cls.values.index)
