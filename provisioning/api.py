"""REST of provisions."""

import uuid
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orchestrator.problems import Problem
from provisioning import log, services
from provisioning.models import Provision, Step
from provisioning.progress import Progress
from provisioning.seen_by import whole_for
from provisioning.shapes import Begun, NewProvision, ProvisionShape, provision_row
from provisioning.shapes import begun as begun_row
from workspaces import rules
from workspaces.access import Access
from workspaces.actors import actor_of
from workspaces.api import signed_in
from workspaces.door import workspace_view
from workspaces.serializers import refused

PROVISION = "provisioning.provision_campaign"
SOME_ID = "7f5d2a4e-6a3c-4a59-9a57-0a7f6f2c4b11"


class ProvisionsView(APIView):
    @extend_schema(
        operation_id="provision",
        summary="Make a campaign of a template",
        request=NewProvision,
        responses={202: Begun, 200: Begun},
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
    @workspace_view(PROVISION, body="workspaceId")
    def post(self, request: Request, access: Access) -> Response:
        asked = NewProvision(data=request.data)
        asked.is_valid(raise_exception=True)
        given = asked.validated_data
        wish = services.Wish(
            given["provision_id"], given["templateId"], given["name"].strip(), given["parameters"]
        )
        row, new = begin(request, access, wish)
        progress = Progress.of(log.events(row.pk))
        return Response(begun_row(row, progress), status=202 if new else 200)


class ProvisionView(APIView):
    @extend_schema(
        operation_id="provision_state",
        summary="How far it is: four steps, and all that happened to them",
        responses=ProvisionShape,
    )
    def get(self, request: Request, id: uuid.UUID) -> Response:
        row = whole_for(request.user, id)
        return Response(provision_row(row, list(log.events(row.pk))))


class RetryView(APIView):
    @extend_schema(
        operation_id="retry_step",
        summary="Try a step that failed again",
        request=None,
        responses=ProvisionShape,
    )
    def post(self, request: Request, id: uuid.UUID, step: str) -> Response:
        row = whole_for(request.user, id)
        if step not in Step.values:
            raise Http404
        try:
            row = services.retry(row, Step(step), actor=actor_of(request))
        except services.NotFailed:
            raise Problem(409, "not_failed", _("This step has not failed.")) from None
        return Response(provision_row(row, list(log.events(row.pk))))


class CancelView(APIView):
    @extend_schema(
        operation_id="cancel_provision",
        summary="Take back what was made, in n8n too",
        request=None,
        responses=ProvisionShape,
    )
    def post(self, request: Request, id: uuid.UUID) -> Response:
        row = whole_for(request.user, id)
        try:
            row = services.cancel(row, actor=actor_of(request))
        except services.AlreadyDone:
            text = _("It is done. The campaign can be archived.")
            raise Problem(409, "already_done", text) from None
        return Response(provision_row(row, list(log.events(row.pk))))


def begin(request: Request, access: Access, wish: services.Wish) -> tuple[Provision, bool]:
    """The service's refusals as answers."""
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


__all__: list[Any] = [
    "CancelView",
    "ProvisionView",
    "ProvisionsView",
    "RetryView",
]
