"""Where somebody is signed in: what is known of a session besides what Django keeps of it."""

import uuid

from django.db import models

from workspaces.models.people import User


class UserSession(models.Model):
    """Of a browser or of a program. It goes when the session goes: a trigger sees to that."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)  # what pages name
    session_key = models.CharField(max_length=40, unique=True)
    user = models.ForeignKey(User, models.CASCADE, related_name="sessions")
    ip = models.GenericIPAddressField(null=True)
    user_agent = models.CharField(max_length=300, blank=True)
    signed_in_at = models.DateTimeField(null=True)  # null: before this was kept
    last_seen_at = models.DateTimeField()  # to the minute

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.pk)
