"""REST of front doors: the address of a campaign's webhook, and a new one."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers as s
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from campaigns import announce
from campaigns.models import Campaign
from campaigns.serializers import webhook_url
from orchestrator.events import Actor
from orchestrator.problems import Problem
from provisioning import doors
from provisioning.api import SOME_ID
from workspaces.access import Access
from workspaces.actors import actor_of
from workspaces.door import workspace_view

MANAGE = "campaigns.manage_campaign"
SECRET = ("webhookUrl",)
LONGEST_GRACE = 604_800  # seconds


class LinkWish(s.Serializer[Any]):
    campaignId = s.UUIDField()
    workflowId = s.CharField(max_length=64, help_text="The campaign's own, by n8n's id.")


class LinkResult(s.Serializer[Any]):
    webhookUrl = s.URLField()


class RotationWish(s.Serializer[Any]):
    graceSeconds = s.IntegerField(
        min_value=0,
        max_value=LONGEST_GRACE,
        default=doors.GRACE,
        help_text="For how long the present address stays valid.",
    )


class RotationResult(LinkResult):
    formerValidUntil = s.DateTimeField(help_text="Of the address before.")


class AutoLinkView(APIView):
    @extend_schema(
        operation_id="auto_link",
        summary="Give a campaign's webhook an address of ours, its front door",
        description=(
            "The same pair has the same address. 409 `already_linked` where the address leads to"
            " another workflow; 422 `wrong_workflow` where the campaign is another's, `no_webhook`"
            " where n8n's last word names no webhook with a fixed path."
        ),
        request=LinkWish,
        responses=LinkResult,
        examples=[
            OpenApiExample(
                "link", {"campaignId": SOME_ID, "workflowId": "example"}, request_only=True
            )
        ],
    )
    @workspace_view(MANAGE, Campaign, body="campaignId", secret=SECRET)
    def post(self, request: Request, access: Access, row: Campaign) -> Response:
        wish = LinkWish(data=request.data)
        wish.is_valid(raise_exception=True)
        linked = link(row, wish.validated_data["workflowId"], actor_of(request))
        return Response({"webhookUrl": address(linked)})


class RotateView(APIView):
    @extend_schema(
        operation_id="rotate_webhook",
        summary="Give a campaign a new webhook address; the former one stays valid for a while",
        request=RotationWish,
        responses=RotationResult,
        examples=[OpenApiExample("soon", {"graceSeconds": 3600}, request_only=True)],
    )
    @workspace_view(MANAGE, Campaign, secret=SECRET)
    def post(self, request: Request, access: Access, row: Campaign) -> Response:
        wish = RotationWish(data=request.data)
        wish.is_valid(raise_exception=True)
        rotated, until = rotate(row, wish.validated_data["graceSeconds"], actor_of(request))
        return Response({"webhookUrl": address(rotated), "formerValidUntil": until})


def link(campaign: Campaign, workflow_id: str, actor: Actor) -> Campaign:
    """The service's refusals as answers."""
    try:
        linked = doors.link(campaign, workflow_id, actor=actor)
    except doors.AlreadyLinked:
        text = _("The address of this campaign leads to another workflow.")
        raise Problem(409, "already_linked", text) from None
    except doors.Archived:
        text = _("This campaign is archived; restore it first.")
        raise Problem(409, "archived", text) from None
    except doors.WrongWorkflow:
        text = _("The campaign is made of another workflow.")
        raise Problem(422, "wrong_workflow", text) from None
    except doors.NoWebhook:
        text = _("Its workflow has no webhook with a fixed path, as far as the last sync saw.")
        raise Problem(422, "no_webhook", text) from None
    announce.edited(linked)
    return linked


def rotate(campaign: Campaign, grace_seconds: int, actor: Actor) -> tuple[Campaign, datetime]:
    """Likewise."""
    try:
        rotated, until = doors.rotate(campaign, grace_seconds, actor=actor)
    except doors.NotLinked:
        raise Problem(409, "not_linked", _("This campaign has no webhook address.")) from None
    announce.edited(rotated)
    return rotated, until


def address(campaign: Campaign) -> str:
    url = webhook_url(campaign)
    if url is None:  # made a moment ago, by whoever has another key
        text = _("The address does not open with the keys of this server.")
        raise Problem(503, "wrong_keys", text, retry_after=60)
    return url
