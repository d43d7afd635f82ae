"""Who was asked to come, who was asked to take over, and who looked at the members."""

import uuid
from typing import Any

from django.db import models
from django.db.models.functions import Lower
from django.utils.timezone import now

from workspaces.models import Role, User, Workspace


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def visible_to(self, user: Any) -> "InvitationQuerySet":
        return self.filter(workspace__in=Workspace.objects.visible_to(user))

    def pending(self) -> "InvitationQuerySet":
        """Not answered and not taken back; also those whose time is over."""
        return self.filter(ended_at=None)


class Invitation(models.Model):
    """A way into a workspace for one address. Of its token only the hash is here, once it is sent.

    It dies when it is accepted or taken back, when its time is over, and when the inviter may not
    invite any more.
    """

    class End(models.TextChoices):
        ACCEPTED = "accepted"
        REVOKED = "revoked"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="invitations")
    email = models.EmailField()
    role = models.CharField(max_length=10, choices=Role.choices)
    inviter = models.ForeignKey(User, models.CASCADE, related_name="invitations_sent")
    digest = models.CharField(max_length=64, null=True, unique=True)  # noqa: DJ001 -- not sent yet
    created_at = models.DateTimeField(default=now)
    asked_at = models.DateTimeField(default=now)  # for a mail, the first or another
    sent_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    end = models.CharField(max_length=10, choices=End.choices, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                "workspace",
                condition=models.Q(ended_at=None),
                name="invitation_pending_once",
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values), name="invitation_role_known"
            ),
        ]
        indexes = [models.Index(fields=["workspace", "-created_at"])]
        default_permissions = ()

    def __str__(self) -> str:
        return self.email


class OwnershipTransfer(models.Model):
    """An owner asks a member to become owner instead; at most one a workspace is open."""

    workspace = models.OneToOneField(
        Workspace, models.CASCADE, primary_key=True, related_name="ownership_transfer"
    )
    giver = models.ForeignKey(User, models.CASCADE, related_name="+")
    receiver = models.ForeignKey(User, models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=now)
    expires_at = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.giver_id} → {self.receiver_id}"


class MembersView(models.Model):
    """When somebody last looked at the members of a workspace, and that was written down."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    viewer = models.TextField()  # the actor: a person, a key
    viewed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "viewer"], name="members_view_once")
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.viewer} {self.viewed_at}"
