"""Shapes of members, invitations and offers, in and out."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from rbac.models import Invitation, OwnershipTransfer
from workspaces.models import Role

MOST = 500  # changes at once


class MemberRow(serializers.Serializer[Any]):
    userId = serializers.UUIDField()
    email = serializers.EmailField()
    name = serializers.CharField(allow_blank=True)
    role = serializers.ChoiceField(Role.values, required=False, help_text="Of oneself always.")
    joinedAt = serializers.DateTimeField()
    version = serializers.IntegerField()
    secondFactor = serializers.BooleanField(required=False, help_text="To admins and owners.")
    lastActiveAt = serializers.DateTimeField(
        required=False, allow_null=True, help_text="To admins and owners."
    )


class RoleChange(serializers.Serializer[Any]):
    targetUserId = serializers.UUIDField(required=False, help_text="As in the path.")
    newRole = serializers.ChoiceField(Role.values)
    version = serializers.IntegerField(min_value=1)


class OneOfMany(serializers.Serializer[Any]):
    userId = serializers.UUIDField()
    newRole = serializers.ChoiceField(Role.values)
    version = serializers.IntegerField(min_value=1)


class BulkChange(serializers.Serializer[Any]):
    changes = OneOfMany(many=True, allow_empty=False, max_length=MOST)  # type: ignore[call-arg]
    dryRun = serializers.BooleanField(default=False, help_text="Only say what would come of it.")

    def validate_changes(self, value: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if len({change["userId"] for change in value}) < len(value):
            raise serializers.ValidationError(_("Somebody is in it twice."), code="duplicate")
        return value


class BulkRow(MemberRow):
    oldRole = serializers.ChoiceField(Role.values)
    gains = serializers.ListField(child=serializers.CharField())
    losses = serializers.ListField(child=serializers.CharField())


class BulkAnswer(serializers.Serializer[Any]):
    results = BulkRow(many=True)


class NewInvitation(serializers.Serializer[Any]):
    email = serializers.EmailField(max_length=254)
    role = serializers.ChoiceField(Role.values)


class InvitationRow(serializers.Serializer[Invitation]):
    id = serializers.UUIDField()
    email = serializers.EmailField()
    role = serializers.ChoiceField(Role.values)
    invitedBy = serializers.UUIDField(source="inviter_id")
    createdAt = serializers.DateTimeField(source="created_at")
    sentAt = serializers.DateTimeField(
        source="sent_at", allow_null=True, help_text="Null: the mail is on its way."
    )
    expiresAt = serializers.DateTimeField(source="expires_at")


class OpenedInvitation(serializers.Serializer[Invitation]):
    workspaceName = serializers.CharField(source="workspace.name")
    email = serializers.EmailField()
    role = serializers.ChoiceField(Role.values)
    invitedBy = serializers.EmailField(source="inviter.email")
    expiresAt = serializers.DateTimeField(source="expires_at")


class Acceptance(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=150, required=False, allow_blank=True, default="")
    password = serializers.CharField(
        required=False, trim_whitespace=False, help_text="Of somebody new, who is not signed in."
    )


class Accepted(serializers.Serializer[Any]):
    workspaceId = serializers.UUIDField()
    role = serializers.ChoiceField(Role.values)


class Offer(serializers.Serializer[Any]):
    userId = serializers.UUIDField()


class OfferRow(serializers.Serializer[OwnershipTransfer]):
    giver = serializers.UUIDField(source="giver_id")
    receiver = serializers.UUIDField(source="receiver_id")
    createdAt = serializers.DateTimeField(source="created_at")
    expiresAt = serializers.DateTimeField(source="expires_at")
