"""REST of one campaign, and what its writes answer where they are refused."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from campaigns import calls, clock, intentions, serializers, services, wall, writes
from campaigns.models import Campaign
from campaigns.shapes import Adoption, CampaignChanges, CampaignRow
from orchestrator import idempotency
from orchestrator.problems import Problem
from workspaces.access import Access
from workspaces.actors import actor_of
from workspaces.door import workspace_view

SECRET = ("reportUrl", "webhookUrl")

# Said of an n8n that is away, where more is known than that it does not answer.
AWAY = {
    "rate_limited": gettext_lazy("n8n asks for fewer calls."),
    "server_error": gettext_lazy("n8n reports an error of its own."),
}


class CampaignView(APIView):
    @extend_schema(operation_id="campaign", summary="One campaign", responses=CampaignRow)
    @workspace_view("campaigns.view_campaign", Campaign)
    def get(self, request: Request, access: Access, row: Campaign) -> Response:
        clock.catch_up([access.workspace.pk])
        found = Campaign.objects.visible_to(request.user).with_recent().get(pk=row.pk)
        return Response(serializers.row(found, access.codenames))

    @extend_schema(
        operation_id="change_campaign",
        summary="Pause, resume or rename a campaign, in n8n too",
        description=(
            "Pausing deactivates the workflow in n8n; resuming activates the version that ran"
            " when it was paused, whatever was drafted since. What n8n has activated by itself"
            " meanwhile stays as it is. Where that version is gone: 409 `n8n_refused`; activate"
            " another one in n8n. `enabled` as it is already puts back what drifted. 409"
            " `stale_version`, with the row as `current`, also while n8n has not said how another"
            " change ended."
        ),
        request=CampaignChanges,
        responses={200: CampaignRow, 409: OpenApiTypes.OBJECT, 503: OpenApiTypes.OBJECT},
        examples=[
            OpenApiExample("pause", {"version": 1, "enabled": False}, request_only=True),
            OpenApiExample("rename", {"version": 1, "name": "Spring drip"}, request_only=True),
        ],
    )
    @workspace_view("campaigns.change_campaign", Campaign, own_transactions=True, secret=SECRET)
    def patch(self, request: Request, access: Access, row: Campaign) -> Response:
        changes = CampaignChanges(data=request.data)
        changes.is_valid(raise_exception=True)
        with refusing(request, access, row):
            changed = writes.change(
                row,
                actor=actor_of(request),
                last=lambda now: idempotency.in_last_transaction(_answer(now, access)),
                **changes.validated_data,
            )
        return _answer(changed, access)

    @extend_schema(
        operation_id="archive_campaign",
        summary="Archive a campaign: deactivated in n8n, out of the list, its history kept",
        request=None,
        responses={204: None},
    )
    @workspace_view("campaigns.manage_campaign", Campaign, own_transactions=True)
    def delete(self, request: Request, access: Access, row: Campaign) -> Response:
        with refusing(request, access, row):
            writes.archive(
                row,
                actor=actor_of(request),
                last=lambda _: idempotency.in_last_transaction(Response(status=204)),
            )
        return Response(status=204)


class RestoreView(APIView):
    @extend_schema(
        operation_id="restore_campaign",
        summary="Take a campaign out of the archive; it stays paused",
        request=None,
        responses=CampaignRow,
    )
    @workspace_view("campaigns.manage_campaign", Campaign, own_transactions=True, secret=SECRET)
    def post(self, request: Request, access: Access, row: Campaign) -> Response:
        with refusing(request, access, row):
            restored = writes.restore(
                row,
                actor=actor_of(request),
                last=lambda now: idempotency.in_last_transaction(_answer(now, access)),
            )
        return _answer(restored, access)


def adopt(request: Request, access: Access) -> Response:
    wanted = Adoption(data=request.data)
    wanted.is_valid(raise_exception=True)
    workflow_id = wanted.validated_data["n8nWorkflowId"]
    with refusing(request, access, None):
        campaign, new = writes.adopt(access.workspace, workflow_id, actor=actor_of(request))
    return _answer(campaign, access, status=201 if new else 200)


def _answer(row: Campaign, access: Access, status: int = 200) -> Response:
    return Response(serializers.row(row, access.codenames), status=status)


@contextmanager
def refusing(request: Request, access: Access, row: Campaign | None) -> Iterator[None]:
    """The services' refusals as answers; those of a conflict with the row as it is now."""
    try:
        yield
    except intentions.Stale:
        raise _conflict(
            "stale_version", _("Somebody has changed it meanwhile."), request, access, row
        ) from None
    except intentions.UnderWay:
        text = _("Another change of this campaign is still under way in n8n.")
        # To who named a version: it is about to be stale.
        code = "stale_version" if request.method == "PATCH" else "in_progress"
        raise _conflict(code, text, request, access, row) from None
    except writes.BeingMade:
        text = _("This campaign is still being made. Wait until it is done, or cancel that.")
        raise Problem(409, "provisioning", text) from None
    except writes.Archived as archived:
        text = _("This campaign is archived; restore it first.")
        raise _conflict("archived", text, request, access, archived.campaign) from None
    except wall.TenantMismatch as mismatch:
        text = _("The workflow does not belong to this workspace any more. Nothing was sent.")
        if mismatch.reason == "workflow_missing":
            text = _("The workflow is not in n8n any more.")
        raise Problem(409, "tenant_mismatch", text, reason=mismatch.reason) from None
    except calls.DraftPending:
        text = _("In n8n it has changes that are not published; renaming would publish them.")
        raise Problem(409, "draft_pending", text) from None
    except calls.Refused as refused:
        text = _("n8n refuses this: %(reason)s") % {"reason": refused}
        raise Problem(409, "n8n_refused", text, reason=str(refused)) from None
    except writes.WorkflowArchived:
        text = _("The workflow is archived in n8n.")
        raise Problem(409, "workflow_archived", text) from None
    except writes.NoSuchWorkflow:
        raise Http404 from None
    except calls.Away as away:
        raise _away(away) from None


def _away(away: calls.Away) -> Problem:
    code, text = away.code, str(away)
    if code in services.AWAY:
        text = str(AWAY.get(code, _("n8n does not answer at the moment.")))
        code = "unreachable"
    return Problem(503, f"n8n_{code}", text, retry_after=away.retry_after)


def _conflict(
    code: str, text: str, request: Request, access: Access, row: Campaign | None
) -> Problem:
    current: dict[str, Any] = {}
    now = Campaign.objects.filter(pk=row.pk).first() if row is not None else None
    if now is not None:
        current = serializers.row(now, access.codenames)
        if idempotency.HEADER in request.headers:  # what is kept of an answer holds no secret
            current = {key: value for key, value in current.items() if key not in SECRET}
    return Problem(409, code, text, extra={"current": current} if current else None)
