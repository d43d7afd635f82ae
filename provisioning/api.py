"""REST of provisions."""

from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orchestrator import filters
from orchestrator.paging import PageNumbers
from orchestrator.problems import Problem
from provisioning import listing, log, services
from provisioning.door import provision_view
from provisioning.models import Provision, Step
from provisioning.progress import Progress
from provisioning.seen_by import PERMISSION, is_orphaned, shown_to
from provisioning.shapes import Begun, NewProvision, ProvisionShape, brief_row, provision_row
from provisioning.shapes import begun as begun_row
from workspaces import rules
from workspaces.access import Access
from workspaces.actors import actor_of
from workspaces.api import signed_in
from workspaces.door import workspace_view
from workspaces.serializers import refused

SOME_ID = "7f5d2a4e-6a3c-4a59-9a57-0a7f6f2c4b11"


class ProvisionsView(APIView):
    @extend_schema(
        operation_id="provision",
        summary="Make a campaign of a template",
        description=(
            "The same id and body again is the same provision (200), whatever became of it;"
            " anything else under that id is 409 `provision_id_used`. n8n is not called here."
        ),
        request=NewProvision,
        responses={202: Begun, 200: Begun, 409: OpenApiTypes.OBJECT, 422: OpenApiTypes.OBJECT},
        examples=[
            OpenApiExample(
                "new",
                {
                    "provision_id": SOME_ID,
                    "workspaceId": SOME_ID,
                    "templateId": SOME_ID,
                    "name": "Spring leads",
                    "parameters": {},
                },
                request_only=True,
            )
        ],
    )
    @workspace_view(PERMISSION, body="workspaceId")
    def post(self, request: Request, access: Access) -> Response:
        asked = NewProvision(data=request.data)
        asked.is_valid(raise_exception=True)
        row, new = begin(request, access, asked.validated_data)
        progress = Progress.of(log.events(row.pk))
        return Response(begun_row(row, progress), status=202 if new else 200)


class WorkspaceProvisionsView(APIView):
    pagination_class = PageNumbers

    @extend_schema(
        operation_id="provisions",
        summary="What you have begun in this workspace, newest first",
        description=(
            "And what was begun by somebody who is no owner any more: only id, name and status of"
            " it, and `orphaned`; you may take it over."
        ),
        parameters=[
            *filters.parameters({}, listing.FILTERS)[1:],
            OpenApiParameter("page", int),
            OpenApiParameter("pageSize", int),
        ],
        responses=ProvisionShape(many=True),
    )
    @workspace_view(PERMISSION)
    def get(self, request: Request, access: Access) -> Response:
        condition, _order = filters.asked(request.query_params, {}, listing.FILTERS)
        found = shown_to(access.user_id, access.workspace.pk).filter(condition)
        pager = PageNumbers()
        page = pager.paginate_queryset(found.order_by("-created_at", "id"), request, view=self)
        return pager.get_paginated_response(listing.rows(page or [], access.user_id))


class ProvisionView(APIView):
    @extend_schema(
        operation_id="provision_state",
        summary="How far it is: four steps, and all that happened to them",
        responses=ProvisionShape,
    )
    @provision_view(orphaned=True)
    def get(self, request: Request, row: Provision) -> Response:
        if row.creator_id != request.user.pk and not request.user.is_superuser:
            return Response(brief_row(row, Progress.of(log.events(row.pk))))
        return _whole(row)


class RetryView(APIView):
    @extend_schema(
        operation_id="retry_step",
        summary="Try a step that failed again",
        request=None,
        responses={200: ProvisionShape, 409: OpenApiTypes.OBJECT},
    )
    @provision_view()
    def post(self, request: Request, row: Provision, step: str) -> Response:
        if step not in Step.values:
            raise Http404
        try:
            row = services.retry(row, Step(step), actor=actor_of(request))
        except services.NotFailed:
            raise Problem(409, "not_failed", _("This step has not failed.")) from None
        return _whole(row)


class CancelView(APIView):
    @extend_schema(
        operation_id="cancel_provision",
        summary="Take back what was made, in n8n too",
        description=(
            "The steps are undone in reverse order; a step that cannot be undone says why, and"
            " stays as it is until somebody cancels again."
        ),
        request=None,
        responses={200: ProvisionShape, 409: OpenApiTypes.OBJECT},
    )
    @provision_view()
    def post(self, request: Request, row: Provision) -> Response:
        try:
            row = services.cancel(row, actor=actor_of(request))
        except services.AlreadyDone:
            text = _("It is done. The campaign can be archived.")
            raise Problem(409, "already_done", text) from None
        return _whole(row)


class TakeOverView(APIView):
    @extend_schema(
        operation_id="take_provision_over",
        summary="Go on with what somebody began who is no owner any more",
        request=None,
        responses={200: ProvisionShape, 409: OpenApiTypes.OBJECT},
    )
    @workspace_view(PERMISSION, Provision)
    def post(self, request: Request, access: Access, row: Provision) -> Response:
        person = signed_in(request)
        if row.creator_id != person.pk:
            if not is_orphaned(row):
                raise Http404
            row = services.take_over(row, by=person, actor=actor_of(request))
        return _whole(row)


def begin(request: Request, access: Access, given: dict[str, Any]) -> tuple[Provision, bool]:
    """The service's refusals as answers."""
    wish = services.Wish(
        given["provision_id"], given["templateId"], given["name"], given["parameters"]
    )
    try:
        return services.begin(
            access.workspace, wish, creator=signed_in(request), actor=actor_of(request)
        )
    except services.IdUsed:
        text = _("Something else was asked under this id before.")
        raise Problem(409, "provision_id_used", text) from None
    except services.TemplateMissing:
        raise Problem(422, "template_missing", _("This template is not there any more.")) from None
    except rules.Invalid as error:
        raise refused(error) from None


def _whole(row: Provision) -> Response:
    return Response(provision_row(row, list(log.events(row.pk))))


__all__ = [
    "CancelView",
    "ProvisionView",
    "ProvisionsView",
    "RetryView",
    "TakeOverView",
    "WorkspaceProvisionsView",
    "begin",
]
